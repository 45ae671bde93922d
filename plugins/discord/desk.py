"""What every part of the channel reaches for. Work that blocks goes through `do`.

Discord's event loop must never wait for a model or a disk: what does is handed to
threads, and awaited.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from assistant.app import Assistant
from assistant.entities.audience import Audience, Place
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.privacy.audience import admit
from assistant.ratelimit import RateLimit
from assistant.reflection.observing import Observing
from assistant.storage.claims import Claims
from assistant.storage.deliveries import Deliveries
from assistant.storage.servers import Servers
from plugins.discord.gate import Rules
from plugins.discord.settings import DiscordSettings

SOURCE = "discord"
"""How this service is called where several are kept side by side."""

_T = TypeVar("_T")


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=3, thread_name_prefix="discord")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The core, what this channel keeps beside it, and threads for slow work."""

    assistant: Assistant
    settings: DiscordSettings
    servers: Servers
    deliveries: Deliveries
    claims: Claims
    limits: RateLimit
    observing: Observing
    threads: ThreadPoolExecutor = field(default_factory=_threads)

    async def do(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Run it on a thread, and wait without holding up anybody else."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, work, *arguments)

    def rules(self, server_id: ServerId | None) -> Rules:
        """What counts on a server, or in direct messages."""
        server = self.servers.find(server_id) if server_id else None
        return Rules(settings=self.settings, server=server)

    def audience(
        self, user_id: UserId, *, channel_id: ChannelId, server_id: ServerId | None
    ) -> Audience:
        """A person where they are; raises NotAdmittedError for who is shut out."""
        place = Place(
            server_id=server_id,
            channel_id=channel_id,
            is_private=server_id is None,
        )
        return admit(self.assistant.people.get_user(user_id), place=place)


def make_desk(assistant: Assistant, settings: DiscordSettings) -> Desk:
    """The desk of one meeting."""
    database = assistant.database
    return Desk(
        assistant=assistant,
        settings=settings,
        servers=Servers(database),
        deliveries=Deliveries(database),
        claims=Claims(database),
        limits=RateLimit(database, clock=assistant.clock),
        observing=assistant.observing,
    )
