"""People and places as rows, and rows as people and places."""

import json

from assistant.entities.people import (
    Channel,
    ChannelKind,
    Membership,
    Rank,
    Server,
    ServerRole,
    ServerStatus,
    User,
    UserStatus,
)
from assistant.storage.rows import Row, moment_from_text, moment_to_text, to_json


def user_to_row(user: User) -> Row:
    return {
        "id": user.id,
        "name": user.name,
        "display_name": user.display_name,
        "external_id": user.external_id,
        "status": user.status.value,
        "preferences": to_json(user.preferences),
        "first_seen": moment_to_text(user.first_seen),
        "last_seen": moment_to_text(user.last_seen),
    }


def user_from_row(row: Row) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        display_name=row["display_name"],
        external_id=row["external_id"],
        status=UserStatus(row["status"]),
        preferences=json.loads(row["preferences"]),
        first_seen=moment_from_text(row["first_seen"]),
        last_seen=moment_from_text(row["last_seen"]),
    )


def server_to_row(server: Server) -> Row:
    return {
        "id": server.id,
        "name": server.name,
        "owner_id": server.owner_id,
        "icon_hash": server.icon_hash,
        "permissions": to_json(server.permissions),
        "status": server.status.value,
        "joined_at": moment_to_text(server.joined_at),
        "updated_at": moment_to_text(server.updated_at),
    }


def server_from_row(row: Row) -> Server:
    return Server(
        id=row["id"],
        name=row["name"],
        owner_id=row["owner_id"],
        icon_hash=row["icon_hash"],
        permissions=tuple(json.loads(row["permissions"])),
        status=ServerStatus(row["status"]),
        joined_at=moment_from_text(row["joined_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def channel_to_row(channel: Channel) -> Row:
    return {
        "id": channel.id,
        "server_id": channel.server_id,
        "category_id": channel.category_id,
        "name": channel.name,
        "kind": channel.kind.value,
        "permissions": to_json(channel.permissions),
        "is_managed": int(channel.is_managed),
        "created_at": moment_to_text(channel.created_at),
        "updated_at": moment_to_text(channel.updated_at),
    }


def channel_from_row(row: Row) -> Channel:
    return Channel(
        id=row["id"],
        server_id=row["server_id"],
        category_id=row["category_id"],
        name=row["name"],
        kind=ChannelKind(row["kind"]),
        permissions=json.loads(row["permissions"]),
        is_managed=bool(row["is_managed"]),
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def role_to_row(role: ServerRole) -> Row:
    return {
        "id": role.id,
        "server_id": role.server_id,
        "name": role.name,
        "color": role.color,
        "permissions": to_json(role.permissions),
        "position": role.position,
        "created_at": moment_to_text(role.created_at),
        "updated_at": moment_to_text(role.updated_at),
    }


def role_from_row(row: Row) -> ServerRole:
    return ServerRole(
        id=row["id"],
        server_id=row["server_id"],
        name=row["name"],
        color=row["color"],
        permissions=tuple(json.loads(row["permissions"])),
        position=row["position"],
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def membership_to_row(membership: Membership) -> Row:
    return {
        "user_id": membership.user_id,
        "server_id": membership.server_id,
        "rank": membership.rank.value,
        "permissions": to_json(membership.permissions),
        "is_active": int(membership.is_active),
        "joined_at": moment_to_text(membership.joined_at),
        "updated_at": moment_to_text(membership.updated_at),
    }


def membership_from_row(row: Row) -> Membership:
    return Membership(
        user_id=row["user_id"],
        server_id=row["server_id"],
        rank=Rank(row["rank"]),
        permissions=tuple(json.loads(row["permissions"])),
        is_active=bool(row["is_active"]),
        joined_at=moment_from_text(row["joined_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )
