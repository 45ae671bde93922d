"""People ask on Discord, and are answered where they asked."""

import asyncio
from dataclasses import replace

import discord
import pytest

from plugins.discord.settings import DiscordSettings
from tests.fakes.engine import ScriptedEngine
from tests.plugins.discord.conftest import FAST, Bot, told


def sent(bot: Bot) -> list[str]:
    """What the model was sent last, without its instructions."""
    return [message.content for message in bot.engine.requests[-1].messages[1:]]


async def test_a_mention_is_answered_below_it(bot: Bot) -> None:
    question = await bot.ana.send(bot.channel, f"{bot.mention} What is the capital?")

    assert bot.said == ["Paris, of course."]
    assert bot.channel.last_message.reference.message_id == question.id
    assert sent(bot) == ["What is the capital?"]


async def test_talk_among_people_is_left_alone(bot: Bot) -> None:
    await bot.ana.send(bot.channel, "What is the capital?")

    assert bot.said == []
    assert bot.engine.requests == []


async def test_calling_without_a_question_is_greeted(bot: Bot) -> None:
    await bot.ana.send(bot.channel, bot.mention)

    assert bot.said == ["Ask me something, or see `/help`."]
    assert bot.engine.requests == []


async def test_a_reply_goes_on_where_the_answer_stands(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} What is the capital?")
    answer = bot.channel.last_message

    await bot.ben.send(bot.channel, "Are you sure?", reply_to=answer)

    assert sent(bot) == [
        "ana: What is the capital?",
        "Paris, of course.",
        "ben: Are you sure?",
    ]


async def test_two_mentions_are_two_conversations(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} One?")
    await bot.ana.send(bot.channel, f"{bot.mention} Two?")

    assert sent(bot) == ["Two?"]


async def test_direct_messages_are_one_conversation(bot: Bot) -> None:
    await bot.ana.send_dm("My boat is Nelly.")
    await bot.ana.send_dm("How are you?")

    assert sent(bot)[0] == "My boat is Nelly."
    assert sent(bot)[-1] == "How are you?"


async def test_a_direct_message_is_not_known_on_the_server(bot: Bot) -> None:
    await bot.ana.send_dm("My secret boat is Nelly.")

    await bot.ben.send(bot.channel, f"{bot.mention} What is ana's secret boat?")
    await bot.ana.send(bot.channel, f"{bot.mention} What is my secret boat?")

    assert not any("Nelly" in each for each in sent(bot))
    assert not any("Nelly" in each for each in bot.said)


async def test_what_is_said_on_one_server_is_not_known_on_another(bot: Bot) -> None:
    other = bot.env.create_guild("Trains")
    station = other.create_text_channel("station")
    ana = other.add_member(bot.env.create_user("ana there"))
    await bot.ana.send(bot.channel, f"{bot.mention} Our anchor is called Otto.")

    result = await ana.slash(station, "search", words="anchor Otto")

    assert told(result) == ["Nothing was found here"]


async def test_a_chat_opens_a_thread_that_goes_on(bot: Bot) -> None:
    await bot.ana.slash(bot.channel, "chat", question="Shall we talk?")
    (thread,) = bot.channel.threads
    assert bot.said_in(thread)[-1] == "Paris, of course."

    await bot.ben.send(thread, "And now?")

    assert sent(bot) == [
        "ana: Shall we talk?",
        "Paris, of course.",
        "ben: And now?",
    ]


async def test_a_text_file_comes_along(bot: Bot) -> None:
    question = f"{bot.mention} What is the key?"

    await bot.ana.send(
        bot.channel, question, attachments=[("notes.txt", b"The key is 7.")]
    )

    assert "The key is 7." in sent(bot)[0]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("photo.png", b"\x89PNG", "is no text that I can read"),
        ("notes.txt", b"\xff\xfe\xfa", "is not text in UTF"),
        ("notes.txt", b"x" * 2_000_001, "is larger than 2 MB"),
    ],
)
async def test_a_file_it_cannot_take_is_refused_by_name(
    bot: Bot, name: str, content: bytes, complaint: str
) -> None:
    look = f"{bot.mention} Look"

    await bot.ana.send(bot.channel, look, attachments=[(name, content)])

    assert complaint in bot.said[-1]
    assert name.partition(".")[0] in bot.said[-1]
    assert bot.engine.requests == []


async def test_an_edited_question_is_answered_anew(bot: Bot) -> None:
    question = await bot.ana.send(bot.channel, f"{bot.mention} What is the captial?")

    await bot.ana.edit(question, f"{bot.mention} What is the capital?")

    assert sent(bot) == ["What is the capital?"]
    assert len(bot.said) == 2


