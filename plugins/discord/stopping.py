"""The button that ends an answer while it is written."""

from collections.abc import Callable
from typing import Any

import discord

from assistant.entities.ids import UserId
from plugins.discord.admitting import context_of
from plugins.discord.desk import Desk
from plugins.discord.gate import Capability, authorize
from plugins.discord.sending import respond


class StopButton(discord.ui.View):
    """Belongs to one answer, and ends with it."""

    def __init__(self, author_id: UserId, stop: Callable[[], None], desk: Desk) -> None:
        super().__init__(timeout=None)
        self._author_id = author_id
        self._stop_answer = stop
        self._desk = desk

    @discord.ui.button(label="Stop", style=discord.ButtonStyle.secondary)
    async def press(
        self, asked: discord.Interaction[Any], _button: discord.ui.Button[Any]
    ) -> None:
        context = context_of(asked, author_id=self._author_id)
        rules = await self._desk.do(self._desk.rules, context.server_id)
        verdict = authorize(context, Capability.STOP, rules)
        if not verdict:
            await respond(asked, verdict.reason)
            return
        self._stop_answer()
        await asked.response.defer()
