"""Slash commands: what each does, and whom it tells."""

import json

import discord
import pytest

from assistant.entities.ids import LOCAL_USER, ServerId, UserId
from tests.plugins.discord.conftest import Bot, told

EVERYONE = {
    *("ask", "chat", "search", "help"),
    *("remember", "memories", "approve", "forget"),
}


@pytest.fixture
def manager(bot: Bot):
    may = discord.Permissions(manage_guild=True)
    role = bot.guild.create_role("Harbour master", permissions=may)
    return bot.guild.add_member(bot.env.create_user("dora"), roles=[role])


async def test_all_of_them_are_there(bot: Bot) -> None:
    names = {command.name for command in bot.client.tree.get_commands()}

    assert names == EVERYONE | {
        "persona",
        "model",
        "status",
        "privacy",
        "observe",
        "config",
    }


async def test_ask_is_answered_where_everybody_sees_it(bot: Bot) -> None:
    result = await bot.ana.slash(bot.channel, "ask", question="What is the capital?")

    assert not result.ephemeral
    assert bot.said[-2:] == ["> What is the capital?", "Paris, of course."]


async def test_search_finds_what_was_said_on_this_server(bot: Bot) -> None:
    await bot.ana.send(bot.channel, f"{bot.mention} Our anchor is called Otto.")

    result = await bot.ben.slash(bot.channel, "search", words="anchor")

    assert result.ephemeral
    assert "Our anchor is called Otto" in told(result)[0]


async def test_what_is_remembered_is_its_persons_own(bot: Bot) -> None:
    await bot.ana.slash(bot.channel, "remember", what="My boat is called Nelly")

    mine = await bot.ana.slash(bot.channel, "memories")
    others = await bot.ben.slash(bot.channel, "memories")

    assert mine.ephemeral
    assert "Nelly" in told(mine)[0]
    assert told(others) == ["Nothing is remembered of you"]
    assert bot.assistant.memories.count(bot.assistant.audience) == 0


async def test_a_memory_is_chosen_while_typing_and_forgotten(bot: Bot) -> None:
    await bot.ana.slash(bot.channel, "remember", what="My boat is called Nelly")

    mine = await bot.ana.autocomplete(bot.channel, "forget", "memory", "nel")
    others = await bot.ben.autocomplete(bot.channel, "forget", "memory", "")
    (choice,) = mine
    result = await bot.ana.slash(bot.channel, "forget", memory=choice["value"])

    assert others == []
    assert told(result) == ["Forgotten: My boat is called Nelly"]
    assert told(await bot.ana.slash(bot.channel, "memories"))[0].startswith("Nothing")


async def test_nobody_forgets_for_somebody_else(bot: Bot) -> None:
    await bot.ana.slash(bot.channel, "remember", what="My boat is called Nelly")
    (choice,) = await bot.ana.autocomplete(bot.channel, "forget", "memory", "")

    result = await bot.ben.slash(bot.channel, "forget", memory=choice["value"])

    assert "Forgotten" not in told(result)[0]
    assert "Nelly" in told(await bot.ana.slash(bot.channel, "memories"))[0]


async def test_status_and_model_and_help_answer_only_who_asks(bot: Bot) -> None:
    for name in ("status", "model", "help"):
        result = await bot.ana.slash(bot.channel, name)

        assert result.ephemeral
        assert told(result)[0]
    assert bot.said == []


async def test_privacy_tells_gives_and_forgets(bot: Bot) -> None:
    await bot.ana.slash(bot.channel, "remember", what="My boat is called Nelly")
    await bot.ana.send(bot.channel, f"{bot.mention} Is the harbour open?")

    status = await bot.ana.slash(bot.channel, "privacy status")
    export = await bot.ana.slash(bot.channel, "privacy export")
    unsure = await bot.ana.slash(bot.channel, "privacy forget", confirm="yes")
    sure = await bot.ana.slash(bot.channel, "privacy forget", confirm="Forget me")

    assert "Remembered of you: 1" in told(status)[0]
    (file,) = (export.response or export.followups[0]).attachments
    lines = [json.loads(line) for line in (await file.read()).decode().splitlines()]
    assert any("Nelly" in json.dumps(line) for line in lines)
    assert "Nothing was forgotten" in told(unsure)[0]
    assert told(sure)[0].startswith("Forgotten: ")
    kept = bot.assistant.database.query("SELECT content FROM message")
    assert not any("harbour" in row["content"] for row in kept)
    assert bot.assistant.people.find_user(LOCAL_USER) is not None


