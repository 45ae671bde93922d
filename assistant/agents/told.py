"""What the program itself says in place of a model, and what it says it from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.citation import Basis
from assistant.entities.ids import MemoryId
from assistant.entities.memory import Memory, MemoryFilter, MemoryKind, MemoryState
from assistant.memory.book import MemoryBook

_ALL = 5000
"""More than anybody told; what is older than that many is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the program answers, and from what."""

    text: str
    memories: tuple[MemoryId, ...] = ()
    basis: Basis = Basis.MEMORY


def known_to(
    book: MemoryBook,
    audience: Audience,
    *,
    kinds: Sequence[MemoryKind] = (),
    states: Sequence[MemoryState] = (MemoryState.CURRENT,),
) -> list[Memory]:
    """What this person told that may be used in an answer, the newest first."""
    wanted = MemoryFilter(kinds=kinds, states=states)
    found = book.browse(audience, wanted, limit=_ALL)
    return [memory for memory in found if not memory.is_stale]


def day(moment: datetime) -> str:
    """As people write a date; in the time of this machine."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"
