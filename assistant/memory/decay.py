"""How much of a memory is left: half after a while, all of it again when it is used.

Pure. What is used often fades more slowly. Fading changes where a memory stands among
others, and only what was never used is ever let go for it.
"""

import math
from datetime import datetime, timedelta

from assistant.entities.memory import Memory, MemoryTerm

HALF_LIVES = {
    MemoryTerm.WORKING: timedelta(hours=12),
    MemoryTerm.SHORT_TERM: timedelta(days=14),
    MemoryTerm.LONG_TERM: timedelta(days=180),
}
"""Until half is left, unused; a proposal, not measured (SCIENCE.md, 3)."""


def half_life(memory: Memory) -> timedelta:
    """Longer by one for each doubling of its uses."""
    return HALF_LIVES[memory.term] * (1 + math.log2(1 + memory.access_count))


def strength(memory: Memory, *, now: datetime) -> float:
    """From its importance, just used, down to 0."""
    used = max(memory.updated_at, memory.accessed_at or memory.updated_at)
    age = max(now - used, timedelta())
    return float(memory.importance * 0.5 ** (age / half_life(memory)))
