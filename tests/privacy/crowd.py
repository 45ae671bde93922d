"""Five people, three servers and everything they say, for the tests of isolation.

Every thing that is said holds a word of its own. Who may ever read that word is
written down beside it, in other terms than the program's; so a leak is a word that
turns up where it may not.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from assistant.agents.listening import Listening
from assistant.agents.overheard import Overhearing
from assistant.audit.log import AuditTrail
from assistant.config.settings import ReflectionSettings
from assistant.conversations.history import History
from assistant.conversations.transfer import Transfer
from assistant.entities.audience import Audience, Earshot, Place, Scope
from assistant.entities.conversation import MessageRole
from assistant.entities.erasure import Erasable, Mentioning, Named
from assistant.entities.ids import (
    ChannelId,
    ConversationId,
    MemoryId,
    MessageId,
    ServerId,
    UserId,
)
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
)
from assistant.entities.people import Channel, ChannelKind, Membership, Server
from assistant.errors import NotFoundError, UsageError
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.search import Question, Search
from assistant.memory.recall import MemoryShelf
from assistant.privacy.consent import ConsentBook
from assistant.privacy.portability import Belongings
from assistant.reflection.observing import SeenMessage
from assistant.reflection.opening import Surroundings, open_reflection
from assistant.reflection.recall import InsightShelf
from assistant.storage.audit import AuditLog
from assistant.storage.citations import Citations
from assistant.storage.consents import Consents
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.documents import Documents
from assistant.storage.insights import Insights
from assistant.storage.memories import Memories
from assistant.storage.messages import Messages
from assistant.storage.observed import Observed, Stretch
from assistant.storage.passages import Passages
from assistant.storage.people import People
from assistant.storage.topics import Topics
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind, VectorSpace
from tests.knowledge.building import QuickEmbedder, a_desk
from tests.privacy.building import an_eraser
from tests.storage.building import (
    a_conversation,
    a_message,
    a_user,
    open_file,
)
from tests.storage.shelf import a_document, a_passage

PEOPLE = tuple(UserId(name) for name in ("ana", "ben", "cy", "dee", "eve"))
SERVERS = tuple(ServerId(name) for name in ("north", "south", "west"))
START = datetime(2026, 11, 16, 9, tzinfo=UTC)
LAYERS = ("user_reflection", "channel_reflection", "dyad_reflection", "daily_digest")
_MARK = re.compile(r"zq\d+x")
_EVERYTHING = 10_000
OWN_DOORS = {"to_be_forgotten", "belongings"}


def channels_of(server: ServerId) -> tuple[ChannelId, ChannelId]:
    return ChannelId(f"{server}-hall"), ChannelId(f"{server}-cellar")


def line_to(user: UserId) -> ChannelId:
    return ChannelId(f"line-{user}")


@dataclass(frozen=True)
class Spot:
    """Where somebody is: alone with the assistant, or in a channel of a server."""

    server: ServerId | None = None
    channel: ChannelId | None = None

    def audience(self, user: UserId) -> Audience:
        return Audience(
            user_id=user,
            place=Place(
                server_id=self.server,
                channel_id=self.channel,
                is_private=self.server is None,
            ),
        )


ALONE = Spot()
SPOTS = (
    ALONE,
    *(Spot(server, channel) for server in SERVERS for channel in channels_of(server)),
)


@dataclass(frozen=True)
class Known:
    """Who may read a word: somebody alone, all on a server, or all in a channel."""

    alone: UserId | None = None
    server: ServerId | None = None
    channel: ChannelId | None = None
    author: UserId | None = None
    """Who may always have it handed to them or forgotten, wherever it was said."""

    said_by: UserId | None = None
    said_in: ChannelId | None = None
    """Where it was said in public, for those who can read that channel."""

    def to(self, user: UserId, spot: Spot) -> bool:
        if spot.server is None:
            return user == self.alone
        if self.channel is not None:
            return spot.channel == self.channel
        return spot.server == self.server


@dataclass
class Words:
    """Every word that was said, who may read it, and what it came from."""

    known: dict[str, Known] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    observed: dict[str, tuple[UserId, ServerId | None]] = field(default_factory=dict)
    reads: dict[tuple[UserId, ServerId], set[ChannelId]] = field(default_factory=dict)
    """The channels somebody can read; none for who left."""

    refusing: set[tuple[UserId, ServerId | None]] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new(self, known: Known) -> str:
        word = f"zq{next(self._numbers)}x"
        self.known[word] = known
        return word

    def forget(self, text: str) -> None:
        self.gone |= set(_MARK.findall(text))

    def allowed(self, user: UserId, spot: Spot, door: str = "") -> set[str]:
        """Those that may come out there; one's own come out of one's own doors."""
        if door == "overheard":
            return self._overheard(user, spot)
        own = spot.server is None and door in OWN_DOORS
        return {
            word
            for word, known in self.known.items()
            if word not in self.gone
            and (known.to(user, spot) or (own and known.author == user))
        }

    def _overheard(self, user: UserId, spot: Spot) -> set[str]:
        """Said where they can read, on the server they are on, by who lets it be."""
        return {
            word
            for word, known in self.known.items()
            if word not in self.gone
            and known.server is not None
            and known.said_in in self.reads.get((user, known.server), ())
            and (known.said_by, known.server) not in self.refusing
            and spot.server in (None, known.server)
        }


class Crowd:
    """The file with all its doors, and the words to know its leaks by."""

    def __init__(self, path: Path) -> None:
        self.database = open_file(path)
        self.words = Words()
        self.now = START
        self.ids = (f"id{number:08}" for number in count(1))
        self.said: dict[MessageId, str] = {}
        self.talks: list[tuple[ConversationId, UserId, Spot]] = []
        self.books: dict[str, str] = {}
        self.notes: dict[MemoryId, str] = {}
        self.agreed: dict[tuple[UserId, ServerId | None], bool] = {}
        self._open(self.database)
        with self.database.transaction(durable=False):
            self._populate()

    def close(self) -> None:
        self.database.close()

    def _open(self, database: Database) -> None:
        self.people, self.messages = People(database), Messages(database)
        self.conversations = Conversations(database)
        self.documents, self.passages = Documents(database), Passages(database)
        self.memories, self.insights = Memories(database), Insights(database)
        self.observed, self.topics = Observed(database), Topics(database)
        trail = AuditTrail(AuditLog(database), mint=self.mint, clock=self.clock)
        self.eraser = an_eraser(database, clock=self.clock, mint=self.mint)
        self.consents = ConsentBook(
            database=database,
            consents=Consents(database),
            eraser=self.eraser,
            trail=trail,
            clock=self.clock,
            mint=self.mint,
        )
        self.belongings = Belongings(
            database=database, people=self.people, eraser=self.eraser, trail=trail
        )
        self.history = History(
            database=database,
            conversations=self.conversations,
            messages=self.messages,
            memories=self.memories,
            citations=Citations(database),
            eraser=self.eraser,
            trail=trail,
            clock=self.clock,
            mint=self.mint,
        )
        self.transfer = Transfer(
            database=database,
            conversations=self.conversations,
            messages=self.messages,
            citations=Citations(database),
            history=self.history,
            trail=trail,
        )
        opened = open_reflection(
            Surroundings(
                database=database,
                settings=ReflectionSettings(),
                own_layers=Path("nowhere"),
                may=self.consents.may,
                eraser=self.eraser,
                writer=lambda: None,
                clock=self.clock,
                mint=self.mint,
                holder="this",
                is_alive=lambda _: True,
                zone=UTC,
            )
        )
        self.observing, self.reflection = opened.observing, opened.reflection
        self.layers = opened.desk.shelf
        self.desk = a_desk(database, QuickEmbedder(), mint=self.mint, clock=self.clock)
        self.search = self._search()

    def _search(self) -> Search:
        @cache
        def index(kind: VectorKind) -> VectorIndex:
            return VectorIndex(self.database, VectorSpace(kind, "quick"), width=16)

        return Search(
            passages=self.passages,
            messages=self.messages,
            embedder=self.desk.embedder,
            documents=self.documents,
            index=index,
            shelves=(
                MemoryShelf(
                    memories=self.memories,
                    index=lambda: index(VectorKind.MEMORY),
                    is_indexed=lambda: True,
                    clock=self.clock,
                ),
                InsightShelf(
                    database=self.database,
                    index=lambda: index(VectorKind.INSIGHT),
                    is_indexed=lambda: True,
                    clock=self.clock,
                ),
            ),
        )

    def _populate(self) -> None:
        for user in PEOPLE:
            self.people.add_user(a_user(user, first_seen=START, last_seen=START))
            self._channel(line_to(user), None)
        for server in SERVERS:
            self.people.upsert_server(
                Server(id=server, name=server, joined_at=START, updated_at=START)
            )
            for channel in channels_of(server):
                self._channel(channel, server)
            for user in PEOPLE:
                self.move(user, server, set(channels_of(server)))

    def _channel(self, channel: ChannelId, server: ServerId | None) -> None:
        self.people.upsert_channel(
            Channel(
                id=channel,
                name=channel,
                kind=ChannelKind.TEXT if server else ChannelKind.DIRECT,
                server_id=server,
                created_at=START,
                updated_at=START,
            )
        )

    def move(self, user: UserId, server: ServerId, channels: set[ChannelId]) -> None:
        """From now on they can read these; who can read none has left."""
        self.words.reads[user, server] = channels
        with self.database.transaction(durable=False):
            self.people.upsert_membership(
                Membership(
                    user_id=user,
                    server_id=server,
                    joined_at=START,
                    updated_at=self.clock(),
                    is_active=bool(channels),
                )
            )

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def mint(self) -> str:
        return next(self.ids)

    # What people do

    def begin(self, user: UserId, spot: Spot) -> None:
        """A conversation, whose title only those see who may open it."""
        known = Known(alone=user, channel=spot.channel)
        word = self.words.new(known)
        identity = ConversationId(self.mint())
        with self.database.transaction(durable=False):
            self.conversations.add(
                a_conversation(
                    identity,
                    user_id=user,
                    title=f"About {word}",
                    server_id=spot.server,
                    channel_id=spot.channel,
                    created_at=self.clock(),
                    updated_at=self.now,
                )
            )
        self.talks.append((identity, user, spot))

    def say(self, talk: int, scope: Scope, *, role: MessageRole) -> None:
        identity, user, spot = self.talks[talk % len(self.talks)]
        server = spot.server if scope is Scope.PUBLIC else None
        word = self.words.new(Known(alone=user, server=server))
        content = f"I said {word} and thing of the garden"
        with self.database.transaction(durable=False):
            conversation = self.conversations.find(identity, spot.audience(user))
            if conversation is None:
                self.words.forget(content)
                return
            message = a_message(
                MessageId(self.mint()),
                content,
                conversation_id=identity,
                owner_id=user,
                parent_id=conversation.head_id,
                role=role,
                sequence=self.messages.next_sequence(identity),
                scope=scope,
                server_id=spot.server,
                channel_id=spot.channel,
                created_at=self.clock(),
            )
            self.messages.add(message)
            self.conversations.update(
                replace(conversation, head_id=message.id, updated_at=self.now)
            )
        self.said[message.id] = content

    def shelve(self, user: UserId, spot: Spot, scope: Scope) -> None:
        server = spot.server if scope is Scope.PUBLIC else None
        known = Known(alone=user, server=server)
        title, text = self.words.new(known), self.words.new(known)
        identity = f"book{self.mint()}"
        document = a_document(
            identity,
            owner_id=user,
            title=f"The {title}",
            scope=scope,
            server_id=spot.server,
            channel_id=spot.channel,
            passage_count=1,
            created_at=self.clock(),
            updated_at=self.now,
        )
        with self.database.transaction(durable=False):
            self.documents.add(document)
            self.passages.add_all([a_passage(f"It tells of {text}.", of=identity)])
        self.books[identity] = f"{title} {text}"

    def remember(self, user: UserId, spot: Spot, scope: Scope) -> None:
        server = spot.server if scope is Scope.PUBLIC else None
        word = self.words.new(
            Known(alone=user, server=server, said_by=user, said_in=spot.channel)
        )
        memory = Memory(
            id=MemoryId(self.mint()),
            owner_id=user,
            kind=MemoryKind.NOTE,
            subject="me",
            attribute="",
            value=word,
            text=f"You like {word}",
            quote=f"I like {word}",
            state=MemoryState.CURRENT,
            origin=MemoryOrigin.PERSON,
            importance=0.5,
            scope=scope,
            server_id=spot.server,
            channel_id=spot.channel,
            valid_from=self.clock(),
            created_at=self.now,
            updated_at=self.now,
        )
        with self.database.transaction(durable=False):
            self.memories.add(memory)
        self.notes[memory.id] = word

    def observe(self, user: UserId, spot: Spot) -> None:
        """Something said before the assistant, in a channel or directly to it."""
        server = spot.server
        known = Known(
            server=server,
            alone=None if server else user,
            author=user,
            said_by=user,
            said_in=spot.channel,
        )
        word = self.words.new(known)
        identity = MessageId(self.mint())
        kept = self.observing.take(
            SeenMessage(
                id=identity,
                channel_id=spot.channel or line_to(user),
                author_id=user,
                content=f"I will tell of {word} and thing of the garden?",
                created_at=self.clock(),
            )
        )
        assert kept == self.may_observe(user, server)
        if kept:
            self.words.observed[word] = (user, server)
        else:
            self.words.gone.add(word)

    # Consent, in terms of our own: what each person last said of each place

    def may_observe(self, user: UserId, server: ServerId | None) -> bool:
        return self.agreed.get((user, server), server is not None)

    def consent(self, user: UserId, server: ServerId | None, *, yes: bool) -> None:
        kind = "observe" if server else "dm_read"
        audience = ALONE.audience(user)
        if yes:
            self.consents.grant(user, kind, server, audience=audience)
        else:
            try:
                self.consents.revoke(user, kind, server, audience=audience)
            except NotFoundError:
                assert not self.may_observe(user, server)
        self.agreed[user, server] = yes
        refusing = self.words.refusing
        (refusing.discard if yes else refusing.add)((user, server))
        if not yes:
            for word, origin in self.words.observed.items():
                if origin == (user, server):
                    self.words.gone.add(word)

    def reflect(self, layer: str) -> None:
        self.now += timedelta(minutes=1)
        for _ in self.reflection.run_now(self.layers.get(layer)):
            pass

    def embed(self) -> None:
        for _ in Remembering(desk=self.desk, opened_at=0).work():
            pass

    def fork(self, chosen: int, user: UserId, spot: Spot) -> None:
        """What one may read, one may take along: to the place where one is."""
        message = self._pick(list(self.said), chosen)
        audience = spot.audience(user)
        if message is None or self.messages.find(message, audience) is None:
            return
        try:
            self.history.fork(message, audience)
        except NotFoundError:
            return

    def forget_message(self, chosen: int) -> None:
        message = self._pick(list(self.said), chosen)
        if message is None:
            return
        owner = self.database.query(
            "SELECT owner_id FROM message WHERE id = :id", {"id": message}
        )
        if not owner:
            return
        audience = ALONE.audience(UserId(owner[0]["owner_id"]))
        named = Named(ids={Erasable.MESSAGE: frozenset({message})})
        self.eraser.erase(self.eraser.plan(named, audience), audience)
        self.words.forget(self.said.pop(message))

    def forget_text(self, chosen: int, user: UserId) -> None:
        word = self._pick(list(self.words.known), chosen)
        if word is None:
            return
        audience = ALONE.audience(user)
        target = Mentioning(text=word)
        try:
            plan = self.eraser.plan(target, audience)
        except NotFoundError:
            return
        assert user in (self.words.known[word].alone, self.words.known[word].author)
        self.eraser.erase(plan, audience)
        self.words.gone.add(word)

    def delete_talk(self, chosen: int) -> None:
        if not self.talks:
            return
        identity, user, spot = self.talks[chosen % len(self.talks)]
        try:
            self.history.delete(identity, spot.audience(user))
        except NotFoundError:
            return

    @staticmethod
    def _pick(choices: Sequence, chosen: int):  # type: ignore[no-untyped-def, type-arg]
        return choices[chosen % len(choices)] if choices else None

    # What is shown

    def shown(self, user: UserId, spot: Spot, asked: str) -> dict[str, set[str]]:
        """Every word that comes out of every door, for somebody somewhere."""
        audience = spot.audience(user)
        return {
            door.__name__.strip("_"): set(
                _MARK.findall("\n".join(map(str, door(audience, asked))))
            )
            for door in self.doors
        }

    @property
    def doors(self) -> Sequence[Callable[[Audience, str], Iterator[object]]]:
        return (
            self._searched,
            self._said,
            self._talks,
            self._library,
            self._remembered,
            self._thoughts,
            self._seen,
            self._exported,
            self._to_be_forgotten,
            self._belongings,
            self._overheard,
        )

    def _searched(self, audience: Audience, asked: str) -> Iterator[object]:
        for text in (asked, "garden thing telling likes"):
            question = Question(text=text, k=200)
            yield from self.search.find(question, audience).hits

    def _said(self, audience: Audience, asked: str) -> Iterator[object]:
        yield from self.messages.search(f"{asked} garden", audience, limit=_EVERYTHING)
        for identity in self.said:
            yield self.messages.find(identity, audience)
        yield from self.messages.unfinished(audience)

    def _talks(self, audience: Audience, _: str) -> Iterator[object]:
        for each in self.conversations.recent(audience, limit=_EVERYTHING):
            yield each
            yield from self.history.transcript(each.id, audience)
            yield from self.messages.all_of(each.id, audience)

    def _library(self, audience: Audience, asked: str) -> Iterator[object]:
        for document in self.documents.all(audience, limit=_EVERYTHING):
            yield document
            yield from self.passages.of(document.id, audience)
        yield from self.passages.by_number(list(range(1, 200)), audience)

    def _remembered(self, audience: Audience, asked: str) -> Iterator[object]:
        everyone = MemoryFilter(states=(), only_mine=False)
        yield from self.memories.browse(everyone, audience, limit=_EVERYTHING, offset=0)
        numbers = list(range(1, 200))
        yield from self.memories.by_number(numbers, audience).values()

    def _thoughts(self, audience: Audience, asked: str) -> Iterator[object]:
        now = self.now
        yield from self.insights.history(audience, now=now, limit=_EVERYTHING)
        numbers = list(range(1, 200))
        yield from self.insights.by_number(numbers, audience, now=now).values()
        yield from self.topics.visible(audience)

    def _seen(self, audience: Audience, asked: str) -> Iterator[object]:
        ever = Stretch(
            since=START - timedelta(1), until=self.now + timedelta(1), limit=_EVERYTHING
        )
        yield from self.observed.here(ever, audience)
        for user in PEOPLE:
            yield from self.observed.by_author(user, ever, audience)
        for channel in (c for server in SERVERS for c in channels_of(server)):
            yield from self.observed.in_channel(channel, ever, audience)
        yield from self.observed.by_words(f'"{asked}" OR "garden"', ever, audience)

    def _overheard(self, audience: Audience, asked: str) -> Iterator[object]:
        """By everybody's own ears; what a channel says of them is always true."""
        for server in SERVERS:
            reads = self.words.reads[audience.user_id, server]
            earshot = Earshot(server_id=server, channels=frozenset(reads))
            overhearing = Overhearing(
                database=self.database, search=self.search, may=self.consents.may
            )
            if not overhearing._is_in(earshot, audience):
                continue
            listening = Listening(
                database=self.database,
                search=self.search,
                may=self.consents.may,
                earshot=earshot,
                user_id=audience.user_id,
            )
            for text in (asked, "garden thing telling likes"):
                yield from listening.remarks(text)

    def _exported(self, audience: Audience, _: str) -> Iterator[object]:
        chosen = self.conversations.recent(audience, limit=_EVERYTHING)
        yield from self.transfer.export_jsonl(chosen, audience)
        yield from self.transfer.export_markdown(chosen, audience)

    def _to_be_forgotten(self, audience: Audience, asked: str) -> Iterator[object]:
        try:
            yield from self.eraser.matches(Mentioning(text=asked), audience)
        except UsageError:
            assert not audience.place.is_private

    def _belongings(self, audience: Audience, _: str) -> Iterator[object]:
        try:
            yield from self.belongings.export(audience.user_id, audience)
        except UsageError:
            assert not audience.place.is_private
