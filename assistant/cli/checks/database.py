"""Checks of the file that holds everything."""

from collections.abc import Iterator

from assistant.app import Assistant
from assistant.cli.checks import Check, DoubtError, checked
from assistant.cli.words import size
from assistant.config.settings import Cipher
from assistant.errors import AssistantError, UnreadableDatabaseError
from assistant.storage.checkup import Checkup
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText

_MOSTLY_EMPTY = 0.5
_WORTH_SHRINKING = 50_000_000


def database_checks(hearth: Assistant, *, is_quick: bool) -> Iterator[Check]:
    """All of them, in order. The slow one reads every page."""
    checkup = Checkup(hearth.database)
    yield checked("library", checkup.versions)
    yield checked("encryption", lambda: _encryption(hearth))
    yield checked("schema", lambda: f"version {hearth.database.version}")
    if not is_quick:
        yield checked("integrity", lambda: _integrity(checkup))
    yield checked("size", lambda: _size(checkup))
    yield checked("write", checkup.write_and_undo)
    yield checked("vectors", lambda: _vectors(hearth.database))
    yield checked("full text", lambda: _full_text(hearth.database))


def _encryption(hearth: Assistant) -> str:
    cipher = hearth.database.cipher
    if cipher is Cipher.NONE:
        raise DoubtError(
            "The database is not encrypted",
            hint="Set storage.encryption before the database is made",
        )
    return f"{cipher}, key from {hearth.key_origin}"


def _integrity(checkup: Checkup) -> str:
    if damage := checkup.damage():
        raise UnreadableDatabaseError(
            f"The database is damaged: {damage[0]}",
            hint="Export what can be read: hearth conversations export -o FILE",
        )
    return "every page and every reference is sound"


def _size(checkup: Checkup) -> str:
    used, empty = checkup.bytes_used_and_empty()
    if empty > _WORTH_SHRINKING and empty > used * _MOSTLY_EMPTY:
        raise DoubtError(
            f"{size(empty)} of {size(used + empty)} are empty",
            hint="Export everything, and import it into an empty home",
        )
    return size(used + empty)


def _vectors(database: Database) -> str:
    if problem := database.vector_problem:
        raise AssistantError(
            f"sqlite-vec does not work here: {problem}",
            hint="Run: pip install --force-reinstall sqlite-vec",
        )
    return "a nearest-neighbour query found the right neighbour"


def _full_text(database: Database) -> str:
    index = FullText(database)
    if index.is_in_step():
        return "the index holds exactly what was said"
    index.rebuild()
    raise DoubtError("The index did not match the messages, and was made anew")
