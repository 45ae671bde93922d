"""Who is listening, and where: the wall every read of people's words needs.

An audience is made by `assistant.privacy`; here is only what it says.
"""

from dataclasses import dataclass
from enum import StrEnum, auto

from assistant.entities.ids import ChannelId, ServerId, UserId


class Scope(StrEnum):
    """Who may ever see a row; derived rows take the narrowest of their sources."""

    PRIVATE = auto()
    PUBLIC = auto()
    DERIVED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where words are said; the terminal is private and on no server."""

    server_id: ServerId | None = None
    channel_id: ChannelId | None = None
    is_private: bool = True


TERMINAL = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earshot:
    """What of a server somebody may be told of just now, as its service says."""

    server_id: ServerId
    channels: frozenset[ChannelId]
    """Those they may read; a thread is read along with its channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Required by every read over what people said."""

    user_id: UserId
    place: Place = TERMINAL
