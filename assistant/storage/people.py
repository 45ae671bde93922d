"""People and the places they meet in, at rest. Callers own the transaction.

What a chat service reports twice is kept once, in its newest form.
"""

from datetime import datetime

from assistant.entities.ids import LOCAL_USER, ChannelId, RoleId, ServerId, UserId
from assistant.entities.people import Channel, Membership, Server, ServerRole, User
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.people_rows import (
    channel_from_row,
    channel_to_row,
    membership_from_row,
    membership_to_row,
    role_from_row,
    role_to_row,
    server_from_row,
    server_to_row,
    user_from_row,
    user_to_row,
)
from assistant.storage.rows import moment_to_text

_ADD_USER = """
    INSERT INTO user (id, name, display_name, external_id, status, preferences,
                      first_seen, last_seen)
    VALUES (:id, :name, :display_name, :external_id, :status, :preferences,
            :first_seen, :last_seen)
"""
_USER = """
    SELECT id, name, display_name, external_id, status, preferences,
           first_seen, last_seen
      FROM user
     WHERE id = :id
"""
_NAMES = """
    SELECT name
      FROM user
     WHERE status <> 'deleted'
       AND id <> :local
     UNION
    SELECT display_name
      FROM user
     WHERE status <> 'deleted'
       AND id <> :local
"""
_TOUCH_USER = """
    UPDATE user
       SET last_seen = max(last_seen, :at)
     WHERE id = :id
"""
_RENAME_USER = """
    UPDATE user
       SET name = :name,
           display_name = :display_name
     WHERE id = :id
"""
_PUT_SERVER = """
    INSERT INTO server (id, name, owner_id, icon_hash, permissions, status,
                        joined_at, updated_at)
    VALUES (:id, :name, :owner_id, :icon_hash, :permissions, :status,
            :joined_at, :updated_at)
    ON CONFLICT (id) DO UPDATE
       SET name = excluded.name,
           owner_id = excluded.owner_id,
           icon_hash = excluded.icon_hash,
           permissions = excluded.permissions,
           status = excluded.status,
           joined_at = excluded.joined_at,
           updated_at = excluded.updated_at
"""
_SERVER = """
    SELECT id, name, owner_id, icon_hash, permissions, status, joined_at, updated_at
      FROM server
     WHERE id = :id
"""
_PUT_CHANNEL = """
    INSERT INTO channel (id, server_id, category_id, name, kind, permissions,
                         is_managed, created_at, updated_at)
    VALUES (:id, :server_id, :category_id, :name, :kind, :permissions,
            :is_managed, :created_at, :updated_at)
    ON CONFLICT (id) DO UPDATE
       SET server_id = excluded.server_id,
           category_id = excluded.category_id,
           name = excluded.name,
           kind = excluded.kind,
           permissions = excluded.permissions,
           is_managed = excluded.is_managed,
           created_at = excluded.created_at,
           updated_at = excluded.updated_at
"""
_CHANNEL = """
    SELECT id, server_id, category_id, name, kind, permissions, is_managed,
           created_at, updated_at
      FROM channel
     WHERE id = :id
"""
_PUT_ROLE = """
    INSERT INTO server_role (id, server_id, name, color, permissions, position,
                             created_at, updated_at)
    VALUES (:id, :server_id, :name, :color, :permissions, :position,
            :created_at, :updated_at)
    ON CONFLICT (id) DO UPDATE
       SET server_id = excluded.server_id,
           name = excluded.name,
           color = excluded.color,
           permissions = excluded.permissions,
           position = excluded.position,
           created_at = excluded.created_at,
           updated_at = excluded.updated_at
"""
_ROLE = """
    SELECT id, server_id, name, color, permissions, position, created_at, updated_at
      FROM server_role
     WHERE id = :id
"""
_PUT_MEMBERSHIP = """
    INSERT INTO membership (user_id, server_id, rank, permissions, is_active,
                            joined_at, updated_at)
    VALUES (:user_id, :server_id, :rank, :permissions, :is_active,
            :joined_at, :updated_at)
    ON CONFLICT (user_id, server_id) DO UPDATE
       SET rank = excluded.rank,
           permissions = excluded.permissions,
           is_active = excluded.is_active,
           joined_at = excluded.joined_at,
           updated_at = excluded.updated_at
"""
_MEMBERSHIP = """
    SELECT user_id, server_id, rank, permissions, is_active, joined_at, updated_at
      FROM membership
     WHERE user_id = :user_id
       AND server_id = :server_id
"""


class People:
    """Users, and the servers, channels, roles and memberships around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_user(self, user: User) -> None:
        self._database.execute(_ADD_USER, user_to_row(user))

    def find_user(self, user_id: UserId) -> User | None:
        rows = self._database.query(_USER, {"id": user_id})
        return user_from_row(rows[0]) if rows else None

    def get_user(self, user_id: UserId) -> User:
        user = self.find_user(user_id)
        if user is None:
            raise NotFoundError(f"No user {user_id}")
        return user

    def names(self) -> frozenset[str]:
        """What everyone is called, except whoever is at the terminal."""
        rows = self._database.query(_NAMES, {"local": LOCAL_USER})
        return frozenset(row["name"] for row in rows)

    def touch_user(self, user_id: UserId, at: datetime) -> None:
        """Note that the person was here; a clock set back changes nothing."""
        row = {"id": user_id, "at": moment_to_text(at)}
        if not self._database.execute(_TOUCH_USER, row):
            raise NotFoundError(f"No user {user_id}")

    def rename_user(self, user_id: UserId, name: str, display_name: str) -> None:
        """As they are called now."""
        row = {"id": user_id, "name": name, "display_name": display_name}
        if not self._database.execute(_RENAME_USER, row):
            raise NotFoundError(f"No user {user_id}")

    def upsert_server(self, server: Server) -> None:
        self._database.execute(_PUT_SERVER, server_to_row(server))

    def find_server(self, server_id: ServerId) -> Server | None:
        rows = self._database.query(_SERVER, {"id": server_id})
        return server_from_row(rows[0]) if rows else None

    def upsert_channel(self, channel: Channel) -> None:
        self._database.execute(_PUT_CHANNEL, channel_to_row(channel))

    def find_channel(self, channel_id: ChannelId) -> Channel | None:
        rows = self._database.query(_CHANNEL, {"id": channel_id})
        return channel_from_row(rows[0]) if rows else None

    def upsert_role(self, role: ServerRole) -> None:
        self._database.execute(_PUT_ROLE, role_to_row(role))

    def find_role(self, role_id: RoleId) -> ServerRole | None:
        rows = self._database.query(_ROLE, {"id": role_id})
        return role_from_row(rows[0]) if rows else None

    def upsert_membership(self, membership: Membership) -> None:
        self._database.execute(_PUT_MEMBERSHIP, membership_to_row(membership))

    def find_membership(
        self, user_id: UserId, server_id: ServerId
    ) -> Membership | None:
        rows = self._database.query(
            _MEMBERSHIP, {"user_id": user_id, "server_id": server_id}
        )
        return membership_from_row(rows[0]) if rows else None
