"""What can be set for Discord. Knows nothing of Discord's library.

The token is no setting: it is kept in the keyring, or given in the environment.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urlsplit

from assistant.errors import ConfigError


class DirectMessages(StrEnum):
    """Who may write to the assistant directly."""

    MEMBERS = auto()
    """Members of a server where it may be spoken with."""

    NAMED = auto()
    """People named in `allowed_users`."""

    OFF = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSettings:
    """The section `discord`."""

    SECRETS: ClassVar = frozenset({"token"})
    """Environment variables of this section that are no settings."""

    api_base: str = ""
    """Another address of Discord's API, on this machine only; for tests."""

    gateway_url: str = ""
    """Another address of Discord's gateway, on this machine only; for tests."""

    owners: tuple[str, ...] = ()
    """Ids of people who may do everything, everywhere."""

    allowed_servers: tuple[str, ...] = ()
    """Ids of the only servers where it answers; empty allows all it was invited to."""

    denied_servers: tuple[str, ...] = ()
    """Ids of servers where it stays silent."""

    allowed_users: tuple[str, ...] = ()
    """Ids of the only people who may speak with it; empty allows all."""

    denied_users: tuple[str, ...] = ()
    """Ids of people it does not answer."""

    direct_messages: DirectMessages = DirectMessages.MEMBERS
    """Who may write to it directly: members, named or off."""

    message_units: int = 2000
    """How long one message may be, as Discord counts."""

    most_parts: int = 4
    """An answer in more parts than this comes as a file."""

    edit_seconds: float = 1.2
    """At least so long between two edits in a channel while an answer grows."""

    attachments: int = 4
    """At most so many files with one question."""

    attachment_megabytes: float = 2.0
    """Each of them at most this large."""

    asks_per_user: float = 6.0
    """Questions a person may ask a minute."""

    asks_per_server: float = 30.0
    """Questions all members of a server may ask a minute."""

    asks_in_all: float = 60.0
    """Questions everyone together may ask a minute."""

    queue_length: int = 20
    """Questions that may wait for an answer; more are turned away."""

    backfill_messages: int = 200
    """Messages looked up in each watched channel after a break."""

    def __post_init__(self) -> None:
        _require_loopback("discord.api_base", self.api_base, schemes=("http",))
        _require_loopback("discord.gateway_url", self.gateway_url, schemes=("ws",))
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(
                    f"discord.{name} is {value}; it must be from {low} to {high}"
                )


_RANGES = (
    ("message_units", 200, 4000),
    ("most_parts", 1, 50),
    ("edit_seconds", 0.5, 60),
    ("attachments", 0, 10),
    ("attachment_megabytes", 0.001, 25),
    ("asks_per_user", 0.1, 600),
    ("asks_per_server", 0.1, 6000),
    ("asks_in_all", 0.1, 60_000),
    ("queue_length", 1, 1000),
    ("backfill_messages", 0, 10_000),
)


def _require_loopback(name: str, url: str, *, schemes: tuple[str, ...]) -> None:
    """A token must never be sent anywhere but to Discord and to this machine."""
    if not url:
        return
    parts = urlsplit(url)
    try:
        is_here = (
            parts.hostname == "localhost"
            or ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        is_here = False
    if not is_here or parts.scheme not in schemes:
        raise ConfigError(
            f"{name} is {url!r}; only addresses of this machine are allowed",
            hint=f"Such as {schemes[0]}://127.0.0.1:8080",
        )
