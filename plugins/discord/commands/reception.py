"""Receives whoever calls a command: at the gate, within limits, in their own words.

The commands themselves are beside it; none of them talks to Discord but through here.
"""

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

import discord
from discord import app_commands

from assistant.entities.audience import Audience
from assistant.entities.ids import ChannelId
from assistant.entities.turn import Ask
from assistant.errors import AssistantError
from assistant.privacy.audience import admit
from plugins.discord.admitting import Person, context_of
from plugins.discord.desk import Desk
from plugins.discord.drawing import one_line
from plugins.discord.gate import Capability, Context, authorize
from plugins.discord.limiting import politely, try_ask
from plugins.discord.mirroring import mirror_channel, mirror_person
from plugins.discord.sending import Place, respond
from plugins.discord.showing import Asked
from plugins.discord.splitting import split

if TYPE_CHECKING:
    from plugins.discord.client import HearthClient

Interaction: TypeAlias = discord.Interaction[Any]

_MOST_PARTS = 3


class Reception:
    """What every command begins and ends with."""

    def __init__(self, client: "HearthClient") -> None:
        self.client = client
        self.desk: Desk = client.desk

    async def admit(
        self, asked: Interaction, capability: Capability
    ) -> Audience | None:
        """Who asks, if they may; otherwise they were told why not."""
        context = context_of(asked)
        rules = await self.desk.do(self.desk.rules, context.server_id)
        verdict = authorize(context, capability, rules)
        if not verdict:
            await respond(asked, verdict.reason)
            await self.client.tell_managers(
                context.server_id,
                f"Refused {context.user_id} {capability}: {verdict.reason}",
            )
            return None
        return await self.desk.do(self.audience, asked, context)

    async def may(self, asked: Interaction, capability: Capability) -> bool:
        """Whether they may; for what is offered while somebody types."""
        context = context_of(asked)
        rules = await self.desk.do(self.desk.rules, context.server_id)
        return bool(authorize(context, capability, rules))

    def audience(self, asked: Interaction, context: Context) -> Audience:
        """Blocks. Whoever asks is a person with a place by then."""
        if asked.channel is not None:
            mirror_channel(asked.channel, assistant=self.desk.assistant)
        mirror_person(asked.user, assistant=self.desk.assistant)
        return self.desk.audience(
            context.user_id,
            channel_id=context.channel_id,
            server_id=context.server_id,
        )

    def own(self, audience: Audience) -> Audience:
        """The same person by themselves: what is theirs, wherever they ask. Blocks."""
        return admit(self.desk.assistant.people.get_user(audience.user_id))

    async def is_within_limits(self, asked: Interaction, audience: Audience) -> bool:
        """Whether another question is allowed now; otherwise they were told when."""
        refusal = await self.desk.do(
            lambda: try_ask(
                self.desk,
                user_id=audience.user_id,
                server_id=audience.place.server_id,
            )
        )
        if refusal is not None:
            await respond(asked, politely(refusal))
        return refusal is None

    def answer_later(
        self, place: object, audience: Audience, ask: Ask, *, person: Person
    ) -> None:
        """The question takes its place in the queue."""
        if isinstance(place, discord.abc.Messageable):
            self.client.later(self._answer(place, audience, ask, person=person))

    async def _answer(
        self, place: Place, audience: Audience, ask: Ask, *, person: Person
    ) -> None:
        manner = await self.desk.do(self.desk.manner, audience.place.server_id)
        await self.client.answering.answer(
            Asked(
                request=manner.request(audience, ask),
                place=place,
                channel_id=audience.place.channel_id or ChannelId(""),
                user_id=audience.user_id,
                person=person,
            )
        )

    async def tell(self, asked: Interaction, words: str) -> None:
        """Only to whoever asked, and no more than a few messages of it."""
        parts = split(words, limit=self.desk.settings.message_units)
        for part in parts[:_MOST_PARTS]:
            await respond(asked, part.shown)

    async def failed(
        self, asked: Interaction, error: app_commands.AppCommandError
    ) -> None:
        """What a person can mend is told; the rest is a bug, and goes to the log."""
        cause = error.__cause__ if error.__cause__ is not None else error
        if isinstance(cause, AssistantError):
            hint = f". {cause.hint}" if cause.hint else ""
            await respond(asked, one_line(f"{cause}{hint}"))
        elif not isinstance(cause, asyncio.CancelledError):
            await self.client.broke(f"the command {asked.command}", cause)
            await respond(asked, "That went wrong; nothing was changed")
