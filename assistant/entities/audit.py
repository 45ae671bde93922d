"""Who changed what, with what was there before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.entities.ids import AuditId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change of state by a person or a tool; never altered afterwards."""

    id: AuditId
    at: datetime
    actor_id: UserId
    action: str
    resource: str
    resource_id: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
