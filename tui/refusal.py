"""Why there is no core, in words: what happened, what is safe, and what can be done.

Pure: it is given an error and where things are kept. Nothing is mended here.
"""

from collections.abc import Iterator

from textual.content import Content

from assistant.config.paths import Paths
from assistant.errors import (
    AlteredMigrationError,
    AssistantError,
    ConfigError,
    DatabaseBusyError,
    DiskFullError,
    KeyExposedError,
    KeyMissingError,
    NewerDatabaseError,
    ReadOnlyDatabaseError,
    UnreadableDatabaseError,
)
from assistant.safetext import clean

_SAFE: tuple[tuple[type[AssistantError], str], ...] = (
    (KeyMissingError, "The file is whole and stays as it is; it only needs its key."),
    (KeyExposedError, "The file stays closed, and nothing in it was touched."),
    (UnreadableDatabaseError, "The file was left exactly as it was found."),
    (NewerDatabaseError, "The file was left exactly as it was found."),
    (AlteredMigrationError, "The file was left exactly as it was found."),
    (ReadOnlyDatabaseError, "What was saved before is whole; nothing was written."),
    (DiskFullError, "What was saved before is whole; nothing was half written."),
    (DatabaseBusyError, "Nothing is lost: another program is at work on the file."),
    (ConfigError, "The file was not touched; a setting stands in the way."),
)
_ELSE_SAFE = "Nothing in the file was changed by this."
_HAS_COPIES = (UnreadableDatabaseError, AlteredMigrationError, NewerDatabaseError)


def told(error: AssistantError, paths: Paths) -> Content:
    """All of it, as it stands in the reading column."""
    lines: list[Content] = [
        Content.styled("Your conversations cannot be opened", "bold $error"),
        Content(),
        Content(clean(str(error))),
        Content(),
        Content(_safe(error)),
        Content("What you write below stays, and is printed when you leave."),
        Content(),
        *map(Content, _ways(error, paths)),
        Content(),
        Content.from_markup(
            "[@click=screen.again][$primary]^R[/] try again[/]"
            "   [@click=screen.leave][$primary]^Q[/] leave[/]"
        ),
    ]
    return Content("\n").join(lines)


def _safe(error: AssistantError) -> str:
    return next((words for kind, words in _SAFE if isinstance(error, kind)), _ELSE_SAFE)


def _ways(error: AssistantError, paths: Paths) -> Iterator[str]:
    """What can be done, the likeliest first; commands are for another terminal."""
    if error.hint:
        yield f"› {clean(error.hint)}"
    if isinstance(error, _HAS_COPIES):
        yield f"› Copies from before upgrades: {clean(str(paths.backups))}"
    yield "› hearth doctor    checks everything Hearth needs"
    yield f"› {clean(str(paths.log_file))}    the log says more"
