"""Discord without Discord: our client on simcord's, over a real file."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from simcord.env import Env
from simcord.results import InteractionResult

from assistant.app import Assistant
from plugins.discord.client import HearthClient
from plugins.discord.desk import Desk, make_desk
from plugins.discord.settings import DiscordSettings
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

FAST = DiscordSettings(asks_per_user=600, asks_per_server=6000, asks_in_all=60_000)


@dataclass
class Bot:
    """The bot on a simulated Discord, with one server and two people on it."""

    env: Env
    client: HearthClient
    engine: ScriptedEngine

    def __post_init__(self) -> None:
        self.guild = self.env.create_guild("Boats")
        self.channel = self.guild.create_text_channel("harbour")
        self.ana = self.guild.add_member(self.env.create_user("ana"))
        self.ben = self.guild.add_member(self.env.create_user("ben"))

    @property
    def desk(self) -> Desk:
        return self.client.desk

    @property
    def assistant(self) -> Assistant:
        return self.desk.assistant

    @property
    def mention(self) -> str:
        assert self.client.user
        return self.client.user.mention

    @property
    def said(self) -> list[str]:
        """What the bot said in the channel, oldest first."""
        return self.said_in(self.channel)

    def said_in(self, channel) -> list[str]:
        me = self.client.user
        return [each.content for each in channel.history() if each.author == me]


def told(result: InteractionResult) -> list[str]:
    """What whoever called a command was told, in order."""
    first = [result.response] if result.response else []
    return [each.content for each in [*first, *result.followups]]


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine("Paris, of course.")


@pytest.fixture
def discord_settings() -> DiscordSettings:
    return FAST


@pytest.fixture
def simcord_bot(
    opened: OpenAssistant, engine: ScriptedEngine, discord_settings: DiscordSettings
) -> Iterator[HearthClient]:
    desk = make_desk(opened(engine), discord_settings)
    yield HearthClient(desk, chunk_guilds_at_startup=False)
    desk.close()


@pytest.fixture
def bot(simcord_env: Env, simcord_bot: HearthClient, engine: ScriptedEngine) -> Bot:
    return Bot(simcord_env, simcord_bot, engine)
