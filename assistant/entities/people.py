"""People and the places they meet in; the terminal's own person is `local`.

Servers, channels, roles and memberships mirror what a chat service reports and
carry that service's ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.ids import ChannelId, RoleId, ServerId, UserId


class UserStatus(StrEnum):
    """Whether a person may speak with the assistant."""

    ACTIVE = auto()
    SUSPENDED = auto()
    DELETED = auto()


class ServerStatus(StrEnum):
    """Whether the assistant is still on a server."""

    ACTIVE = auto()
    INACTIVE = auto()
    REMOVED = auto()


class ChannelKind(StrEnum):
    """What sort of place a channel is."""

    TEXT = auto()
    VOICE = auto()
    CATEGORY = auto()
    THREAD = auto()
    DIRECT = auto()


class Rank(StrEnum):
    """A member's standing on one server."""

    MEMBER = auto()
    ADMIN = auto()
    OWNER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Someone who speaks with the assistant."""

    id: UserId
    name: str
    display_name: str
    first_seen: datetime
    last_seen: datetime
    external_id: str | None = None
    status: UserStatus = UserStatus.ACTIVE
    preferences: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id or not self.name:
            raise ValueError("a user needs an id and a name")
        if self.last_seen < self.first_seen:
            raise ValueError("a user cannot be last seen before being first seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A community that a chat service calls a server."""

    id: ServerId
    name: str
    joined_at: datetime
    updated_at: datetime
    owner_id: UserId | None = None
    icon_hash: str | None = None
    permissions: tuple[str, ...] = ()
    status: ServerStatus = ServerStatus.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One place within a server, or a direct line to one person."""

    id: ChannelId
    name: str
    kind: ChannelKind
    created_at: datetime
    updated_at: datetime
    server_id: ServerId | None = None
    category_id: ChannelId | None = None
    permissions: Mapping[str, object] = field(default_factory=dict)
    is_managed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRole:
    """A named set of rights on one server."""

    id: RoleId
    server_id: ServerId
    name: str
    created_at: datetime
    updated_at: datetime
    color: str | None = None
    permissions: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person on one server."""

    user_id: UserId
    server_id: ServerId
    joined_at: datetime
    updated_at: datetime
    rank: Rank = Rank.MEMBER
    permissions: tuple[str, ...] = ()
    is_active: bool = True
