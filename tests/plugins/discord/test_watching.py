"""What is kept of channels: where and of whom it was agreed to, once and in order."""

import asyncio
from dataclasses import replace
from typing import Any

import discord
import pytest

from assistant.entities.ids import UserId
from plugins.discord.settings import DiscordSettings
from tests.plugins.discord.conftest import FAST, Bot, told


@pytest.fixture
async def watched(bot: Bot) -> Bot:
    """A bot that watches the harbour."""
    may = discord.Permissions(manage_guild=True)
    role = bot.guild.create_role("Harbour master", permissions=may)
    dora = bot.guild.add_member(bot.env.create_user("dora"), roles=[role])
    result = await dora.slash(bot.channel, "observe on")
    assert "is watched" in told(result)[-1]
    return bot


def kept(bot: Bot) -> list[dict[str, Any]]:
    return bot.assistant.database.query(
        "SELECT content, author_id, visibility_scope, server_id"
        " FROM observed_message ORDER BY id"
    )


def words(bot: Bot) -> list[str]:
    return [row["content"] for row in kept(bot)]


async def test_nothing_is_kept_of_a_channel_nobody_switched_on(bot: Bot) -> None:
    await bot.ana.send(bot.channel, "The crane is broken.")

    assert kept(bot) == []


async def test_members_are_told_before_anything_is_kept(watched: Bot) -> None:
    assert "From now on I keep what is said in this channel" in watched.said[0]


async def test_what_is_said_is_kept_with_where_it_may_be_known(watched: Bot) -> None:
    await watched.ana.send(watched.channel, "The crane is broken.")

    assert kept(watched) == [
        {
            "content": "The crane is broken.",
            "author_id": str(watched.ana.id),
            "visibility_scope": "public",
            "server_id": str(watched.guild.id),
        }
    ]


async def test_edits_and_deletions_are_followed(watched: Bot) -> None:
    first = await watched.ana.send(watched.channel, "The crane is broken.")
    second = await watched.ana.send(watched.channel, "Never mind.")

    await watched.ana.edit(first, "The crane is mended.")
    await watched.ana.delete(second)

    assert words(watched) == ["The crane is mended."]


async def test_reactions_are_counted_and_taken_back(watched: Bot) -> None:
    said = await watched.ana.send(watched.channel, "The crane is mended.")
    await watched.ben.react(said, "🎉")
    counted = watched.assistant.database.query("SELECT reactions FROM observed_message")
    await watched.ben.unreact(said, "🎉")
    after = watched.assistant.database.query("SELECT reactions FROM observed_message")

    assert "🎉" in counted[0]["reactions"]
    assert "🎉" not in after[0]["reactions"]


async def test_who_refuses_is_not_kept_and_what_was_goes(watched: Bot) -> None:
    await watched.ana.send(watched.channel, "The crane is broken.")
    await watched.ben.send(watched.channel, "Which one?")

    await watched.ana.slash(watched.channel, "privacy refuse")
    await watched.ana.send(watched.channel, "The red one.")

    assert words(watched) == ["Which one?"]


async def test_salience_is_earned(watched: Bot) -> None:
    await watched.ana.send(watched.channel, "The crane is broken.")

    balances = watched.assistant.database.query("SELECT * FROM topic_salience")
    earned = {row["topic_key"]: row["balance"] for row in balances}
    assert earned[f"user:{watched.ana.id}"] > 0
    assert earned[f"channel:{watched.channel.id}"] > 0


async def test_a_channel_that_is_watched_no_longer_is_not(watched: Bot) -> None:
    await watched.client.watching.end(str(watched.channel.id))

    await watched.ana.send(watched.channel, "The crane is broken.")

    assert kept(watched) == []


async def test_only_managers_have_a_channel_watched(bot: Bot) -> None:
    available = bot.ana.available_commands(bot.channel)

    assert not any(name.startswith("observe") for name in available)


async def test_direct_messages_are_kept_only_after_a_yes_in_them(bot: Bot) -> None:
    """DC-10."""
    await bot.ana.send_dm("My secret boat is Nelly.")
    assert kept(bot) == []

    await bot.ana.user.slash("privacy allow")
    await bot.ana.send_dm("My other boat is Otto.")

    (row,) = kept(bot)
    assert (row["content"], row["visibility_scope"]) == ("My other boat is Otto.", "dm")
    await bot.ana.user.slash("privacy refuse")
    assert kept(bot) == []


