"""What was kept is said below the answer: with its words only in private."""

from dataclasses import replace

import pytest

from assistant.config.settings import MemoryMode
from assistant.entities.memory import MemoryFilter, MemoryState
from tests.fakes.engine import ScriptedEngine
from tests.plugins.discord.conftest import Bot, told

SAID = "I live in Porto."


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> ScriptedEngine:
    return ScriptedEngine(getattr(request, "param", "Paris, of course."))


def private_words(bot: Bot) -> str:
    return bot.said_in(bot.ana.user.dm_channel)[-1]


def ask_first(bot: Bot) -> None:
    """From now on nothing is remembered without a yes."""
    capture = bot.assistant.learning.capture
    asking = replace(capture.desk, mode=MemoryMode.ASK)
    object.__setattr__(capture, "desk", asking)


async def test_in_private_it_says_what_was_kept(bot: Bot) -> None:
    await bot.ana.send_dm(SAID)

    assert private_words(bot).endswith(
        "-# remembered: “I live in Porto” · `/forget` takes it back"
    )


async def test_among_others_it_does_not_say_what(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} {SAID}")

    (said,) = bot.said
    assert said.endswith("\n-# remembered · `/forget` takes it back")
    assert "Porto" not in said


@pytest.mark.parametrize("text", ["What is the capital?", "I wish I lived in Porto."])
async def test_nothing_is_said_where_nothing_was_kept(bot: Bot, text: str) -> None:
    await bot.ana.send_dm(text)

    assert private_words(bot) == "Paris, of course."


async def test_nothing_is_said_twice(bot: Bot) -> None:
    await bot.ana.send_dm(SAID)
    await bot.ana.send_dm("As you know, I live in Porto!")

    assert "remembered" not in private_words(bot)


async def test_what_waits_is_approved_by_its_person(bot: Bot) -> None:
    ask_first(bot)
    await bot.ana.send_dm(SAID)
    assert "to be remembered if you say so: “I live in Porto”" in private_words(bot)

    (choice,) = await bot.ana.autocomplete(bot.channel, "approve", "memory", "")
    assert await bot.ben.autocomplete(bot.channel, "approve", "memory", "") == []
    assert "waits" in told(await bot.ana.slash(bot.channel, "memories"))[0]

    refused = await bot.ben.slash(bot.channel, "approve", memory=choice["value"])
    result = await bot.ana.slash(bot.channel, "approve", memory=choice["value"])

    assert "Porto" not in told(refused)[0]
    assert told(result) == ["Remembered: I live in Porto"]
    wanted = MemoryFilter(states=(MemoryState.PENDING,))
    assert bot.assistant.memories.count(bot.assistant.audience, wanted) == 0


@pytest.mark.parametrize("engine", ["I will remember that!"], indirect=True)
async def test_a_claim_that_nothing_bears_out_is_put_right(bot: Bot) -> None:
    await bot.ana.send_dm("What is the capital?")

    assert "Nothing was remembered" in private_words(bot)