async def test_a_deleted_question_takes_its_answer_along_here_and_there(
    bot: Bot,
) -> None:
    question = await bot.ana.send(bot.channel, f"{bot.mention} My boat is Nelly?")

    await bot.ana.delete(question)

    assert bot.said == []
    left = bot.assistant.database.query("SELECT content FROM message")
    assert left == []


async def test_every_wording_of_a_deleted_question_goes(bot: Bot) -> None:
    question = await bot.ana.send(bot.channel, f"{bot.mention} My boat is Nelly?")
    await bot.ana.edit(question, f"{bot.mention} My boat is Otto?")

    await bot.ana.delete(question)

    assert bot.said == []
    assert bot.assistant.database.query("SELECT content FROM message") == []


async def test_anothers_question_below_the_same_answer_stays(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} What is the capital?")
    answer = bot.channel.last_message
    mine = await bot.ana.send(bot.channel, "Is it large?", reply_to=answer)
    await bot.ben.send(bot.channel, "Is it old?", reply_to=answer)

    await bot.ana.delete(mine)

    kept = bot.assistant.database.query("SELECT content FROM message")
    assert {"Is it old?"} <= {row["content"] for row in kept}
    assert "Is it large?" not in {row["content"] for row in kept}


class TestALongAnswer:
    @pytest.fixture
    def engine(self) -> ScriptedEngine:
        return ScriptedEngine("A paragraph of some length. " * 150)

    async def test_it_comes_in_parts_that_discord_takes(self, bot: Bot) -> None:
        await bot.ana.send(bot.channel, f"{bot.mention} Tell me all")

        assert len(bot.said) == 3
        assert all(len(each) <= 2000 for each in bot.said)
        assert (
            " ".join(bot.said).split() == ("A paragraph of some length. " * 150).split()
        )

    @pytest.mark.parametrize("discord_settings", [replace(FAST, most_parts=2)])
    async def test_one_too_long_for_that_is_a_file(self, bot: Bot) -> None:
        await bot.ana.send(bot.channel, f"{bot.mention} Tell me all")

        (file,) = bot.channel.last_message.attachments
        assert file.filename == "answer.md"
        assert (await file.read()).decode().count("A paragraph") == 150


async def test_bots_and_webhooks_are_never_answered(bot: Bot) -> None:
    robot = bot.guild.add_member(bot.env.create_user("robot", bot=True))
    hook = bot.guild.create_webhook(bot.channel)

    await robot.send(bot.channel, f"{bot.mention} Hello")
    await hook.send(f"{bot.mention} Hello")

    assert bot.said == []
    assert bot.engine.requests == []


async def test_a_channel_that_not_everybody_reads_is_refused(bot: Bot) -> None:
    staff = bot.guild.create_role("Staff")
    hidden = bot.guild.create_text_channel(
        "staff",
        overwrites={
            bot.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            staff: discord.PermissionOverwrite(view_channel=True),
            bot.client.user: discord.PermissionOverwrite(view_channel=True),
        },
    )
    member = bot.guild.add_member(bot.env.create_user("cem"), roles=[staff])

    await member.send(hidden, f"{bot.mention} What is the plan?")

    assert bot.engine.requests == []
    assert (
        "Not everybody on this server can read this channel" in bot.said_in(hidden)[0]
    )


class TestLimits:
    @pytest.fixture
    def discord_settings(self) -> DiscordSettings:
        return replace(FAST, asks_per_user=2)

    async def test_who_asks_too_fast_is_told_when_to_come_again(self, bot: Bot) -> None:
        for _ in range(2):
            await bot.ana.send(bot.channel, f"{bot.mention} Again?")
        await bot.ben.send(bot.channel, f"{bot.mention} And I?")

        assert len(bot.engine.requests) == 2
        assert "You ask faster than I can answer; try again in" in bot.said[1]
        assert bot.said[2] == "Paris, of course."


class TestAnEngineThatFails:
    @pytest.fixture
    def engine(self) -> ScriptedEngine:
        return ScriptedEngine("No.", fail_at=0)

    async def test_it_says_so_and_nothing_else_breaks(self, bot: Bot) -> None:
        await bot.ana.send(bot.channel, f"{bot.mention} Well?")

        assert "I could not answer" in bot.said[-1]


async def test_the_same_event_told_twice_is_answered_once(bot: Bot) -> None:
    question = await bot.ana.send(bot.channel, f"{bot.mention} Once?")

    message = await bot.client.get_channel(bot.channel.id).fetch_message(question.id)
    await asyncio.gather(*(bot.client.on_message(message) for _ in range(5)))

    assert bot.said == ["Paris, of course."]
