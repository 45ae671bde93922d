"""What is remembered as lines of a list, and where one of them is from."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from textual.content import Content

from assistant.entities.erasure import ErasureReceipt
from assistant.entities.memory import (
    Memory,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    Provenance,
)
from assistant.figures import plural
from assistant.safetext import clean, one_line
from tui import present
from tui.widgets.rows import Row

KINDS = {
    MemoryKind.FACT: "Facts",
    MemoryKind.PREFERENCE: "Likes and dislikes",
    MemoryKind.RELATIONSHIP: "People",
    MemoryKind.PLAN: "Plans",
    MemoryKind.NOTE: "Notes",
}
_STATES = {
    MemoryState.PENDING: "waits for your yes",
    MemoryState.SUPERSEDED: "replaced",
    MemoryState.MERGED: "merged",
    MemoryState.REJECTED: "rejected",
    MemoryState.EXPIRED: "over",
}
_ORIGINS = {
    MemoryOrigin.RULE: "noticed in what you said",
    MemoryOrigin.MODEL: "a model noticed it in what you said",
    MemoryOrigin.PERSON: "you said to remember it",
    MemoryOrigin.IMPORT: "imported",
}
_MOST_EARLIER = 5


def state_of(memory: Memory) -> Content:
    """What keeps it from being used; empty while nothing does."""
    if memory.state is MemoryState.PENDING:
        return Content.styled(_STATES[memory.state], "$warning")
    if memory.is_stale:
        return Content.styled("being made anew", "$muted")
    return Content.styled(_STATES.get(memory.state, ""), "$muted")


def memory_rows(memories: Sequence[Memory], *, now: datetime) -> list[Row]:
    """What waits for a yes first, the rest by what sort of thing it is."""
    rows: list[Row] = []
    for heading, those in groupby(sorted(memories, key=_place), _heading):
        rows.append(Row(left=Content(f"\n{heading}" if rows else heading)))
        rows += [_row(each, now=now) for each in those]
    return rows


def _place(memory: Memory) -> tuple[bool, int]:
    return memory.state is not MemoryState.PENDING, list(KINDS).index(memory.kind)


def _heading(memory: Memory) -> str:
    if memory.state is MemoryState.PENDING:
        return "Shall this be remembered?"
    return KINDS[memory.kind]


def _row(memory: Memory, *, now: datetime) -> Row:
    return Row(
        id=memory.id,
        left=Content(one_line(memory.text)),
        right=(
            state_of(memory),
            Content.styled(present.when(memory.valid_from, now), "$muted"),
        ),
    )


def provenance(found: Provenance, *, now: datetime) -> Content:
    """Who said it and when, in the very words, and what came of it."""
    return Content("\n").join(_provenance(found, now=now))


def _provenance(found: Provenance, *, now: datetime) -> Iterator[Content]:
    memory = found.memory
    if found.message is None:
        yield Content.styled(one_line(memory.text), "bold")
    yield from _said(found, now=now)
    parts = [
        KINDS[memory.kind],
        _ORIGINS[memory.origin],
        f"since {present.when(memory.valid_from, now)}",
    ]
    yield Content.styled(present.GAP.join(parts), "$muted")
    if state := state_of(memory):
        yield state
    for before in found.earlier[:_MOST_EARLIER]:
        yield Content.assemble(("Before   ", "$muted"), one_line(before.text))
    if found.later is not None:
        yield Content.assemble(("Since then   ", "$muted"), one_line(found.later.text))
    if found.used_in:
        used = plural(len(found.used_in), "answer")
        yield Content.styled(f"Used in {used}", "$muted")


def _said(found: Provenance, *, now: datetime) -> Iterator[Content]:
    message = found.message
    if message is None:
        return
    title = present.title_of(found.conversation) if found.conversation else ""
    place = present.GAP.join(
        part for part in (title, present.when(message.created_at, now)) if part
    )
    yield Content.styled(f"You said · {place}", "$muted")
    yield _marked(message.content, found.memory)
    yield Content()


def _marked(words: str, memory: Memory) -> Content:
    """The message with the remembered words marked in it, cleaned part by part."""
    span = memory.span
    if span is None or words[span.start : span.end] != memory.quote:
        return Content(clean(words))
    return Content.assemble(
        clean(words[: span.start]),
        (clean(words[span.start : span.end]), "bold $primary"),
        clean(words[span.end :]),
    )


def receipt(given: ErasureReceipt) -> list[str]:
    """What went, in a line, and what of it is still to go."""
    gone = ", ".join(
        f"{count} {name.replace('_', ' ')}"
        for name, count in given.record.counts.items()
        if count
    )
    lines = [f"Forgotten: {gone}", f"Receipt {given.record.id}"]
    if not given.is_journal_empty:
        lines.append("The journal still holds it until the other Hearth is done")
    if given.earlier_copies:
        copies = plural(given.earlier_copies, "copy", "copies")
        lines.append(f"Still in {copies} of the file from before, for a month at most")
    return lines
