"""Events told twice, late or out of order: one effect each, and no pings."""

import asyncio
import random
from pathlib import Path
from typing import Any

import discord
import pytest

from assistant.entities.ids import ChannelId, UserId
from plugins.discord import sending
from plugins.discord.sending import SILENT
from plugins.discord.watching import claim
from tests.fakes.engine import ScriptedEngine
from tests.plugins.discord.conftest import Bot

LOUD = "@everyone @here <@1> <@&2> <@!3>"


class TestPings:
    @pytest.fixture
    def engine(self) -> ScriptedEngine:
        return ScriptedEngine(LOUD)

    async def test_no_payload_of_any_kind_can_ping(self, bot: Bot) -> None:
        """DC-01."""
        await bot.ana.send(bot.channel, f"{bot.mention} {LOUD}")
        await bot.ana.slash(bot.channel, "ask", question=LOUD)
        await bot.ana.slash(bot.channel, "chat", question=LOUD)
        await bot.ana.slash(bot.channel, "search", words=LOUD)
        await bot.ana.slash(bot.channel, "remember", what=f"I am {LOUD}")
        await bot.ana.slash(bot.channel, "memories")
        await bot.ana.slash(bot.channel, "forget", memory=LOUD)
        await bot.ana.slash(bot.channel, "persona", name=LOUD)
        await bot.ana.send_dm(LOUD)
        await bot.ana.send(
            bot.channel, f"{bot.mention} Look", attachments=[(f"{LOUD}.png", b"x")]
        )

        bodies = [request.json or {} for request in bot.env.backend.http_requests]
        speaking = [
            data
            for body in bodies
            if isinstance(body, dict)
            for data in (body, body.get("data"))
            if isinstance(data, dict) and data.get("content")
        ]
        assert len(speaking) >= 9
        for data in speaking:
            assert data["allowed_mentions"]["parse"] == [], data
            assert set(data["allowed_mentions"]) <= {"parse", "replied_user"}
            assert not data["allowed_mentions"].get("replied_user")

    def test_the_client_itself_pings_nobody_either(self, bot: Bot) -> None:
        assert bot.client.allowed_mentions is not None
        assert bot.client.allowed_mentions.to_dict() == SILENT.to_dict()

    def test_nothing_is_sent_but_through_the_one_door(self) -> None:
        folder = Path(sending.__file__).parent
        doors = (".send(", ".send_message(", ".edit(content", ".reply(", "followup.")
        used = {
            file.name
            for file in folder.rglob("*.py")
            if any(door in file.read_text() for door in doors)
        }

        assert used <= {"sending.py", "answering.py"}
        assert "chat.send(request)" in (folder / "answering.py").read_text()


async def test_a_bot_that_answers_ours_gets_no_second_answer(bot: Bot) -> None:
    """DC-12."""
    robot = bot.guild.add_member(bot.env.create_user("robot", bot=True))
    await bot.ana.send(bot.channel, f"{bot.mention} Hello")
    answer = bot.channel.last_message

    for _ in range(5):
        await robot.send(bot.channel, f"{bot.mention} Hello again", reply_to=answer)

    assert len(bot.said) == 1


async def test_ten_thousand_events_leave_exactly_one_effect_each(bot: Bot) -> None:
    """DC-08."""
    bot.assistant.database.query("SELECT 1")
    await _watch(bot)
    chance = random.Random(7)
    names = [f"event {n}" for n in range(2500)]
    told = names * 4
    chance.shuffle(told)

    taken = [name for name in told if claim(bot.desk, name)]

    assert sorted(taken) == sorted(names)
    assert not any(claim(bot.desk, name) for name in names)


async def test_messages_told_again_in_any_order_are_kept_once(bot: Bot) -> None:
    await _watch(bot)
    sent = [
        await bot.ana.send(bot.channel, f"Observation number {n}") for n in range(12)
    ]
    channel = bot.client.get_channel(bot.channel.id)
    assert isinstance(channel, discord.TextChannel)
    messages = [await channel.fetch_message(each.id) for each in sent]
    again = messages * 20
    random.Random(7).shuffle(again)

    await asyncio.gather(*(bot.client.watching.take(each) for each in again))

    kept = bot.assistant.database.query("SELECT content FROM observed_message")
    assert sorted(row["content"] for row in kept) == sorted(m.content for m in messages)
    earned = bot.assistant.database.query(
        "SELECT cause, topic_key, count(*) AS times FROM salience_entry"
        " WHERE entry_type = 'earn' GROUP BY cause, topic_key"
    )
    assert earned
    assert all(row["times"] == 1 for row in earned)


async def _watch(bot: Bot) -> None:
    channel: Any = bot.client.get_channel(bot.channel.id)
    await bot.client.watching.begin(channel, by=UserId(str(bot.guild.owner.id)))
    assert bot.desk.servers.watched(ChannelId(str(bot.channel.id)))
