"""Questions that wait, that change or go while they do, and people who ask too much."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from plugins.discord.settings import DiscordSettings
from tests.plugins.discord.conftest import FAST, Bot
from tests.plugins.discord.turnstile import Turnstile

MANY = 10_000


@pytest.fixture
def engine() -> Turnstile:
    return Turnstile("Paris.")


@pytest.fixture
def discord_settings() -> DiscordSettings:
    return replace(FAST, edit_seconds=0.5, queue_length=30)


@pytest.fixture
async def hall(bot: Bot, engine: Turnstile) -> AsyncIterator[Bot]:
    """A bot that answers when it is let; let go at the end."""
    yield bot
    engine.let(MANY)
    await bot.env.settle()


def told_of(bot: Bot, member: Any, text: str) -> Any:
    """Discord tells of a message, and nobody waits for what comes of it."""
    create, words = bot.env.backend.create_message, f"{bot.mention} {text}"
    return create(bot.channel.id, member.id, words)


def reword(bot: Bot, message: Any, text: str) -> None:
    bot.env.backend.advance_clock(1)
    change = {"content": f"{bot.mention} {text}"}
    bot.env.backend.edit_message(bot.channel.id, message.id, change)


async def until(what: Callable[[], Any]) -> Any:
    for _ in range(1500):
        if found := what():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come about")


def asked(bot: Bot) -> list[str]:
    """What the model was asked, in order."""
    return [request.messages[-1].content for request in bot.engine.requests]


async def test_ten_who_flood_do_not_hold_up_one_who_does_not(
    hall: Bot, engine: Turnstile
) -> None:
    """RL-01."""
    names = [f"loud{number}" for number in range(10)]
    loud = [hall.guild.add_member(hall.env.create_user(name)) for name in names]
    for number in range(3):
        for member in loud:
            told_of(hall, member, f"Flood {number}?")
    await until(lambda: hall.client.answering.waiting == 29)
    engine.let(12)
    await until(lambda: len(engine.requests) == 13)

    told_of(hall, hall.ana, "May I?")
    await until(lambda: hall.client.answering.waiting == 18)
    engine.let(MANY)
    await hall.env.settle()

    # Only the answer under way came before hers; everybody was answered in the end.
    assert asked(hall).index("May I?") == 13
    assert len(engine.requests) == 31


class TestAQueueWithLittleRoom:
    @pytest.fixture
    def discord_settings(self) -> DiscordSettings:
        return replace(FAST, queue_length=1)

    async def test_one_too_many_is_told_so_at_once(self, hall: Bot) -> None:
        for member in (hall.ana, hall.ben):
            told_of(hall, member, "A first question?")
        await until(lambda: hall.client.answering.waiting == 1)
        cem = hall.guild.add_member(hall.env.create_user("cem"))

        told_of(hall, cem, "And I?")

        await until(lambda: any("Too many questions wait" in s for s in hall.said))
        assert hall.client.answering.waiting == 1


async def test_a_question_reworded_while_it_waits_is_asked_in_the_last_words(
    hall: Bot, engine: Turnstile
) -> None:
    told_of(hall, hall.ana, "A first question?")
    await until(lambda: len(engine.requests) == 1)
    mine = told_of(hall, hall.ben, "What is the captial?")
    await until(lambda: hall.client.answering.waiting == 1)

    for words in ("What is the captal?", "What is the capital?"):
        reword(hall, mine, words)
    await asyncio.sleep(0.2)
    engine.let(MANY)
    await until(lambda: hall.said == ["Paris.", "Paris."])

    assert asked(hall) == ["A first question?", "What is the capital?"]


async def test_a_question_edited_twice_while_it_is_answered_has_one_answer(
    hall: Bot, engine: Turnstile
) -> None:
    mine = told_of(hall, hall.ana, "What is the captial?")
    await until(lambda: len(engine.requests) == 1)

    for words in ("What is the captal?", "What is the capital?"):
        reword(hall, mine, words)
    await asyncio.sleep(0.3)
    engine.let(MANY)
    await until(lambda: hall.said)
    await hall.env.settle()

    assert asked(hall)[-1] == "What is the capital?"
    assert hall.said == ["Paris."]
    rows = hall.assistant.database.query(
        "SELECT content FROM message WHERE role = 'user' AND content LIKE '%capital?'"
    )
    assert len(rows) == 1


async def test_a_question_deleted_while_it_waits_is_never_asked(
    hall: Bot, engine: Turnstile
) -> None:
    told_of(hall, hall.ana, "A first question?")
    await until(lambda: len(engine.requests) == 1)
    mine = told_of(hall, hall.ben, "My boat is Nelly?")
    await until(lambda: hall.client.answering.waiting == 1)

    hall.env.backend.delete_message(hall.channel.id, mine.id)
    await until(lambda: not hall.client.answering.waiting)
    engine.let(MANY)
    await hall.env.settle()

    assert asked(hall) == ["A first question?"]


async def test_a_question_deleted_as_it_is_saved_is_not_left_behind(hall: Bot) -> None:
    """Whenever it goes, nothing of it stays."""
    hall.engine.let(MANY)  # type: ignore[attr-defined]
    for pause in range(12):
        mine = told_of(hall, hall.ana, "My boat is Nelly?")
        await asyncio.sleep(pause * 0.004)
        hall.env.backend.delete_message(hall.channel.id, mine.id)
        await asyncio.sleep(0.05)
        await hall.env.settle()

    assert hall.said == []
    assert hall.assistant.database.query("SELECT content FROM message") == []


class TestSomebodyRefused:
    @pytest.fixture
    def discord_settings(self) -> DiscordSettings:
        return replace(FAST, asks_per_user=2)

    async def test_who_goes_on_and_on_is_not_told_every_time(
        self, hall: Bot, engine: Turnstile
    ) -> None:
        engine.let(MANY)
        for _ in range(15):
            await hall.ana.send(hall.channel, f"{hall.mention} Again?")

        refusals = [each for each in hall.said if "faster than I can" in each]
        assert 1 <= len(refusals) <= 5
