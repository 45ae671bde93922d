"""Servers' configurations and watched channels. Callers own the transaction."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.people import Server
from assistant.entities.server import (
    Access,
    Feature,
    ServerConfiguration,
    ServerLimits,
)
from assistant.storage.database import Database
from assistant.storage.people_rows import server_from_row
from assistant.storage.rows import (
    Row,
    moment_from_text,
    moment_to_text,
    optional_moment_from_text,
    to_json,
)

_PUT = """
    INSERT INTO server_configuration (server_id, language, features, limits,
                                      log_channel_id, restricted_commands, access,
                                      persona_id, custom, created_at, updated_at)
    VALUES (:server_id, :language, :features, :limits, :log_channel_id,
            :restricted_commands, :access, :persona_id, :custom, :created_at,
            :updated_at)
    ON CONFLICT (server_id) DO UPDATE
       SET language = excluded.language,
           features = excluded.features,
           limits = excluded.limits,
           log_channel_id = excluded.log_channel_id,
           restricted_commands = excluded.restricted_commands,
           access = excluded.access,
           persona_id = excluded.persona_id,
           custom = excluded.custom,
           updated_at = excluded.updated_at
"""
_FIND = """
    SELECT server_id, language, features, limits, log_channel_id,
           restricted_commands, access, persona_id, custom, created_at, updated_at
      FROM server_configuration
     WHERE server_id = :server_id
"""
_SERVERS = """
    SELECT id, name, owner_id, icon_hash, permissions, status, joined_at, updated_at
      FROM server
     ORDER BY name, id
"""
_WATCH = """
    INSERT INTO watched_channel (channel_id, by_id, notice_id, since, seen_until)
    VALUES (:channel_id, :by_id, :notice_id, :since, NULL)
    ON CONFLICT (channel_id) DO NOTHING
"""
_UNWATCH = """
    DELETE FROM watched_channel
     WHERE channel_id = :channel_id
"""
_WATCHED = """
    SELECT watched_channel.channel_id, watched_channel.by_id,
           watched_channel.notice_id, watched_channel.since,
           watched_channel.seen_until, channel.server_id
      FROM watched_channel
      JOIN channel ON channel.id = watched_channel.channel_id
     WHERE :channel_id IS NULL OR watched_channel.channel_id = :channel_id
     ORDER BY watched_channel.channel_id
"""
_SEEN = """
    UPDATE watched_channel
       SET seen_until = max(ifnull(seen_until, ''), :at)
     WHERE channel_id = :channel_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedChannel:
    """A channel in which what is said is kept, since somebody agreed to it."""

    channel_id: ChannelId
    server_id: ServerId | None
    by_id: UserId
    since: datetime
    notice_id: str | None = None
    """The message that tells its members."""

    seen_until: datetime | None = None
    """What came later is asked for after a break."""


class Servers:
    """How each server wants the assistant, and where it may listen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Server]:
        return [server_from_row(row) for row in self._database.query(_SERVERS)]

    def put(self, configuration: ServerConfiguration) -> None:
        self._database.execute(_PUT, _to_row(configuration))

    def find(self, server_id: ServerId) -> ServerConfiguration | None:
        rows = self._database.query(_FIND, {"server_id": server_id})
        return _from_row(rows[0]) if rows else None

    def watch(self, channel: WatchedChannel) -> None:
        """From now on; whoever agreed first stays named."""
        self._database.execute(
            _WATCH,
            {
                "channel_id": channel.channel_id,
                "by_id": channel.by_id,
                "notice_id": channel.notice_id,
                "since": moment_to_text(channel.since),
            },
        )

    def unwatch(self, channel_id: ChannelId) -> bool:
        """Whether it was watched."""
        return bool(self._database.execute(_UNWATCH, {"channel_id": channel_id}))

    def watched(self, channel_id: ChannelId) -> WatchedChannel | None:
        rows = self._database.query(_WATCHED, {"channel_id": channel_id})
        return _watched_from_row(rows[0]) if rows else None

    def all_watched(self) -> list[WatchedChannel]:
        rows = self._database.query(_WATCHED, {"channel_id": None})
        return [_watched_from_row(row) for row in rows]

    def seen(self, channel_id: ChannelId, at: datetime) -> None:
        """Everything said in it until then was taken."""
        row = {"channel_id": channel_id, "at": moment_to_text(at)}
        self._database.execute(_SEEN, row)


def _to_row(configuration: ServerConfiguration) -> Row:
    access = {name: sorted(ids) for name, ids in asdict(configuration.access).items()}
    return {
        "server_id": configuration.server_id,
        "language": configuration.language,
        "features": to_json(dict(configuration.features)),
        "limits": to_json(asdict(configuration.limits)),
        "log_channel_id": configuration.log_channel_id,
        "restricted_commands": to_json(sorted(configuration.restricted_commands)),
        "access": to_json(access),
        "persona_id": configuration.persona_id,
        "custom": to_json(configuration.custom),
        "created_at": moment_to_text(configuration.created_at),
        "updated_at": moment_to_text(configuration.updated_at),
    }


def _from_row(row: Row) -> ServerConfiguration:
    access = json.loads(row["access"])
    named = {each.name: frozenset(access.get(each.name, ())) for each in fields(Access)}
    return ServerConfiguration(
        server_id=row["server_id"],
        language=row["language"],
        features={Feature(k): v for k, v in json.loads(row["features"]).items()},
        limits=ServerLimits(**json.loads(row["limits"])),
        log_channel_id=row["log_channel_id"],
        restricted_commands=frozenset(json.loads(row["restricted_commands"])),
        access=Access(**named),
        persona_id=row["persona_id"],
        custom=json.loads(row["custom"]),
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def _watched_from_row(row: Row) -> WatchedChannel:
    return WatchedChannel(
        channel_id=row["channel_id"],
        server_id=row["server_id"],
        by_id=row["by_id"],
        since=moment_from_text(row["since"]),
        notice_id=row["notice_id"],
        seen_until=optional_moment_from_text(row["seen_until"]),
    )
