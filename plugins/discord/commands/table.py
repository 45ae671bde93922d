"""All slash commands, to be synced once; each use of one is taken once."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from plugins.discord.commands.asking import add_asking
from plugins.discord.commands.configuring import configuration_group
from plugins.discord.commands.memory import add_approving, add_memory
from plugins.discord.commands.observing import observe_group
from plugins.discord.commands.privacy import privacy_group
from plugins.discord.commands.reception import Reception
from plugins.discord.commands.standing import add_standing
from plugins.discord.watching import claim

if TYPE_CHECKING:
    from plugins.discord.client import HearthClient


class Commands(app_commands.CommandTree["HearthClient"]):
    """Discord may tell of the same use twice."""

    async def interaction_check(self, asked: discord.Interaction[Any], /) -> bool:
        desk = self.client.desk
        return await desk.do(claim, desk, f"interaction:{asked.id}")


def add_commands(tree: Commands, client: "HearthClient") -> None:
    """Into the tree; what breaks in one of them is told by the reception."""
    reception = Reception(client)
    add_asking(tree, reception)
    add_memory(tree, reception)
    add_approving(tree, reception)
    add_standing(tree, reception)
    for group in (privacy_group, observe_group, configuration_group):
        tree.add_command(group(reception))
    tree.error(reception.failed)
