"""What a person agreed to, and where; what they did not agree to is not done."""

from dataclasses import dataclass
from datetime import datetime

from assistant.entities.ids import ConsentId, ServerId, UserId

DM_READ = "dm_read"
"""Reading the direct messages someone sends."""

OBSERVE = "observe"
"""Watching what someone says in the channels of a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One yes. The types are open: a plugin may ask for something of its own."""

    id: ConsentId
    user_id: UserId
    consent_type: str
    granted_at: datetime
    server_id: ServerId | None = None
    """None holds everywhere, direct messages included."""

    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.consent_type.strip():
            raise ValueError("a consent says what it is for")
        if self.revoked_at is not None and self.revoked_at < self.granted_at:
            raise ValueError("a consent cannot be revoked before it was granted")

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None
