"""The channel that `hearth run discord` opens: a bot, watched over until told to end.

Discord has an event loop on a thread of its own. When it breaks it begins again after
a while, longer each time; when it can never work, such as with a refused token, that
is said once.
"""

import asyncio
import logging
import os
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from assistant.app import Assistant
from assistant.entities.model import ServiceStatus
from assistant.errors import AssistantError
from assistant.meeting import Conditions
from plugins.discord.client import HearthClient
from plugins.discord.desk import Desk, make_desk
from plugins.discord.settings import DiscordSettings
from plugins.discord.token import VARIABLES, find_token

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_STEADY_SECONDS = 300.0
"""After so long without trouble, the next trouble is a first one again."""

_log = logging.getLogger(__name__)


def settings_of(assistant: Assistant) -> DiscordSettings:
    """What was set for Discord, or how it is without that."""
    given = assistant.settings.of_plugins.get("discord")
    return given if isinstance(given, DiscordSettings) else DiscordSettings()


class Discord:
    """People on Discord."""

    def __init__(self, *, say: Callable[[str], None] | None = None) -> None:
        self._say = say or _to_standard_error
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = asyncio.Event()
        self._ending = Event()
        self._failure: BaseException | None = None

    def run(self, assistant: Assistant) -> None:
        """Meet until told to end.

        Raises AssistantError for what trying again cannot mend.
        """
        token = find_token(os.environ)
        if token is None:
            raise AssistantError(
                "There is no Discord token",
                hint=f"Run: hearth discord token; or set {VARIABLES[0]}",
            )
        settings = settings_of(assistant)
        look_elsewhere(settings)
        desk = make_desk(assistant, settings)
        thread = Thread(target=self._run, args=(desk, token), name="discord")
        thread.start()
        assistant.idle.start()
        try:
            thread.join()
        finally:
            self.stop()
            thread.join()
            desk.close()
        if isinstance(self._failure, AssistantError):
            conditions = Conditions(assistant.database, clock=assistant.clock)
            reason = str(self._failure)
            conditions.note("discord", ServiceStatus.UNAVAILABLE, reason)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Leave; from any thread."""
        self._ending.set()
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._left.set)

    def _run(self, desk: Desk, token: str) -> None:
        try:
            asyncio.run(self._supervise(desk, token))
        except BaseException as error:  # the thread's outermost frame
            self._failure = error

    async def _supervise(self, desk: Desk, token: str) -> None:
        """Until told to end; a longer wait after each trouble."""
        self._loop = loop = asyncio.get_running_loop()
        conditions = Conditions(desk.assistant.database, clock=desk.assistant.clock)
        wait = _FIRST_WAIT
        while not self._ending.is_set():
            began = loop.time()
            trouble = await self._meet(desk, token, conditions)
            if self._ending.is_set():
                return
            if loop.time() - began > _STEADY_SECONDS:
                wait = _FIRST_WAIT
            await desk.do(
                conditions.note, "discord", ServiceStatus.UNAVAILABLE, trouble
            )
            self._say(f"Discord: {trouble}; trying again in {wait:.0f} s")
            await self._pause(wait * random.uniform(0.8, 1.2))
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _meet(self, desk: Desk, token: str, conditions: Conditions) -> str:
        """One connection, until it breaks; how it broke."""
        client = HearthClient(desk)
        client.ready_told = lambda: self._ready(client, desk, conditions)
        starting = asyncio.create_task(client.start(token))
        ending = asyncio.create_task(self._left.wait())
        try:
            await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                return "left"
            return _trouble(starting)
        finally:
            ending.cancel()
            await client.close()
            starting.cancel()
            await asyncio.gather(starting, ending, return_exceptions=True)

    async def _ready(
        self, client: HearthClient, desk: Desk, conditions: Conditions
    ) -> None:
        await desk.do(conditions.note, "discord", ServiceStatus.HEALTHY)
        count = len(client.guilds)
        servers = "1 server" if count == 1 else f"{count} servers"
        self._say(f"On Discord as {client.user}, on {servers}. Ctrl-C ends it.")

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._left.wait(), seconds)


def _trouble(ended: "asyncio.Task[None]") -> str:
    """How a connection ended; raises AssistantError for what cannot get better."""
    match ended.exception():
        case None:
            return "the connection was closed"
        case discord.LoginFailure() | discord.ConnectionClosed(code=4004):
            raise AssistantError(
                "Discord refuses the token",
                hint="Make a new one on the page Bot, then run: hearth discord token",
            )
        case discord.PrivilegedIntentsRequired():
            raise AssistantError(
                "The bot may not read messages or see members",
                hint="Switch on Message Content and Server Members on the page Bot",
            )
        case error:
            _log.warning("the connection to Discord broke", exc_info=error)
            return f"the connection broke ({type(error).__name__})"


def look_elsewhere(settings: DiscordSettings) -> None:
    """For tests: another address, of this machine only, as the settings made sure."""
    if settings.api_base:
        Route.BASE = settings.api_base.rstrip("/")
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway_url)


def _to_standard_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
