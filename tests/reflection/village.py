"""What the tests of reflection are made of: two servers, a few people, and a clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from assistant.audit.log import AuditTrail
from assistant.config.settings import ReflectionSettings
from assistant.entities.audience import Audience, Place
from assistant.entities.consent import DM_READ, OBSERVE
from assistant.entities.ids import (
    LOCAL_USER,
    ChannelId,
    ConversationId,
    MessageId,
    ServerId,
    TopicKey,
    UserId,
)
from assistant.entities.people import Channel, ChannelKind, Server
from assistant.entities.reflection import Insight, LayerRun, SalienceEntry
from assistant.llm.engine import Engine
from assistant.privacy.consent import ConsentBook
from assistant.privacy.erase import Eraser
from assistant.reflection.observing import SeenMessage, SeenReaction
from assistant.reflection.opening import Surroundings, open_reflection
from assistant.storage.audit import AuditLog
from assistant.storage.consents import Consents
from assistant.storage.database import Database
from assistant.storage.people import People
from tests.storage.building import Talk, a_user

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # a Monday, after the layers' hour
A, B = ServerId("A"), ServerId("B")
GARDEN, KITCHEN, ELSEWHERE = ChannelId("garden"), ChannelId("kitchen"), ChannelId("far")
ANA, BEN, CY = UserId("ana"), UserId("ben"), UserId("cy")
EVERYBODY = (ANA, BEN, CY)


class Village:
    """Servers A (#garden, #kitchen) and B (#far), and a direct line to each person."""

    def __init__(
        self,
        database: Database,
        *,
        settings: ReflectionSettings | None = None,
        own_layers: Path = Path("nowhere"),
        engine: Engine | None = None,
        holder: str = "this",
        is_alive: Callable[[str], bool] = lambda _: True,
        ids: str = "id",
    ) -> None:
        self.database = database
        self.now = START
        self.engine = engine
        self._ids = (f"{ids}{number:06}" for number in count(1))
        self._messages = count(1)
        self.people = People(database)
        self.talk = Talk(database)
        self._populate()
        self.consents = self._consents()
        opened = open_reflection(
            Surroundings(
                database=database,
                settings=settings or ReflectionSettings(),
                own_layers=own_layers,
                may=self.consents.may,
                eraser=self.consents.eraser,
                writer=lambda: self.engine,
                clock=lambda: self.now,
                mint=lambda: next(self._ids),
                holder=holder,
                is_alive=is_alive,
                zone=UTC,
            )
        )
        self.observing, self.reflection = opened.observing, opened.reflection
        self.desk = opened.desk

    def _populate(self) -> None:
        with self.database.transaction():
            for user_id in EVERYBODY:
                if self.people.find_user(user_id) is None:
                    self.people.add_user(a_user(user_id))
            for server_id, name in ((A, "Allotment"), (B, "Bakery")):
                self.people.upsert_server(
                    Server(id=server_id, name=name, joined_at=START, updated_at=START)
                )
            for channel_id, server in ((GARDEN, A), (KITCHEN, A), (ELSEWHERE, B)):
                self.people.upsert_channel(a_channel(channel_id, server))
            for user_id in EVERYBODY:
                self.people.upsert_channel(a_channel(direct(user_id), None))

    def _consents(self) -> ConsentBook:
        def clock() -> datetime:
            return self.now

        def mint() -> str:
            return next(self._ids)

        trail = AuditTrail(AuditLog(self.database), mint=mint, clock=clock)
        eraser = Eraser(database=self.database, trail=trail, clock=clock, mint=mint)
        return ConsentBook(
            database=self.database,
            consents=Consents(self.database),
            eraser=eraser,
            trail=trail,
            clock=clock,
            mint=mint,
        )

    def allow_direct(self, user_id: UserId) -> None:
        self.consents.grant(user_id, DM_READ, audience=in_private(user_id))

    def refuse_direct(self, user_id: UserId) -> None:
        self.consents.revoke(user_id, DM_READ, audience=in_private(user_id))

    def refuse(self, user_id: UserId, server_id: ServerId) -> None:
        """Not to be read there any more, nor what was read so far."""
        self.consents.revoke(user_id, OBSERVE, server_id, audience=in_private(user_id))

    def say(
        self,
        author: UserId,
        content: str,
        channel: ChannelId = GARDEN,
        **changes: object,
    ) -> MessageId:
        """Something said now; its id, whether or not it was kept."""
        seen = a_seen(f"m{next(self._messages)}", author, content, channel, self.now)
        seen = replace(seen, **changes)  # type: ignore[arg-type]
        self.observing.take(seen)
        return seen.id

    def react(
        self, user_id: UserId, message_id: MessageId, emoji: str = "+1", **changes: bool
    ) -> bool:
        given = SeenReaction(message_id=message_id, user_id=user_id, emoji=emoji)
        return self.observing.react(replace(given, **changes))

    def tell_hearth(self, content: str) -> None:
        """Something the person at the terminal says in a conversation."""
        self.talk.say(content, created_at=self.now)

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def run(self, layer: str, only: str | None = None) -> LayerRun:
        self.wait(minutes=1)
        wanted = self.reflection.run_now(
            self.desk.shelf.get(layer), only=TopicKey(only) if only else None
        )
        run = ended(wanted)
        assert run is not None
        return run

    def work(self) -> None:
        for _ in self.reflection.work():
            pass

    def balance(self, key: str) -> float:
        return self.desk.salience.balance(TopicKey(key))

    def entries(self, key: str) -> list[SalienceEntry]:
        audiences = [in_public(A), in_public(B), *map(in_private, EVERYBODY), ME]
        found = {
            entry.id: entry
            for audience in audiences
            for entry in self.desk.salience.entries(
                TopicKey(key), audience, limit=10_000
            )
        }
        return list(found.values())

    def insights(self, audience: Audience, **wanted: str) -> Sequence[Insight]:
        return self.desk.insights.active(
            audience,
            now=self.now,
            **wanted,  # type: ignore[arg-type]
        )


def ended(work: object) -> LayerRun | None:
    """What a generator returns, once it is through."""
    while True:
        try:
            next(work)  # type: ignore[call-overload]
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def direct(user_id: UserId) -> ChannelId:
    return ChannelId(f"dm-{user_id}")


def a_channel(channel_id: ChannelId, server_id: ServerId | None) -> Channel:
    return Channel(
        id=channel_id,
        name=channel_id,
        kind=ChannelKind.TEXT if server_id else ChannelKind.DIRECT,
        server_id=server_id,
        created_at=START,
        updated_at=START,
    )


def a_seen(
    message_id: str,
    author: UserId,
    content: str,
    channel: ChannelId,
    at: datetime,
) -> SeenMessage:
    return SeenMessage(
        id=MessageId(message_id),
        channel_id=channel,
        author_id=author,
        content=content,
        created_at=at,
    )


def in_public(server_id: ServerId, user_id: UserId = LOCAL_USER) -> Audience:
    place = Place(server_id=server_id, is_private=False)
    return Audience(user_id=user_id, place=place)


def in_private(user_id: UserId) -> Audience:
    return Audience(user_id=user_id)


ME = in_private(LOCAL_USER)
TALK = ConversationId("talk")
