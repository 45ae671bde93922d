"""In a direct message people are told what was said where they can read, just now."""

import discord
import pytest
from simcord.backend.models import Overwrite

from tests.plugins.discord.conftest import Bot
from tests.plugins.discord.test_watching import watched

__all__ = ["watched"]

CRANE = "The harbour crane is broken until Friday."
ASKED = "Is the harbour crane broken?"
_OF_ROLE, _OF_MEMBER = 0, 1
VIEW = discord.Permissions(view_channel=True).value


@pytest.fixture
async def told(watched: Bot) -> Bot:
    """A bot that heard Ana tell of the crane."""
    await watched.ana.send(watched.channel, CRANE)
    return watched


async def directly(bot: Bot, text: str = ASKED) -> str:
    """What Ben is answered."""
    await bot.ben.send_dm(text)
    return bot.said_in(bot.ben.user.dm_channel)[-1]


def close(bot: Bot) -> None:
    """The harbour is for its bot and for nobody else."""
    backend, me = bot.env.backend, bot.client.user.id
    for overwrite in (
        Overwrite(bot.guild.id, _OF_ROLE, 0, VIEW),
        Overwrite(me, _OF_MEMBER, VIEW, 0),
    ):
        backend.set_overwrite(bot.channel.id, overwrite)


async def test_it_is_quoted_with_who_said_it_and_where(told: Bot) -> None:
    answer = await directly(told)

    assert answer.startswith("ana in #harbour on Boats, ")
    assert CRANE in answer
    assert answer.endswith("-# as it was said there")


async def test_on_the_server_itself_it_is_quoted_as_well(told: Bot) -> None:
    await told.ben.send(told.channel, f"{told.mention} {ASKED}")

    assert CRANE in told.said[-1]


async def test_another_server_hears_nothing_of_it(told: Bot) -> None:
    elsewhere = told.env.create_guild("Nets")
    market = elsewhere.create_text_channel("market")
    ben = elsewhere.add_member(told.ben.user)

    await ben.send(market, f"{told.mention} {ASKED}")

    assert CRANE not in told.said_in(market)[-1]


async def test_who_left_hears_nothing_of_it_even_with_another_server_shared(
    told: Bot,
) -> None:
    told.env.create_guild("Nets").add_member(told.ben.user)
    told.guild.remove_member(told.ben)
    await told.env.settle()

    assert CRANE not in await directly(told)


async def test_a_channel_that_closed_is_heard_of_by_those_inside_only(
    told: Bot,
) -> None:
    close(told)
    await told.env.settle()
    assert CRANE not in await directly(told)

    role = told.guild.create_role("crew")
    backend = told.env.backend
    backend.set_overwrite(told.channel.id, Overwrite(role.id, _OF_ROLE, VIEW, 0))
    backend.add_member_role(told.guild.id, told.ben.id, role.id)
    await told.env.settle()
    assert CRANE in await directly(told, "So is the harbour crane broken?")

    backend.remove_member_role(told.guild.id, told.ben.id, role.id)
    await told.env.settle()
    assert CRANE not in await directly(told, "The harbour crane is broken, is it?")


async def test_a_deleted_channel_is_heard_of_no_more(told: Bot) -> None:
    told.env.backend.delete_channel(told.channel.id)
    await told.env.settle()

    assert CRANE not in await directly(told)


async def test_who_wants_nothing_kept_is_quoted_to_nobody(told: Bot) -> None:
    await told.ana.slash(told.channel, "privacy refuse")

    assert CRANE not in await directly(told)


async def test_what_is_deleted_goes_from_the_answers_of_others(watched: Bot) -> None:
    said = await watched.ana.send(watched.channel, CRANE)
    assert CRANE in await directly(watched)

    await watched.ana.delete(said)

    kept = watched.assistant.database.query("SELECT content FROM message")
    assert not any(CRANE in each["content"] for each in kept)
    assert CRANE not in await directly(watched, "The harbour crane is broken, is it?")


async def test_a_server_without_memory_tells_nothing_elsewhere(told: Bot) -> None:
    role = told.guild.create_role(
        "master", permissions=discord.Permissions(manage_guild=True)
    )
    eli = told.guild.add_member(told.env.create_user("eli"), roles=[role])
    await eli.slash(told.channel, "config feature", name="memory", on=False)

    assert CRANE not in await directly(told)


async def test_nobody_is_pinged_by_what_somebody_else_said(watched: Bot) -> None:
    await watched.ana.send(watched.channel, "The harbour crane is broken, @everyone!")

    assert "@everyone" in await directly(watched)

    posted = watched.env.backend.http_requests[-1].json
    assert posted["allowed_mentions"]["parse"] == []
