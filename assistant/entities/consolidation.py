"""What one run over somebody's memories did, and whether it was taken back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.ids import UserId


class ConsolidationStatus(StrEnum):
    """How a run ended."""

    COMPLETED = auto()
    REFUSED = auto()
    """It would have let go of too much at once; nothing was changed."""

    REVERSED = auto()
    """Somebody took it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolidationResult:
    """One run. Counts are of memories that were current before it."""

    id: str
    owner_id: UserId
    status: ConsolidationStatus
    consolidated_count: int
    """Merged into another one, or kept for longer than before."""

    retained_count: int
    """Current afterwards."""

    discarded_count: int
    """No longer current, since nothing showed that they matter."""

    at: datetime
    new_insights: tuple[str, ...] = ()
    """The weightiest memories of each subject: their ids, a subject a line."""

    detail: str = ""

    def __post_init__(self) -> None:
        counts = (self.consolidated_count, self.retained_count, self.discarded_count)
        if min(counts) < 0:
            raise ValueError("counts cannot be negative")
