"""Who asks and where, read from what Discord says of an event.

One reading for messages, commands, buttons and reactions, so that the gate sees the
same person whichever way they come.
"""

from typing import Any, TypeAlias

import discord

from assistant.entities.ids import ChannelId, RoleId, ServerId, UserId
from plugins.discord.gate import Context

Person: TypeAlias = discord.User | discord.Member


def context_of(
    event: discord.Message | discord.Interaction[Any],
    *,
    author_id: UserId | None = None,
) -> Context:
    """The context of a message, a command or a button."""
    if isinstance(event, discord.Message):
        is_machine = event.webhook_id is not None or not _is_of_a_person(event)
        return _context(event.author, event.channel, is_machine=is_machine)
    return _context(event.user, event.channel, author_id=author_id)


def context_in(person: Person, channel: object) -> Context:
    """The context of somebody in a channel, such as one who reacts."""
    return _context(person, channel)


def _is_of_a_person(message: discord.Message) -> bool:
    return message.type in (discord.MessageType.default, discord.MessageType.reply)


def _context(
    person: Person,
    channel: object,
    *,
    is_machine: bool = False,
    author_id: UserId | None = None,
) -> Context:
    guild: discord.Guild | None = getattr(channel, "guild", None)
    parent_id = getattr(channel, "parent_id", None)
    user_id = UserId(str(person.id))
    common: dict[str, Any] = {
        "user_id": user_id,
        "channel_id": ChannelId(str(getattr(channel, "id", ""))),
        "is_machine": is_machine or person.bot or person.system,
        "author_id": author_id,
    }
    if guild is None:
        shared = frozenset(ServerId(str(each.id)) for each in person.mutual_guilds)
        return Context(**common, shared_servers=shared)
    person = guild.get_member(person.id) or person  # some events tell no roles
    roles = person.roles if isinstance(person, discord.Member) else []
    return Context(
        **common,
        parent_id=ChannelId(str(parent_id)) if parent_id else None,
        server_id=ServerId(str(guild.id)),
        role_ids=frozenset(RoleId(str(role.id)) for role in roles),
        may_manage=isinstance(person, discord.Member)
        and person.guild_permissions.manage_guild,
        is_open=is_open(channel),
    )


def is_open(channel: object) -> bool:
    """Whether every member of the server may read what is said there."""
    if isinstance(channel, discord.Thread):
        if channel.is_private() or channel.parent is None:
            return False
        channel = channel.parent
    if not isinstance(channel, discord.abc.GuildChannel):
        return False
    everyone = channel.permissions_for(channel.guild.default_role)
    return everyone.view_channel and everyone.read_message_history
