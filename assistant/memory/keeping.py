"""How something gets remembered: as new, as known already, or in another's place.

Runs inside the transaction of whoever calls. Where the words came from, and whether
they may be kept at all, was decided before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.memory import Memory, MemoryState
from assistant.memory.desk import MemoryDesk
from assistant.memory.sameness import same_value
from assistant.storage.dependencies import Source

_ASKED = (MemoryState.CURRENT, MemoryState.PENDING, MemoryState.REJECTED)
"""What was asked about once is not asked about again, whatever the answer was."""

_USED_AGAIN = 0.05
"""What saying something once more adds to its importance."""


class Outcome(StrEnum):
    """What became of something that was to be remembered."""

    NEW = auto()
    CHANGED = auto()
    """It took the place of an earlier value."""

    KNOWN = auto()
    """It was remembered already."""

    EARLIER = auto()
    """It was true before what is known now, and is kept as that."""

    WAITING = auto()
    """It waits for the person's yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A memory as it is now at rest, and how it came there."""

    memory: Memory
    outcome: Outcome


def keep(memory: Memory, *, desk: MemoryDesk, instead_of: Memory | None = None) -> Kept:
    """Put a memory that is not yet at rest where it belongs.

    What it is told instead of goes, whatever that is about.
    """
    states = _ASKED if memory.state is MemoryState.PENDING else (MemoryState.CURRENT,)
    if (known := _known(memory, states, desk=desk)) is not None:
        return Kept(memory=_said_again(known, memory, desk), outcome=Outcome.KNOWN)
    if memory.state is MemoryState.PENDING:
        _withdraw(instead_of, desk=desk)
        _add(memory, desk=desk)
        return Kept(memory=memory, outcome=Outcome.WAITING)
    others = _others(memory, desk=desk)
    if instead_of is not None and instead_of.id not in {each.id for each in others}:
        others = [instead_of, *others]
    if later := [each for each in others if each.valid_from > memory.valid_from]:
        memory = _closed(memory, until=later[0].valid_from, desk=desk)
        _add(memory, desk=desk)
        return Kept(memory=memory, outcome=Outcome.EARLIER)
    for other in others:
        supersede(other, at=memory.valid_from, desk=desk)
        memory = replace(memory, supersedes=other.id)
    _add(memory, desk=desk)
    return Kept(memory=memory, outcome=Outcome.CHANGED if others else Outcome.NEW)


def make_current(memory: Memory, *, desk: MemoryDesk) -> Kept:
    """A memory at rest counts from now on; what it contradicts does not."""
    now = max(desk.clock(), memory.updated_at)
    if (known := _known(memory, (MemoryState.CURRENT,), desk=desk)) is not None:
        desk.memories.replace(
            replace(memory, state=MemoryState.MERGED, updated_at=now, supersedes=None)
        )
        return Kept(memory=_said_again(known, memory, desk), outcome=Outcome.KNOWN)
    others = _others(memory, desk=desk)
    for other in others:
        supersede(other, at=max(memory.valid_from, other.valid_from), desk=desk)
        memory = replace(memory, supersedes=other.id)
    current = replace(memory, state=MemoryState.CURRENT, updated_at=now)
    desk.memories.replace(current)
    return Kept(memory=current, outcome=Outcome.CHANGED if others else Outcome.NEW)


def supersede(memory: Memory, *, at: datetime, desk: MemoryDesk) -> Memory:
    """Its time is over: it stays readable, and nothing made of it is served."""
    closed = _closed(memory, until=at, desk=desk)
    desk.memories.replace(closed)
    desk.dependencies.mark_stale([Source("memory", memory.id)])
    return closed


def merge(memory: Memory, *, into: Memory, desk: MemoryDesk) -> None:
    """It says the same as another, which takes over what it was made of."""
    now = max(desk.clock(), memory.updated_at)
    desk.memories.replace(replace(memory, state=MemoryState.MERGED, updated_at=now))
    sources = desk.dependencies.sources(Source("memory", memory.id))
    desk.dependencies.add(
        Source("memory", into.id), of=[*sources, Source("memory", memory.id)]
    )
    _strengthen(into, desk=desk)


def _known(
    memory: Memory, states: Iterable[MemoryState], *, desk: MemoryDesk
) -> Memory | None:
    """The same thing with the same value, in one of these states."""
    for other in desk.memories.beside(memory, states):
        if same_value(other.value, memory.value):
            return other
    return None


def _others(memory: Memory, *, desk: MemoryDesk) -> list[Memory]:
    """Current values that this one takes the place of."""
    return desk.memories.beside(memory) if memory.has_one_value else []


def _withdraw(waiting: Memory | None, *, desk: MemoryDesk) -> None:
    """Nobody is asked about what was put right before they answered."""
    if waiting is not None and waiting.state is MemoryState.PENDING:
        supersede(waiting, at=waiting.valid_from, desk=desk)


def _said_again(known: Memory, again: Memory, desk: MemoryDesk) -> Memory:
    if known.state is not MemoryState.CURRENT:
        return known
    if again.message_id is not None:
        desk.dependencies.add(
            Source("memory", known.id), of=[Source("message", again.message_id)]
        )
    return _strengthen(known, desk=desk)


def _strengthen(memory: Memory, *, desk: MemoryDesk) -> Memory:
    stronger = replace(
        memory,
        importance=min(1.0, memory.importance + _USED_AGAIN),
        updated_at=max(desk.clock(), memory.updated_at),
    )
    desk.memories.replace(stronger)
    return stronger


def _closed(memory: Memory, *, until: datetime, desk: MemoryDesk) -> Memory:
    return replace(
        memory,
        state=MemoryState.SUPERSEDED,
        valid_until=max(until, memory.valid_from),
        updated_at=max(desk.clock(), memory.updated_at),
    )


def _add(memory: Memory, *, desk: MemoryDesk) -> None:
    desk.memories.add(memory)
    if memory.message_id is not None:
        desk.dependencies.add(
            Source("memory", memory.id), of=[Source("message", memory.message_id)]
        )
