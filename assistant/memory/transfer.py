"""Memories as lines of JSON, to be kept elsewhere and taken in again.

The keys are a published format: they change only with a new version number. A file
is taken in whole, or not at all.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from assistant.entities.audience import Audience, Scope
from assistant.entities.ids import MemoryId
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    MemoryTerm,
)
from assistant.errors import UsageError
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import Outcome, keep

VERSION = 1
_EVERY = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file."""

    imported: int
    known: int


def to_lines(desk: MemoryDesk, audience: Audience) -> Iterator[str]:
    """Everything of this person, the oldest first, past values too."""
    everything = MemoryFilter(states=())
    found = desk.memories.browse(everything, audience, limit=_EVERY)
    yield _json({"type": "memories", "version": VERSION})
    for memory in reversed(found):
        yield _json(_line(memory))


def take_in(lines: Iterable[str], desk: MemoryDesk, audience: Audience) -> Imported:
    """Add what is not known. Raises UsageError, and keeps nothing, for a bad line."""
    imported = known = 0
    with desk.database.transaction():
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                memory = _memory(json.loads(line), desk=desk, audience=audience)
            except (KeyError, TypeError, ValueError) as error:
                raise UsageError(
                    f"Line {number} is no memory: {error}",
                    hint="Take in what `hearth memories export` wrote",
                ) from error
            if memory is None:
                continue
            if _take(memory, desk=desk, audience=audience):
                imported += 1
            else:
                known += 1
    return Imported(imported=imported, known=known)


def _take(memory: Memory, *, desk: MemoryDesk, audience: Audience) -> bool:
    """Whether it was new."""
    if desk.memories.find(memory.id, audience) is not None:
        return False
    if memory.supersedes and not desk.memories.find(memory.supersedes, audience):
        memory = replace(memory, supersedes=None)
    if memory.state in (MemoryState.CURRENT, MemoryState.PENDING):
        return keep(memory, desk=desk).outcome is not Outcome.KNOWN
    desk.memories.add(memory)
    return True


def _line(memory: Memory) -> dict[str, Any]:
    return {
        "type": "memory",
        "id": memory.id,
        "kind": memory.kind,
        "term": memory.term,
        "subject": memory.subject,
        "attribute": memory.attribute,
        "value": memory.value,
        "text": memory.text,
        "state": memory.state,
        "importance": memory.importance,
        "quote": memory.quote,
        "valid_from": memory.valid_from.isoformat(),
        "valid_until": _moment(memory.valid_until),
        "supersedes": memory.supersedes,
        "expires_at": _moment(memory.expires_at),
        "created_at": memory.created_at.isoformat(),
        "updated_at": memory.updated_at.isoformat(),
    }


def _memory(
    line: dict[str, Any], *, desk: MemoryDesk, audience: Audience
) -> Memory | None:
    """None for the heading."""
    if line["type"] == "memories":
        if line["version"] != VERSION:
            raise ValueError(f"version {line['version']} is not known")
        return None
    now = desk.clock()
    created = datetime.fromisoformat(line["created_at"])
    return Memory(
        id=MemoryId(line["id"] or desk.mint()),
        owner_id=audience.user_id,
        kind=MemoryKind(line["kind"]),
        term=MemoryTerm(line["term"]),
        subject=str(line["subject"]),
        attribute=str(line["attribute"]),
        value=str(line["value"]),
        text=str(line["text"]),
        state=MemoryState(line["state"]),
        origin=MemoryOrigin.IMPORT,
        importance=float(line["importance"]),
        quote=str(line["quote"]),
        scope=Scope.PRIVATE,
        valid_from=datetime.fromisoformat(line["valid_from"]),
        valid_until=_read_moment(line["valid_until"]),
        supersedes=line["supersedes"],
        expires_at=_read_moment(line["expires_at"]),
        created_at=created,
        updated_at=max(now, created),
    )


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)