async def test_config_is_for_managers_and_is_on_record(bot: Bot, manager) -> None:
    result = await manager.slash(bot.channel, "config language", code="de")

    assert not any(
        name.startswith("config") for name in bot.ana.available_commands(bot.channel)
    )
    assert "Language: de" in told(result)[0]
    known = bot.desk.servers.find(ServerId(str(bot.guild.id)))
    assert known is not None
    assert known.language == "de"
    (entry,) = [e for e in bot.assistant.audit.recent(20) if e.action == "configure"]
    assert entry.actor_id == UserId(str(manager.id))
    assert (entry.before, entry.after) == ({"language": "en"}, {"language": "de"})


async def test_a_feature_that_is_switched_off_is_off(bot: Bot, manager) -> None:
    await manager.slash(bot.channel, "config feature", name="chat", on=False)

    await bot.ana.send(bot.channel, f"{bot.mention} Hello?")

    assert bot.said == ["Chat is switched off on this server"]


async def test_a_restricted_command_is_for_managers(bot: Bot, manager) -> None:
    await manager.slash(
        bot.channel, "config restrict", command="search", managers_only=True
    )

    refused = await bot.ana.slash(bot.channel, "search", words="boats")
    allowed = await manager.slash(bot.channel, "search", words="boats")

    assert "needs the permission Manage Server" in told(refused)[0]
    assert told(allowed) == ["Nothing was found here"]


async def test_a_denied_channel_is_silent_and_its_threads_too(
    bot: Bot, manager
) -> None:
    await bot.ana.slash(bot.channel, "chat", question="Shall we?")
    (thread,) = bot.channel.threads
    await manager.slash(bot.channel, "config channel", channel=bot.channel, rule="deny")
    asked = len(bot.engine.requests)

    await bot.ana.send(bot.channel, f"{bot.mention} Hello?")
    await bot.ana.send(thread, "Hello?")

    assert len(bot.engine.requests) == asked


async def test_a_persona_is_chosen_for_a_server(bot: Bot, manager) -> None:
    names = await manager.autocomplete(bot.channel, "persona", "name", "")
    chosen = names[-1]["value"]

    await manager.slash(bot.channel, "persona", name=chosen)
    await bot.ana.send(bot.channel, f"{bot.mention} Hello?")

    persona = bot.assistant.personas.get(chosen)
    system = bot.engine.requests[-1].messages[0].content
    assert persona.behavioral_rules[0] in system


async def test_an_unknown_persona_is_one_line(bot: Bot, manager) -> None:
    result = await manager.slash(bot.channel, "persona", name="nobody at all")

    assert "nobody at all" in told(result)[0]
    assert "\n" not in told(result)[0]


async def test_a_language_is_asked_of_the_model(bot: Bot, manager) -> None:
    await manager.slash(bot.channel, "config language", code="de")

    await bot.ana.send(bot.channel, f"{bot.mention} Hello?")

    system = bot.engine.requests[-1].messages[0].content
    assert "Answer in the language with the code de." in system


async def test_files_can_be_switched_off(bot: Bot, manager) -> None:
    await manager.slash(bot.channel, "config feature", name="attachments", on=False)

    await bot.ana.send(
        bot.channel, f"{bot.mention} Look", attachments=[("notes.txt", b"words")]
    )

    assert bot.said == ["Files are not taken on this server"]


async def test_changes_and_refusals_are_told_where_managers_said(
    bot: Bot, manager
) -> None:
    office = bot.guild.create_text_channel("office")
    await manager.slash(bot.channel, "config log", channel=office)
    await manager.slash(bot.channel, "config feature", name="chat", on=False)
    await bot.ana.send(bot.channel, f"{bot.mention} Hello?")

    told_there = bot.said_in(office)

    assert "changed features" in told_there[1]
    assert told_there[2].startswith(f"Refused {bot.ana.id}")
