"""Work to be done later, kept in the file until it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.ids import JobId


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = auto()
    RUNNING = auto()
    COMPLETED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work; `key` makes queueing the same work twice harmless."""

    id: JobId
    kind: str
    key: str
    created_at: datetime
    run_after: datetime
    payload: Mapping[str, object] = field(default_factory=dict)
    state: JobState = JobState.QUEUED
    attempts: int = 0
    error: str | None = None
    held_by: str | None = None
