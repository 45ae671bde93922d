"""`/observe`: whether a channel is watched, for those who manage the server."""

import discord
from discord import app_commands

from plugins.discord.commands.reception import Interaction, Reception
from plugins.discord.gate import Capability
from plugins.discord.sending import respond


def observe_group(reception: Reception) -> app_commands.Group:
    """The commands below `/observe`."""
    group = app_commands.Group(
        name="observe",
        description="Have this channel watched, or watched no longer",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )
    watching = reception.client.watching

    @group.command(name="on", description="Keep what is said in this channel")
    async def on(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.OBSERVE)
        if audience is None:
            return
        if not isinstance(asked.channel, discord.TextChannel):
            await respond(asked, "Only text channels can be watched")
            return
        await asked.response.defer(ephemeral=True)
        await watching.begin(asked.channel, by=audience.user_id)
        await respond(asked, "This channel is watched, and its members were told")

    @group.command(name="off", description="Keep nothing more of this channel")
    async def off(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.OBSERVE)
        if audience is not None and audience.place.channel_id is not None:
            was = await watching.end(audience.place.channel_id)
            told = "is watched no longer" if was else "was not watched"
            await respond(asked, f"This channel {told}")

    return group
