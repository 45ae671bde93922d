"""Settings as lines of a list: what each is set to, and who says so."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from textual.content import Content

from assistant.config.configuration import Entry, From
from assistant.safetext import one_line
from tui.present import shortened
from tui.widgets.rows import Row

_LONGEST = 40
_SECTIONS = {
    "chat": "Answers",
    "models": "Models",
    "storage": "Storage",
    "knowledge": "Documents and finding",
    "memory": "Memory",
    "interface": "Looks and keys",
    "input": "Input",
    "log": "Log",
}


def in_words(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return one_line(str(value))


def as_typed(value: object) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def is_waiting(entry: Entry, *, at_once: Collection[str]) -> bool:
    """Whether it takes another start; some are felt as soon as they are changed."""
    return entry.is_pending and entry.name not in at_once


def setting_rows(entries: Sequence[Entry], *, at_once: Collection[str]) -> list[Row]:
    """All of them under their sections."""
    rows: list[Row] = []
    for section, those in groupby(entries, lambda entry: entry.section):
        name = _SECTIONS.get(section, section.capitalize())
        rows.append(Row(left=Content(f"\n{name}" if rows else name)))
        rows += [_row(entry, at_once=at_once) for entry in those]
    return rows


def _row(entry: Entry, *, at_once: Collection[str]) -> Row:
    is_own = entry.comes_from is not From.DEFAULT
    value = shortened(in_words(entry.value), to=_LONGEST) or "empty"
    told = Content.styled(value, "$primary" if is_own else "$foreground")
    waits = is_waiting(entry, at_once=at_once)
    return Row(
        id=entry.name,
        left=Content(entry.name.partition(".")[2].replace("_", " ")),
        right=(
            Content.assemble(
                ("at the next start  ", "$warning") if waits else "", told
            ),
        ),
    )


def about(entry: Entry, *, at_once: Collection[str]) -> Content:
    """What it is for, what says so, and when a change is felt."""
    return Content("\n").join(
        Content(line) if first else Content.styled(line, "$muted")
        for first, line in _about(entry, at_once=at_once)
    )


def _about(entry: Entry, *, at_once: Collection[str]) -> Iterator[tuple[bool, str]]:
    yield True, one_line(entry.described.help)
    origins = {
        From.DEFAULT: "the default",
        From.FILE: f"set in {one_line(entry.origin)}",
        From.ENVIRONMENT: f"set by {entry.origin}, whatever the file says",
    }
    parts = [entry.name, origins[entry.comes_from]]
    if entry.comes_from is not From.DEFAULT:
        parts.append(f"default {shortened(in_words(entry.described.default), to=30)}")
    yield False, " · ".join(parts)
    if is_waiting(entry, at_once=at_once):
        running = shortened(in_words(entry.running), to=30)
        yield False, f"Until Hearth starts again it is {running}"
