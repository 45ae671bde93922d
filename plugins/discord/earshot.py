"""What somebody may be told of where they ask: the channels that they can read now.

Discord's account of roles and channels counts, at the moment of asking, and then the
gate. In a direct message those are the channels the person can read on servers shared
with the assistant; on a server those that everybody there can. What was said in them
is the core's to find.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import discord

from assistant.entities.audience import Earshot
from assistant.entities.ids import ChannelId, ServerId
from plugins.discord.admitting import Person, context_in, is_open
from plugins.discord.desk import Desk
from plugins.discord.gate import Capability, Rules, authorize
from plugins.discord.mirroring import mirror_person

_Rules: TypeAlias = Mapping[int, Rules]


async def in_earshot(
    person: Person, place: object, *, desk: Desk
) -> tuple[Earshot, ...]:
    """Asked just before an answer is made: a role may have gone since the question."""
    guild: discord.Guild | None = getattr(place, "guild", None)
    members = _members(person, [guild] if guild else person.mutual_guilds)
    rules = await desk.do(_rules, members, desk)
    return tuple(
        Earshot(
            server_id=ServerId(str(member.guild.id)),
            channels=frozenset(
                ChannelId(str(channel.id))
                for channel in member.guild.channels
                if (guild is None or is_open(channel))
                and _may_read(member, channel, rules[member.guild.id])
            ),
        )
        for member in members
    )


def _members(person: Person, guilds: Sequence[discord.Guild]) -> list[discord.Member]:
    """The person as each server knows them; who left is known no more."""
    known = [guild.get_member(person.id) for guild in guilds]
    return [member for member in known if member is not None]


def _rules(members: Sequence[discord.Member], desk: Desk) -> _Rules:
    """Blocks. Where they are members is kept, for the core to ask once more."""
    for member in members:
        mirror_person(member, assistant=desk.assistant)
    return {
        member.guild.id: desk.rules(ServerId(str(member.guild.id)))
        for member in members
    }


def _may_read(
    member: discord.Member, channel: discord.abc.GuildChannel, rules: Rules
) -> bool:
    may = channel.permissions_for(member)
    if not (may.view_channel and may.read_message_history):
        return False
    return bool(authorize(context_in(member, channel), Capability.RECALL, rules))
