"""`/ask`, `/chat` and `/search`."""

import discord
from discord import app_commands

from assistant.entities.audience import Audience
from assistant.entities.ids import ChannelId
from assistant.entities.search import HitKind
from assistant.entities.turn import Ask
from assistant.knowledge.search import Question
from plugins.discord.commands.reception import Interaction, Reception
from plugins.discord.desk import Desk
from plugins.discord.drawing import one_line
from plugins.discord.gate import Capability
from plugins.discord.mirroring import mirror_channel
from plugins.discord.sending import respond, send

_FOUND = 5
_LONGEST_HIT = 300
_LONGEST_ECHO = 1500
_LONGEST_NAME = 90


def add_asking(tree: app_commands.CommandTree, reception: Reception) -> None:
    """The commands that answer."""
    desk = reception.desk

    @tree.command(name="ask", description="Ask one question")
    @app_commands.describe(question="What you want to know")
    async def ask(
        asked: Interaction, question: app_commands.Range[str, 1, 2000]
    ) -> None:
        audience = await reception.admit(asked, Capability.CHAT)
        if audience and await reception.is_within_limits(asked, audience):
            await respond(asked, _echo(question), is_secret=False)
            reception.answer_later(
                asked.channel, audience, Ask(text=question), person=asked.user
            )

    @tree.command(name="chat", description="Open a thread to talk in")
    @app_commands.describe(question="What to begin with")
    async def chat(
        asked: Interaction, question: app_commands.Range[str, 1, 2000]
    ) -> None:
        audience = await reception.admit(asked, Capability.CHAT)
        if audience is None:
            return
        channel = asked.channel
        if not isinstance(channel, discord.TextChannel):
            await respond(asked, "Threads are opened in text channels of servers")
        elif await reception.is_within_limits(asked, audience):
            await asked.response.defer(ephemeral=True)
            thread = await _open_thread(channel, question)
            there = await desk.do(_in_thread, desk, thread, audience)
            await respond(asked, f"Let us talk in {thread.mention}")
            reception.answer_later(thread, there, Ask(text=question), person=asked.user)

    @tree.command(name="search", description="Find what was said here")
    @app_commands.describe(words="What to look for")
    async def search(
        asked: Interaction, words: app_commands.Range[str, 1, 300]
    ) -> None:
        audience = await reception.admit(asked, Capability.SEARCH)
        if audience is None:
            return
        await asked.response.defer(ephemeral=True)
        kinds = (HitKind.PASSAGE, HitKind.MESSAGE)
        question = Question(text=words, kinds=kinds, k=_FOUND)
        found = await desk.do(desk.assistant.search.find, question, audience)
        lines = [
            f"**{one_line(hit.title)}** {one_line(hit.location)}\n"
            f"> {one_line(hit.text)[:_LONGEST_HIT]}"
            for hit in found.hits
        ]
        await reception.tell(asked, "\n".join(lines) or "Nothing was found here")


async def _open_thread(channel: discord.TextChannel, question: str) -> discord.Thread:
    name = " ".join(question.split())[:_LONGEST_NAME]
    thread = await channel.create_thread(
        name=name or "A talk", type=discord.ChannelType.public_thread
    )
    await send(thread, _echo(question))
    return thread


def _in_thread(desk: Desk, thread: discord.Thread, audience: Audience) -> Audience:
    """The same person there. Blocks."""
    mirror_channel(thread, assistant=desk.assistant)
    return desk.audience(
        audience.user_id,
        channel_id=ChannelId(str(thread.id)),
        server_id=audience.place.server_id,
    )


def _echo(question: str) -> str:
    return f"> {one_line(question)[:_LONGEST_ECHO]}"
