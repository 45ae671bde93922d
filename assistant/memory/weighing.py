"""How much a memory weighs, and how long it is kept: several signs together.

Pure. Relevance to a question dominates all of it; weight and age only decide between
what is about equally to the point.
"""

import math
from datetime import UTC, date, datetime, time, timedelta

from assistant.entities.memory import Memory, MemoryKind, MemoryTerm
from assistant.memory.worth import worth

_OF_KIND = {
    MemoryKind.RELATIONSHIP: 0.6,
    MemoryKind.FACT: 0.5,
    MemoryKind.PREFERENCE: 0.45,
    MemoryKind.NOTE: 0.4,
    MemoryKind.PLAN: 0.35,
}
_EXPLICIT = 0.2
_SURFACE = 0.3
_SHARE_OF_IMPORTANCE = 0.3
_SHARE_OF_RECENCY = 0.15
_KEPT_AN_HOUR = 0.995
_AFTER_A_PLAN = timedelta(days=1)
_PLAN_WITHOUT_A_DAY = timedelta(days=30)


def importance_of(text: str, *, kind: MemoryKind, is_explicit: bool = False) -> float:
    """From what it is about, how it is said, and whether it was asked for."""
    weight = _OF_KIND[kind] + _SURFACE * worth(text)
    return round(min(1.0, weight + (_EXPLICIT if is_explicit else 0.0)), 3)


def term_of(kind: MemoryKind) -> MemoryTerm:
    """Plans pass; the rest stays."""
    return MemoryTerm.SHORT_TERM if kind is MemoryKind.PLAN else MemoryTerm.LONG_TERM


def expiry_of(
    kind: MemoryKind, *, said_at: datetime, until: date | None
) -> datetime | None:
    """When it stops to matter: a plan a day after its date; other things never."""
    if kind is not MemoryKind.PLAN:
        return None
    if until is None:
        return said_at + _PLAN_WITHOUT_A_DAY
    return datetime.combine(until, time.max, tzinfo=UTC) + _AFTER_A_PLAN


def ranked(relevance: float, memory: Memory, *, now: datetime) -> float:
    """Relevance, a little higher for what matters and what is fresh."""
    used = max(memory.updated_at, memory.accessed_at or memory.updated_at)
    hours = max(0.0, (now - used).total_seconds() / 3600)
    weight = 1 - _SHARE_OF_IMPORTANCE + _SHARE_OF_IMPORTANCE * memory.importance
    left = math.pow(_KEPT_AN_HOUR, hours)
    freshness = 1 - _SHARE_OF_RECENCY + _SHARE_OF_RECENCY * left
    return relevance * weight * freshness