async def test_consent_on_a_server_is_none_for_direct_messages(bot: Bot) -> None:
    await bot.ana.slash(bot.channel, "privacy allow")

    await bot.ana.send_dm("My secret boat is Nelly.")

    assert kept(bot) == []
    may = bot.assistant.consents.may
    assert not may(UserId(str(bot.ana.id)), "dm_read", None)


async def test_what_was_missed_is_caught_up_once_and_in_order(watched: Bot) -> None:
    await watched.ana.send(watched.channel, "One.")
    for text in ("Two.", "Three."):
        watched.env.backend.create_message(watched.channel.id, watched.ana.id, text)
    await asyncio.sleep(0)

    await watched.client.watching.catch_up(watched.client)
    await watched.client.watching.catch_up(watched.client)

    assert words(watched) == ["One.", "Two.", "Three."]


class TestCatchingUp:
    """After a break, what was said in the channel and in its threads."""

    @pytest.fixture
    def discord_settings(self) -> DiscordSettings:
        return replace(FAST, backfill_messages=12)

    async def thread(self, watched: Bot, name: str = "pier") -> int:
        """After a first word, up to which all is known."""
        await watched.ana.send(watched.channel, "Zero.")
        backend = watched.env.backend
        made = backend.create_thread(watched.channel.id, name, watched.ana.id)
        await watched.env.settle()
        return made.id

    def missed(self, watched: Bot, text: str, where: int | None = None) -> None:
        """Said while nobody listens."""
        place = where or watched.channel.id
        backend = watched.env.backend
        listening, backend.subscribers[:] = list(backend.subscribers), []
        backend.create_message(place, watched.ana.id, text)
        backend.subscribers[:] = listening

    async def catch_up(self, watched: Bot) -> int:
        return await watched.client.watching.catch_up(watched.client)

    async def test_threads_are_caught_up_with_their_channel_in_order(
        self, watched: Bot
    ) -> None:
        pier = await self.thread(watched)
        for text, where in (("One.", None), ("Two.", pier), ("Three.", None)):
            self.missed(watched, text, where)

        assert await self.catch_up(watched) == 3
        assert await self.catch_up(watched) == 0

        assert words(watched) == ["Zero.", "One.", "Two.", "Three."]

    async def test_a_thread_closed_during_the_break_is_looked_through(
        self, watched: Bot
    ) -> None:
        pier = await self.thread(watched)
        self.missed(watched, "Two.", pier)
        watched.env.backend.edit_channel(pier, {}, thread_metadata={"archived": True})
        await watched.env.settle()
        assert words(watched) == ["Zero."]

        await self.catch_up(watched)

        assert words(watched) == ["Zero.", "Two."]

    async def test_no_more_than_the_cap_is_taken_and_the_oldest_first(
        self, watched: Bot
    ) -> None:
        pier = await self.thread(watched)
        for number in range(20):
            self.missed(watched, f"{number}.", pier if number % 2 else None)

        taken = await self.catch_up(watched)

        assert 0 < taken <= 12
        assert words(watched) == ["Zero.", *(f"{n}." for n in range(taken))]

    async def test_what_a_thread_told_is_not_asked_for_again(
        self, watched: Bot
    ) -> None:
        pier = await self.thread(watched)
        channel = next(each for each in watched.channel.threads if each.id == pier)
        for number in range(6):
            await watched.ana.send(channel, f"{number}.")
        self.missed(watched, "Seven.", pier)

        assert await self.catch_up(watched) == 1

        assert words(watched)[-1] == "Seven."


async def test_a_reaction_goes_through_the_gate_like_everything_else(
    watched: Bot,
) -> None:
    said = await watched.ana.send(watched.channel, "The crane is mended.")
    master = watched.guild.create_role(
        "Lock keeper", permissions=discord.Permissions(manage_guild=True)
    )
    eli = watched.guild.add_member(watched.env.create_user("eli"), roles=[master])
    loud = watched.guild.create_role("loud")
    fay = watched.guild.add_member(watched.env.create_user("fay"), roles=[loud])
    await eli.slash(watched.channel, "config role", role=loud, rule="deny")

    await fay.react(said, "🎉")

    (row,) = watched.assistant.database.query("SELECT reactions FROM observed_message")
    assert row["reactions"] == "{}"
