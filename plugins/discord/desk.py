"""What every part of the channel reaches for. Work that blocks goes through `do`.

Discord's event loop must never wait for a model or a disk: what does is handed to
threads, and awaited.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from assistant.app import Assistant
from assistant.audit.log import AuditTrail
from assistant.entities.audience import Audience, Place
from assistant.entities.erasure import Erasable, Named
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.people import UserStatus
from assistant.entities.server import Feature, ServerConfiguration
from assistant.entities.turn import Intent, TurnRequest
from assistant.errors import NotAdmittedError
from assistant.privacy.audience import admit
from assistant.ratelimit import RateLimit
from assistant.reflection.observing import Observing
from assistant.storage.claims import Claims
from assistant.storage.deliveries import Deliveries, Delivery
from assistant.storage.servers import Servers
from plugins.discord.gate import Rules
from plugins.discord.settings import DiscordSettings

SOURCE = "discord"
"""How this service is called where several are kept side by side."""

_LANGUAGE = "en"
_T = TypeVar("_T")


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="discord")


def _one_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="discord answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How questions from a place are answered."""

    persona: str | None = None
    language: str | None = None
    use_knowledge: bool = True
    use_memory: bool = True
    takes_files: bool = True
    log_channel_id: ChannelId | None = None

    def request(self, audience: Audience, intent: Intent) -> TurnRequest:
        return TurnRequest(
            audience=audience,
            intent=intent,
            persona=self.persona,
            language=self.language,
            use_knowledge=self.use_knowledge,
            use_memory=self.use_memory,
        )


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
    trail: AuditTrail
    threads: ThreadPoolExecutor = field(default_factory=_threads)
    answers: ThreadPoolExecutor = field(default_factory=_one_thread)
    """Steps of a turn run here, in order, so that its end never meets its middle."""

    async def do(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Run it on a thread, and wait without holding up anybody else."""
        return await _done(self.threads, work, *arguments)

    async def ask(self, work: Callable[..., _T], *arguments: object) -> _T:
        """The same for what a model does."""
        return await _done(self.answers, work, *arguments)

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.answers.shutdown(wait=False, cancel_futures=True)

    def rules(self, server_id: ServerId | None) -> Rules:
        """What counts on a server, or in direct messages."""
        server = self.servers.find(server_id) if server_id else None
        return Rules(settings=self.settings, server=server)

    def configuration(self, server_id: ServerId) -> ServerConfiguration:
        """How a server wants it; as nobody configured it, if nobody did."""
        known = self.servers.find(server_id)
        if known is not None:
            return known
        now = self.assistant.clock()
        return ServerConfiguration(server_id=server_id, created_at=now, updated_at=now)

    def manner(self, server_id: ServerId | None) -> Manner:
        """How a server's people want to be answered; elsewhere nobody chose."""
        known = self.servers.find(server_id) if server_id else None
        if known is None:
            return Manner()
        persona = known.custom.get("persona")
        return Manner(
            persona=str(persona) if persona else None,
            language=known.language if known.language != _LANGUAGE else None,
            use_knowledge=known.has(Feature.KNOWLEDGE),
            use_memory=known.has(Feature.MEMORY),
            takes_files=known.has(Feature.ATTACHMENTS),
            log_channel_id=known.log_channel_id,
        )

    def configure(
        self,
        server_id: ServerId,
        *,
        by: UserId,
        features: Mapping[Feature, bool] | None = None,
        **changes: Any,
    ) -> ServerConfiguration:
        """Change a server's configuration, and note who did."""
        with self.assistant.database.transaction():
            before = self.configuration(server_id)
            after = replace(
                before,
                features={**before.features, **(features or {})},
                updated_at=max(self.assistant.clock(), before.updated_at),
                **changes,
            )
            self.servers.put(after)
            self.trail.record(
                "configure",
                actor=by,
                resource=("server", server_id),
                before=_differing(before, after),
                after=_differing(after, before),
            )
        return after

    def forget_question(self, external_id: str) -> list[Delivery]:
        """A question that its author removed there goes from here: every wording of
        it, with its answers.

        Where those stand on Discord.
        """
        known = self.deliveries.find(SOURCE, external_id)
        if known is None:
            return []
        owner = admit(self.assistant.people.get_user(known.owner_id))
        history = self.assistant.history
        question = history.message(known.message_id, owner)
        asked = [
            each
            for each in history.siblings(question, owner)
            if each.id == question.id or not self.deliveries.of(each.id)
        ]  # an earlier wording stands nowhere any more; another question does
        answers = [each for one in asked for each in history.answers(one.id, owner)]
        stood = [each for one in answers for each in self.deliveries.of(one.id)]
        ids = frozenset(one.id for one in (*asked, *answers))
        target = Named(ids={Erasable.MESSAGE: ids})
        self.assistant.eraser.erase(self.assistant.eraser.plan(target, owner), owner)
        return stood

    def audience(
        self, user_id: UserId, *, channel_id: ChannelId, server_id: ServerId | None
    ) -> Audience:
        """A person where they are; raises NotAdmittedError for who is shut out."""
        user = self.assistant.people.get_user(user_id)
        if user.status is UserStatus.DELETED:
            raise NotAdmittedError("You had me forget you, so I answer you no more")
        place = Place(
            server_id=server_id,
            channel_id=channel_id,
            is_private=server_id is None,
        )
        return admit(user, place=place)


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
        observing=assistant.reflecting().observing,
        trail=AuditTrail(assistant.audit, mint=assistant.mint, clock=assistant.clock),
    )


async def _done(
    threads: ThreadPoolExecutor, work: Callable[..., _T], *arguments: object
) -> _T:
    """Who is told to stop waiting goes only when the thread is through with it: what
    comes next may undo it, and must not come before it."""
    loop = asyncio.get_running_loop()
    doing = loop.run_in_executor(threads, work, *arguments)
    try:
        return await asyncio.shield(doing)
    finally:
        await asyncio.wait({doing})


def _differing(
    one: ServerConfiguration, other: ServerConfiguration
) -> dict[str, object]:
    """The fields of one that the other has otherwise, for the record."""
    return {
        each.name: str(getattr(one, each.name))
        for each in fields(one)
        if each.name != "updated_at"
        and getattr(one, each.name) != getattr(other, each.name)
    }
