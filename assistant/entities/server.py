"""How the assistant behaves on one server: its language, features, limits and people.

A setting of a server narrows what the program allows; it never widens it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.ids import ChannelId, PersonaId, RoleId, ServerId, UserId


class Feature(StrEnum):
    """What may be switched off for a server."""

    CHAT = auto()
    KNOWLEDGE = auto()
    """Answers from documents that this server may see."""

    MEMORY = auto()
    OBSERVE = auto()
    """Keeping what is said in channels that agreed to it."""

    ATTACHMENTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may speak with the assistant on a server, and where.

    Nobody who is denied may; where something is allowed by name, nothing else is.
    """

    allowed_channels: frozenset[ChannelId] = frozenset()
    denied_channels: frozenset[ChannelId] = frozenset()
    allowed_roles: frozenset[RoleId] = frozenset()
    denied_roles: frozenset[RoleId] = frozenset()
    denied_users: frozenset[UserId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """How much one server may ask for; None takes the program's own limit."""

    asks_per_user_per_minute: float | None = None
    asks_per_server_per_minute: float | None = None

    def __post_init__(self) -> None:
        for limit in (self.asks_per_user_per_minute, self.asks_per_server_per_minute):
            if limit is not None and limit <= 0:
                raise ValueError("a limit lets something through, sooner or later")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfiguration:
    """Everything its administrators decided; complete from the first day."""

    server_id: ServerId
    created_at: datetime
    updated_at: datetime
    language: str = "en"
    """ISO 639-1, with a region where it matters: `pt-BR`."""

    features: Mapping[Feature, bool] = field(default_factory=dict)
    """Those that were switched; the others are as the program has them."""

    limits: ServerLimits = ServerLimits()
    log_channel_id: ChannelId | None = None
    """Where refusals and administrators' changes are told."""

    restricted_commands: frozenset[str] = frozenset()
    """Commands that only administrators may use here."""

    access: Access = Access()
    persona_id: PersonaId | None = None
    custom: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.language:
            raise ValueError("a server's language has a name")
        if self.updated_at < self.created_at:
            raise ValueError("a configuration cannot change before it was made")

    def has(self, feature: Feature) -> bool:
        """Whether it is on here; what nobody switched is on, except observing."""
        return self.features.get(feature, feature is not Feature.OBSERVE)
