"""Documents that are shared with a server answer everybody there, and nobody else."""

from pathlib import Path

import pytest

from assistant.entities.ids import ServerId
from assistant.errors import NotFoundError
from tests.agents.test_knowledge import Examined, take_in, write
from tests.plugins.discord.conftest import Bot

pytestmark = pytest.mark.weights

LAMP = "The eastern lamp was lit first by Marta Quill in 1871."
ASKED = "Who lit the eastern lamp first?"


@pytest.fixture
def engine() -> Examined:
    return Examined("I cannot say.", tier=0)


@pytest.fixture
async def lighthouse(bot: Bot, tmp_path: Path) -> Bot:
    """A bot whose owner has a document about the lamp, and a second server."""
    assistant = bot.assistant
    (kept,) = take_in(assistant, write(tmp_path / "books", lamp=LAMP))
    bot.document = kept.document_id
    bot.nets = bot.env.create_guild("Nets")
    bot.market = bot.nets.create_text_channel("market")
    bot.there = bot.nets.add_member(bot.ana.user)
    await bot.ana.send(bot.channel, f"{bot.mention} Hello?")
    return bot


async def answer(bot: Bot) -> str:
    await bot.ana.send(bot.channel, f"{bot.mention} {ASKED}")
    return bot.said[-1]


def share(bot: Bot, server_id: int | None) -> None:
    wanted = ServerId(str(server_id)) if server_id else None
    bot.assistant.library.share(bot.document, wanted, bot.assistant.audience)


async def test_what_is_not_shared_answers_nobody(lighthouse: Bot) -> None:
    assert "Marta" not in await answer(lighthouse)


async def test_what_is_shared_is_quoted_with_its_source_in_small_print(
    lighthouse: Bot,
) -> None:
    share(lighthouse, lighthouse.guild.id)

    said = await answer(lighthouse)

    assert LAMP in said
    assert "\n-# [1] lamp › line 1" in said
    assert "/books" not in said


async def test_another_server_and_a_direct_message_know_nothing_of_it(
    lighthouse: Bot,
) -> None:
    share(lighthouse, lighthouse.guild.id)

    await lighthouse.there.send(lighthouse.market, f"{lighthouse.mention} {ASKED}")
    await lighthouse.ana.send_dm(ASKED)

    assert "Marta" not in lighthouse.said_in(lighthouse.market)[-1]
    line = lighthouse.ana.user.dm_channel
    assert "Marta" not in lighthouse.said_in(line)[-1]


async def test_it_is_taken_back_at_once(lighthouse: Bot) -> None:
    share(lighthouse, lighthouse.guild.id)
    share(lighthouse, None)

    assert "Marta" not in await answer(lighthouse)
    own = lighthouse.assistant.audience
    assert lighthouse.assistant.library.open(lighthouse.document, own)
    actions = {each.action for each in lighthouse.assistant.audit.recent(9)}
    assert {"document share", "document unshare"} <= actions


async def test_nobody_else_shares_it(lighthouse: Bot) -> None:
    from_ana = lighthouse.desk.audience

    with pytest.raises(NotFoundError):
        lighthouse.assistant.library.share(
            lighthouse.document,
            ServerId(str(lighthouse.guild.id)),
            from_ana(
                str(lighthouse.ana.id),
                channel_id=str(lighthouse.channel.id),
                server_id=str(lighthouse.guild.id),
            ),
        )
