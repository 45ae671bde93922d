"""People ask on Discord, and are answered where they asked."""

from tests.plugins.discord.conftest import Bot


async def test_a_mention_is_answered_below_it(bot: Bot) -> None:
    question = await bot.ana.send(bot.channel, f"{bot.mention} What is the capital?")

    assert bot.said == ["Paris, of course."]
    answer = bot.channel.last_message
    assert answer.reference.message_id == question.id
    assert [m.content for m in bot.engine.requests[-1].messages[1:]] == [
        "What is the capital?"
    ]


async def test_talk_among_people_is_left_alone(bot: Bot) -> None:
    await bot.ana.send(bot.channel, "What is the capital?")

    assert bot.said == []
    assert bot.engine.requests == []
