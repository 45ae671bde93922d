"""Messages that are no plain text: polls, stickers, embeds, forwards, Discord's own."""

from typing import Any

import discord
import pytest
from simcord.backend import serializers
from simcord.backend.models import MessageSticker, Poll, PollAnswer
from simcord.enums import MessageType

from assistant.entities.ids import UserId
from assistant.entities.memory import MemoryFilter
from assistant.privacy.audience import admit
from plugins.discord.client import _HELLO
from tests.plugins.discord.conftest import Bot
from tests.plugins.discord.test_watching import kept, watched

__all__ = ["watched"]

LUNCH = Poll(
    question="What for lunch?",
    answers=[PollAnswer(1, "Figs"), PollAnswer(2, "Soup")],
    expiry="2027-01-01T00:00:00+00:00",
)
WAVE = MessageSticker(id=7, name="wave", format_type=1, guild_id=0)
EMBED = {"title": "The tides", "description": "High water at nine."}
IMAGE = {
    "id": "1",
    "filename": "crane.png",
    "size": 10,
    "url": "http://127.0.0.1/crane.png",
    "proxy_url": "http://127.0.0.1/crane.png",
    "content_type": "image/png",
}


async def posted(bot: Bot, text: str = "", *, where: Any = None, **more: Any) -> None:
    """Ana posts something of that kind."""
    place = where or bot.channel
    bot.env.backend.create_message(place.id, bot.ana.id, text, **more)
    await bot.env.settle()


async def answer(bot: Bot, text: str = "", **more: Any) -> str:
    """What she is told directly."""
    line = bot.ana.user.dm_channel
    await posted(bot, text, where=line, **more)
    return bot.said_in(line)[-1]


async def unheard(bot: Bot, *, where: Any = None) -> None:
    """Ana posts something, and Discord withholds its words from the bot."""
    backend, place = bot.env.backend, where or bot.channel
    message = backend.create_message(place.id, bot.ana.id, "Hush.", broadcast=False)
    payload = dict(serializers.message_payload(backend, message))
    backend.emit("MESSAGE_CREATE", {**payload, "content": ""})
    await bot.env.settle()


async def test_a_sticker_alone_is_greeted_back(bot: Bot) -> None:
    assert await answer(bot, stickers=[WAVE]) == _HELLO
    assert bot.engine.requests == []


async def test_a_message_whose_words_may_not_be_heard_is_greeted(bot: Bot) -> None:
    line = bot.ana.user.dm_channel

    await unheard(bot, where=line)

    assert bot.said_in(line) == [_HELLO]


async def test_a_poll_is_asked_about_as_it_reads(bot: Bot) -> None:
    await answer(bot, poll=LUNCH)

    asked = bot.engine.requests[-1].messages[-1].content
    assert asked == "What for lunch?\n- Figs\n- Soup"


async def test_an_embed_alone_is_asked_about_as_a_file_is(bot: Bot) -> None:
    await answer(bot, embeds=[EMBED])

    asked = bot.engine.requests[-1].messages[-1].content
    assert asked.startswith("What is in the embed?")
    assert "```\nThe tides\n\nHigh water at nine.\n```" in asked


async def test_a_preview_below_a_text_is_no_part_of_it(bot: Bot) -> None:
    await answer(bot, "See http://127.0.0.1/tides", embeds=[EMBED])

    asked = bot.engine.requests[-1].messages[-1].content
    assert asked == "See http://127.0.0.1/tides"


async def test_a_picture_alone_is_refused_by_name(bot: Bot) -> None:
    told = await answer(bot, attachments=[IMAGE])

    assert told.replace("\\", "") == "crane.png is no text that I can read"


async def test_what_was_forwarded_is_not_learnt_as_the_senders_own(bot: Bot) -> None:
    other = bot.guild.create_text_channel("office")
    said = await bot.ben.send(other, "I live in Porto and my sister is called Nelly.")

    await bot.ana.forward(said, bot.ana.user.dm_channel)

    assistant = bot.assistant
    assistant.learning.drain()
    own = admit(assistant.people.get_user(UserId(str(bot.ana.id))))
    assert assistant.memories.browse(own, MemoryFilter(states=())) == []


@pytest.mark.parametrize(
    "kind",
    [
        MessageType.NEW_MEMBER,
        MessageType.PINS_ADD,
        MessageType.PREMIUM_GUILD_SUBSCRIPTION,
    ],
    ids=lambda kind: kind.name,
)
async def test_what_discord_itself_says_is_neither_answered_nor_kept(
    watched: Bot, kind: MessageType
) -> None:
    before = len(watched.said)

    await posted(watched, watched.mention, message_type=kind)

    assert kept(watched) == []
    assert len(watched.said) == before


class TestWatchedChannels:
    async def test_a_poll_is_kept_as_its_authors_words(self, watched: Bot) -> None:
        await posted(watched, poll=LUNCH)

        (row,) = kept(watched)
        assert row["content"] == "What for lunch?\n- Figs\n- Soup"

    @pytest.mark.parametrize(
        "more",
        [{"stickers": [WAVE]}, {"embeds": [EMBED]}, {"attachments": [IMAGE]}],
        ids=["sticker", "embed", "picture"],
    )
    async def test_what_has_no_words_of_its_author_is_not_kept(
        self, watched: Bot, more: dict[str, Any]
    ) -> None:
        await posted(watched, **more)

        assert kept(watched) == []

    async def test_words_that_may_not_be_heard_are_not_kept(self, watched: Bot) -> None:
        await unheard(watched)

        assert kept(watched) == []

    async def test_what_was_forwarded_from_elsewhere_is_not_kept(
        self, watched: Bot
    ) -> None:
        hidden = discord.PermissionOverwrite(view_channel=False)
        shown = discord.PermissionOverwrite(view_channel=True)
        office = watched.guild.create_text_channel(
            "office",
            overwrites={
                watched.guild.default_role: hidden,
                watched.ana: shown,
                watched.client.user: shown,
            },
        )
        said = await watched.ana.send(office, "The harbour is to be sold.")

        await watched.ana.forward(said, watched.channel)

        assert kept(watched) == []
