"""What happens seldom on Discord: names change, servers go, events come oddly."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.people import ServerStatus
from plugins.discord.gate import Access
from plugins.discord.settings import DirectMessages, DiscordSettings
from tests.fakes.engine import ScriptedEngine
from tests.plugins.discord.conftest import FAST, Bot, told
from tests.privacy.building import cells_with


async def watch(bot: Bot) -> None:
    channel: Any = bot.client.get_channel(bot.channel.id)
    await bot.client.watching.begin(channel, by=UserId(str(bot.guild.owner.id)))


def reactions(bot: Bot) -> list[str]:
    rows = bot.assistant.database.query("SELECT reactions FROM observed_message")
    return [row["reactions"] for row in rows]


async def test_a_new_name_is_known_from_then_on(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} Who am I?")
    member = bot.env.backend.guilds[bot.guild.id].members[bot.ana.id]
    member.nick = "Ana of the Boats"

    await bot.ana.send(bot.channel, f"{bot.mention} And now?")

    known = bot.assistant.people.get_user(UserId(str(bot.ana.id)))
    assert known.display_name == "Ana of the Boats"


async def test_a_server_that_sends_it_away_and_asks_it_back(bot: Bot) -> None:
    """DC-11."""
    people, server_id = bot.assistant.people, ServerId(str(bot.guild.id))
    await bot.ana.send(bot.channel, f"{bot.mention} Are you there?")
    guild = bot.client.get_guild(bot.guild.id)
    assert guild is not None

    await bot.client.on_guild_remove(guild)
    away = people.find_server(server_id)
    await bot.client.on_guild_join(guild)
    back = people.find_server(server_id)

    assert away is not None
    assert back is not None
    assert (away.status, back.status) == (ServerStatus.REMOVED, ServerStatus.ACTIVE)


async def test_a_channel_that_is_deleted_is_watched_no_longer(bot: Bot) -> None:
    await watch(bot)

    bot.env.backend.delete_channel(bot.channel.id)
    await bot.env.settle()

    assert bot.desk.servers.watched(ChannelId(str(bot.channel.id))) is None


async def test_messages_deleted_all_at_once_are_all_gone_here(bot: Bot) -> None:
    await watch(bot)
    said = [await bot.ana.send(bot.channel, f"Observation {n}") for n in range(3)]
    asked = await bot.ana.send(bot.channel, f"{bot.mention} My boat is Nelly?")
    await bot.ana.send(bot.channel, "This one stays")

    ids = [each.id for each in [*said, asked]]
    bot.env.backend.bulk_delete_messages(bot.channel.id, ids)
    await bot.env.settle()

    kept = bot.assistant.database.query("SELECT content FROM observed_message")
    assert [row["content"] for row in kept] == ["This one stays"]
    assert bot.assistant.database.query("SELECT content FROM message") == []
    assert "Paris, of course." not in bot.said


async def test_a_reaction_of_somebody_unknown_can_be_taken_back(bot: Bot) -> None:
    await watch(bot)
    said = await bot.ana.send(bot.channel, "The crane is mended.")
    await bot.ben.react(said, "🎉")
    assert "🎉" in reactions(bot)[0]
    guild = bot.client.get_guild(bot.guild.id)
    assert guild is not None
    guild._remove_member(guild.get_member(bot.ben.id))

    await bot.ben.unreact(said, "🎉")

    assert "🎉" not in reactions(bot)[0]


async def test_as_many_files_as_allowed_and_not_one_more(bot: Bot) -> None:
    files = [(f"note{n}.txt", b"x" * 100) for n in range(5)]

    await bot.ana.send(bot.channel, f"{bot.mention} Read", attachments=files[:4])
    await bot.ana.send(bot.channel, f"{bot.mention} Read", attachments=files)

    assert bot.said == ["Paris, of course.", "At most 4 files at once, please"]


@pytest.mark.parametrize("discord_settings", [replace(FAST, attachment_megabytes=0.1)])
@pytest.mark.parametrize(("size", "is_taken"), [(100_000, True), (100_001, False)])
async def test_a_file_of_just_the_size(bot: Bot, size: int, is_taken: bool) -> None:
    """DC-09."""
    words = (b"word " * size)[:size]

    await bot.ana.send(
        bot.channel, f"{bot.mention} Read", attachments=[("note.txt", words)]
    )

    assert ("larger than 0.1 MB" not in bot.said[-1]) is is_taken


async def test_a_forwarded_message_is_asked_about_as_it_reads(bot: Bot) -> None:
    other = bot.guild.create_text_channel("office")
    said = await bot.ben.send(other, "The crane is broken.")

    await bot.ana.forward(said, bot.ana.user.dm_channel)

    asked = bot.engine.requests[-1].messages[-1].content
    assert asked.startswith("What is in the forwarded message?")
    assert asked.endswith("```\nThe crane is broken.\n```")


async def test_an_answer_forwarded_elsewhere_begins_anew(bot: Bot) -> None:
    await bot.ana.send_dm("My secret boat is Nelly?")
    answer = bot.ana.user.dm_channel.last_message
    assert answer is not None

    await bot.ana.forward(answer, bot.channel)

    assert not any("Nelly" in each for each in bot.said)
    assert len(bot.engine.requests) == 1


class TestDeniedChannels:
    async def test_a_thread_goes_by_its_channel(self, bot: Bot) -> None:
        await bot.ana.slash(bot.channel, "chat", question="Shall we talk?")
        (thread,) = bot.channel.threads
        denied = frozenset({ChannelId(str(bot.channel.id))})
        bot.desk.configure(
            ServerId(str(bot.guild.id)),
            by=UserId(str(bot.guild.owner.id)),
            access=Access(denied_channels=denied),
        )

        await bot.ana.send(thread, "And now?")

        assert "does not answer in this channel" in bot.said_in(thread)[-1]
        assert len(bot.engine.requests) == 1


class TestDirectMessages:
    @pytest.mark.parametrize(
        ("discord_settings", "reason"),
        [
            (
                replace(FAST, direct_messages=DirectMessages.OFF),
                "does not answer direct messages",
            ),
            (
                replace(FAST, direct_messages=DirectMessages.NAMED),
                "answers people it knows",
            ),
        ],
    )
    async def test_who_may_not_write_is_told_why(self, bot: Bot, reason: str) -> None:
        await bot.ana.send_dm("Hello?")

        assert reason in bot.ana.user.dm_channel.last_message.content
        assert bot.engine.requests == []

    @pytest.mark.parametrize(
        "discord_settings", [replace(FAST, direct_messages=DirectMessages.OFF)]
    )
    async def test_where_they_are_off_nothing_is_kept_whatever_was_agreed_to(
        self, bot: Bot, discord_settings: DiscordSettings
    ) -> None:
        await bot.ana.user.slash("privacy allow")

        await bot.ana.send_dm("My boat is Nelly.")

        rows = bot.assistant.database.query("SELECT content FROM observed_message")
        assert rows == []


@pytest.mark.parametrize("engine", [ScriptedEngine(" \n "), ScriptedEngine("\u200b")])
async def test_an_answer_of_nothing_to_see_is_still_one(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} Well?")

    assert len(bot.said) == 1
    assert bot.said[0].strip()


@pytest.mark.parametrize("engine", [ScriptedEngine("```"), ScriptedEngine("***")])
async def test_an_answer_of_marks_alone_arrives(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} Well?")

    assert len(bot.said) == 1


async def test_a_command_told_twice_is_carried_out_once(bot: Bot) -> None:
    """DC-08."""
    told: list[Any] = []
    emit = bot.env.backend.emit

    def listen(event: str, payload: Any, *more: Any, **named: Any) -> Any:
        if event == "INTERACTION_CREATE":
            told.append(payload)
        return emit(event, payload, *more, **named)

    bot.env.backend.emit = listen  # type: ignore[method-assign]
    await bot.ana.slash(bot.channel, "ask", question="What is the capital?")
    assert told

    emit("INTERACTION_CREATE", told[0])
    await bot.env.settle()

    assert len(bot.engine.requests) == 1
    assert bot.said == ["> What is the capital?", "Paris, of course."]


async def test_somebody_forgotten_is_a_stranger_again(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} My boat is Nelly?")
    answer = bot.channel.last_message
    await bot.ben.send(bot.channel, "Whose is it?", reply_to=answer)
    result = await bot.ana.slash(bot.channel, "privacy forget", confirm="forget me")
    assert "I know you no more" in told(result)[-1]
    me = str(bot.ana.id).encode()
    assert set(cells_with(bot.assistant.database, (me,))) <= {"audit_entry.actor_id"}

    await bot.ana.send(bot.channel, f"{bot.mention} Who am I?")

    assert bot.said[-1] == "Paris, of course."
    assert "Nelly" not in str(bot.engine.requests[-1].messages)


async def test_where_it_may_not_speak_nothing_breaks(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    mute = discord.PermissionOverwrite(send_messages=False)
    quiet = bot.guild.create_text_channel("quiet", overwrites={bot.client.user: mute})

    await bot.ana.send(quiet, f"{bot.mention} Well?")

    assert bot.said_in(quiet) == []
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


class TestAStormOfRefusals:
    @pytest.fixture
    def discord_settings(self) -> DiscordSettings:
        return DiscordSettings()

    async def test_it_stays_far_below_what_discord_bears(self, bot: Bot) -> None:
        """DC-06: where it may not speak, it does not go on trying."""
        mute = discord.PermissionOverwrite(send_messages=False)
        quiet = bot.guild.create_text_channel(
            "quiet", overwrites={bot.client.user: mute}
        )
        backend = bot.env.backend
        before = len(backend.http_requests)
        people = [bot.guild.add_member(bot.env.create_user(f"p{n}")) for n in range(25)]
        for number in range(10):
            for person in people:
                text = f"{bot.mention} {number}?"
                backend.create_message(quiet.id, person.id, text)
            await bot.env.settle()

        refused = [
            each
            for each in backend.http_requests[before:]
            if each.path.startswith(f"/channels/{quiet.id}")
        ]

        assert 0 < len(refused) < 200
