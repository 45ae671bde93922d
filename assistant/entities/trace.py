"""What happened inside a turn, and how long it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from assistant.entities.ids import SpanId, TraceId

Count: TypeAlias = int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One timed step; spans of one trace form a tree."""

    id: SpanId
    trace_id: TraceId
    name: str
    started_at: datetime
    duration_ms: float
    parent_id: SpanId | None = None
    counts: Mapping[str, Count] = field(default_factory=dict)
    error: str | None = None
