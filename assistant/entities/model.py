"""Models that can answer, and how they are doing.

A `ModelService` is a model that was named to Hearth, whether a file on this
machine or a server elsewhere; it says nothing of how to run it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.ids import ModelId


class ModelKind(StrEnum):
    """Where the thinking is done."""

    LOCAL_LLM = auto()
    EXTERNAL_API = auto()


class ServiceStatus(StrEnum):
    """How a service is doing."""

    HEALTHY = auto()
    DEGRADED = auto()
    UNAVAILABLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelService:
    """One model, by the name the user calls it."""

    id: ModelId
    name: str
    kind: ModelKind
    location: str
    """A file's path, a base URL, or `bundled:NAME` for weights that came along."""

    context_tokens: int
    status: ServiceStatus = ServiceStatus.HEALTHY
    average_response_ms: float | None = None
    consecutive_failures: int = 0
    consecutive_successes: int = 0
    last_check: datetime | None = None
    last_error: str | None = None
    sha256: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    """What else the model needs: `remote_model`, `key_variable`, and the like."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a model needs a name")
        if self.context_tokens <= 0:
            raise ValueError("a model's context must be positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """What one check of one service found."""

    service: str
    status: ServiceStatus
    response_time_ms: float | None
    checked_at: datetime
    details: Mapping[str, object] = field(default_factory=dict)
