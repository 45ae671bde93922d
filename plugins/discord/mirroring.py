"""Servers, channels, roles and people, as Discord reports them, kept in the file.

The newest report counts. Ids are Discord's own.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

import discord

from assistant.app import Assistant
from assistant.entities.ids import ChannelId, RoleId, ServerId, UserId
from assistant.entities.people import (
    Channel,
    ChannelKind,
    Membership,
    Rank,
    Server,
    ServerRole,
    ServerStatus,
    User,
)

Person: TypeAlias = discord.User | discord.Member | discord.ClientUser
AnyChannel: TypeAlias = (
    discord.abc.GuildChannel | discord.Thread | discord.DMChannel | discord.GroupChannel
)

_KINDS = {
    discord.ChannelType.voice: ChannelKind.VOICE,
    discord.ChannelType.stage_voice: ChannelKind.VOICE,
    discord.ChannelType.category: ChannelKind.CATEGORY,
    discord.ChannelType.public_thread: ChannelKind.THREAD,
    discord.ChannelType.private_thread: ChannelKind.THREAD,
    discord.ChannelType.news_thread: ChannelKind.THREAD,
    discord.ChannelType.private: ChannelKind.DIRECT,
    discord.ChannelType.group: ChannelKind.DIRECT,
}


def mirror_server(guild: discord.Guild, *, assistant: Assistant) -> None:
    """The whole server, in one transaction; its members as they are met."""
    now = assistant.clock()
    with assistant.database.transaction(durable=False):
        assistant.people.upsert_server(
            Server(
                id=ServerId(str(guild.id)),
                name=guild.name,
                joined_at=guild.me.joined_at or now if guild.me else now,
                updated_at=now,
                owner_id=UserId(str(guild.owner_id)) if guild.owner_id else None,
                icon_hash=guild.icon.key if guild.icon else None,
                permissions=_granted(guild.me.guild_permissions) if guild.me else (),
            )
        )
        for role in guild.roles:
            assistant.people.upsert_role(_role(role, assistant=assistant))
        for channel in _categories_first(guild):
            assistant.people.upsert_channel(_channel(channel, assistant=assistant))


def mirror_channel(channel: AnyChannel, *, assistant: Assistant) -> None:
    """One channel, thread or direct line."""
    with assistant.database.transaction(durable=False):
        _know_server(getattr(channel, "guild", None), assistant=assistant)
        parent = getattr(channel, "parent", None)
        if parent is not None:
            assistant.people.upsert_channel(_channel(parent, assistant=assistant))
        assistant.people.upsert_channel(_channel(channel, assistant=assistant))


def mirror_role(role: discord.Role, *, assistant: Assistant) -> None:
    with assistant.database.transaction(durable=False):
        _know_server(role.guild, assistant=assistant)
        assistant.people.upsert_role(_role(role, assistant=assistant))


def mirror_person(person: Person, *, assistant: Assistant) -> None:
    """Who somebody is, and what they may do where they were met."""
    people, now = assistant.people, assistant.clock()
    user_id = UserId(str(person.id))
    with assistant.database.transaction(durable=False):
        known = people.find_user(user_id)
        if known is None:
            people.add_user(
                User(
                    id=user_id,
                    name=person.name,
                    display_name=person.display_name,
                    first_seen=now,
                    last_seen=now,
                    external_id=str(person.id),
                )
            )
        else:
            people.touch_user(user_id, now)
            names = (known.name, known.display_name)
            if names != (person.name, person.display_name) and known.external_id:
                people.rename_user(user_id, person.name, person.display_name)
        if isinstance(person, discord.Member):
            _know_server(person.guild, assistant=assistant)
            people.upsert_membership(_membership(person, assistant=assistant))


def leave_server(user_id: UserId, server_id: ServerId, *, assistant: Assistant) -> None:
    """Somebody is on a server no longer; that they were is known still."""
    with assistant.database.transaction(durable=False):
        known = assistant.people.find_membership(user_id, server_id)
        if known is not None:
            left = replace(known, is_active=False, updated_at=assistant.clock())
            assistant.people.upsert_membership(left)


def forget_server(guild: discord.Guild, *, assistant: Assistant) -> None:
    """The assistant was sent away; what was kept stays until it is forgotten."""
    server = assistant.people.find_server(ServerId(str(guild.id)))
    if server is None:
        return
    left = replace(
        server,
        permissions=(),
        status=ServerStatus.REMOVED,
        updated_at=assistant.clock(),
    )
    with assistant.database.transaction(durable=False):
        assistant.people.upsert_server(left)


def _know_server(guild: discord.Guild | None, *, assistant: Assistant) -> None:
    """Events come side by side: a part may be told of before the whole."""
    if guild is None:
        return
    if assistant.people.find_server(ServerId(str(guild.id))) is None:
        mirror_server(guild, assistant=assistant)


def _categories_first(guild: discord.Guild) -> Iterable[AnyChannel]:
    yield from guild.categories
    for channel in guild.channels:
        if not isinstance(channel, discord.CategoryChannel):
            yield channel
    yield from guild.threads


def _channel(channel: AnyChannel, *, assistant: Assistant) -> Channel:
    now = assistant.clock()
    guild = getattr(channel, "guild", None)
    category = getattr(channel, "parent_id", None) or getattr(
        channel, "category_id", None
    )
    return Channel(
        id=ChannelId(str(channel.id)),
        name=getattr(channel, "name", None) or "direct",
        kind=_KINDS.get(channel.type, ChannelKind.TEXT),
        created_at=channel.created_at or now,
        updated_at=now,
        server_id=ServerId(str(guild.id)) if guild else None,
        category_id=ChannelId(str(category)) if category else None,
    )


def _role(role: discord.Role, *, assistant: Assistant) -> ServerRole:
    return ServerRole(
        id=RoleId(str(role.id)),
        server_id=ServerId(str(role.guild.id)),
        name=role.name,
        created_at=role.created_at,
        updated_at=assistant.clock(),
        color=str(role.colour),
        permissions=_granted(role.permissions),
        position=role.position,
    )


def _membership(member: discord.Member, *, assistant: Assistant) -> Membership:
    now = assistant.clock()
    may = member.guild_permissions
    if member.guild.owner_id == member.id:
        rank = Rank.OWNER
    else:
        rank = Rank.ADMIN if may.manage_guild else Rank.MEMBER
    return Membership(
        user_id=UserId(str(member.id)),
        server_id=ServerId(str(member.guild.id)),
        joined_at=member.joined_at or now,
        updated_at=now,
        rank=rank,
        permissions=_granted(may),
    )


def _granted(permissions: discord.Permissions) -> tuple[str, ...]:
    return tuple(name for name, is_granted in permissions if is_granted)
