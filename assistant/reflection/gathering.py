"""Gathers what there is to read about a topic, from within one circle only.

Each row comes through a read that names the circle's audience, so that nothing is here
which its people could not see themselves; and each says how far it may reach.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain

from assistant.entities.audience import Scope
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.memory import Memory, MemoryFilter, MemoryState
from assistant.entities.reflection import (
    Circle,
    ObservedMessage,
    Reach,
    SourcesScope,
    Topic,
    TopicCategory,
    Visibility,
)
from assistant.knowledge.query import any_of
from assistant.knowledge.words import content_stems
from assistant.storage.dependencies import Source
from assistant.storage.memories import Memories
from assistant.storage.observed import Observed, Stretch
from assistant.storage.ownwords import OwnMessage, OwnWords
from assistant.storage.people import People

BACKGROUND = 400
"""So many other messages tell which words are usual in a place."""

_MEMORIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One row to think over."""

    source: Source
    text: str
    at: datetime
    speaker: str
    """As people call whoever said it."""

    speaker_id: str
    place: str
    """A channel, or a conversation's title in quotation marks."""

    place_id: str
    reach: Reach
    reply_to: str | None = None
    reactions: int = 0
    former: str = ""
    """For a memory that took another one's place: what was true before."""

    @property
    def is_memory(self) -> bool:
        return self.source.kind == "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is known of a topic, oldest first, and what else is said around it."""

    topic: Topic
    circle: Circle
    name: str
    """As people call the topic."""

    said: Sequence[Said]
    around: Sequence[str] = ()

    @property
    def messages(self) -> list[Said]:
        return [each for each in self.said if not each.is_memory]

    @property
    def memories(self) -> list[Said]:
        return [each for each in self.said if each.is_memory]

    @property
    def is_ones_own(self) -> bool:
        """Whether whoever may read what comes of it is whom it is about."""
        return self.circle.owner_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Reads the store; it writes nothing."""

    observed: Observed
    own_words: OwnWords
    memories: Memories
    people: People
    zone: tzinfo | None = None
    """Whose days are counted; without one, this machine's."""

    def of(
        self,
        topic: Topic,
        circle: Circle,
        stretch: Stretch,
        *,
        with_memories: bool = False,
    ) -> Material:
        """What is said of it, and what is said around it there."""
        said = self.said_of(topic, circle, stretch, with_memories=with_memories)
        return Material(
            topic=topic,
            circle=circle,
            name=self.name_of(topic),
            said=said,
            around=self._around(circle, stretch, {each.source.id for each in said}),
        )

    def said_of(
        self,
        topic: Topic,
        circle: Circle,
        stretch: Stretch,
        *,
        with_memories: bool = False,
    ) -> list[Said]:
        """The newest that the stretch allows, the oldest of them first."""
        rows = [*self._rows(topic, circle, stretch)]
        if with_memories and topic.category is TopicCategory.USER:
            rows += self._remembered(UserId(topic.ids[0]), circle, stretch)
        rows.sort(key=_newest_first)
        return rows[: stretch.limit][::-1]

    def _around(
        self, circle: Circle, stretch: Stretch, chosen: Container[str]
    ) -> list[str]:
        wide = Stretch(since=stretch.since, until=stretch.until, limit=BACKGROUND)
        found: Iterable[ObservedMessage | OwnMessage] = (
            *self.observed.here(wide, circle.audience),
            *self.own_words.said(wide, circle.audience),
        )
        return [each.content for each in found if each.id not in chosen]

    def everything(self, circle: Circle, stretch: Stretch) -> list[Said]:
        """All that was said in a circle, the newest first."""
        audience = circle.audience
        found = chain(
            map(self._observed, self.observed.here(stretch, audience)),
            map(self._own, self.own_words.said(stretch, audience)),
        )
        return sorted(found, key=_newest_first)[: stretch.limit]

    def name_of(self, topic: Topic) -> str:
        """As people call it."""
        match topic.category:
            case TopicCategory.USER | TopicCategory.DYAD:
                return " and ".join(self._person(each) for each in topic.ids)
            case TopicCategory.CHANNEL:
                return self._channel(ChannelId(topic.ids[0]))
            case TopicCategory.SERVER:
                server = self.people.find_server(ServerId(topic.ids[0]))
                return server.name if server else topic.ids[0]
            case TopicCategory.SUBJECT:
                return str(topic.metadata.get("word", topic.ids[0]))

    def _rows(self, topic: Topic, circle: Circle, stretch: Stretch) -> Iterable[Said]:
        audience, ids = circle.audience, topic.ids
        match topic.category:
            case TopicCategory.USER:
                observed = self.observed.by_author(UserId(ids[0]), stretch, audience)
                return [
                    *map(self._observed, observed),
                    *self._own_of(ids[0], circle, stretch),
                ]
            case TopicCategory.CHANNEL:
                seen = self.observed.in_channel(ChannelId(ids[0]), stretch, audience)
                return map(self._observed, seen)
            case TopicCategory.DYAD:
                two = (UserId(ids[0]), UserId(ids[1]))
                return map(
                    self._observed, self.observed.between(two, stretch, audience)
                )
            case TopicCategory.SERVER:
                return map(self._observed, self.observed.here(stretch, audience))
            case TopicCategory.SUBJECT:
                return self._about(str(topic.metadata["stem"]), circle, stretch)

    def _own_of(self, user_id: str, circle: Circle, stretch: Stretch) -> list[Said]:
        """What a person told the assistant itself."""
        own = self.own_words.said(stretch, circle.audience)
        return [self._own(each) for each in own if each.author_id == user_id]

    def _remembered(
        self, user_id: UserId, circle: Circle, stretch: Stretch
    ) -> list[Said]:
        """What was learnt of a person meanwhile."""
        remembered = self.memories.browse(
            MemoryFilter(states=(MemoryState.CURRENT,), only_mine=False),
            circle.audience,
            limit=_MEMORIES,
        )
        return [
            self._memory(each, circle)
            for each in remembered
            if each.owner_id == user_id
            and not each.is_stale
            and stretch.since < each.updated_at <= stretch.until
        ]

    def _about(self, stem: str, circle: Circle, stretch: Stretch) -> list[Said]:
        observed = self.observed.by_words(any_of((stem,)), stretch, circle.audience)
        own = self.own_words.said(stretch, circle.audience)
        rows = [*map(self._observed, observed), *map(self._own, own)]
        return [each for each in rows if stem in content_stems(each.text)]

    def _observed(self, message: ObservedMessage) -> Said:
        return Said(
            source=Source("observed", message.id),
            text=message.content,
            at=message.created_at.astimezone(self.zone),
            speaker=self._person(message.author_id),
            speaker_id=message.author_id,
            place=self._channel(message.channel_id),
            place_id=message.channel_id,
            reach=_reach_of(message),
            reply_to=message.reply_to,
            reactions=sum(message.reactions.values()),
        )

    def _own(self, message: OwnMessage) -> Said:
        return Said(
            source=Source("message", message.id),
            text=message.content,
            at=message.created_at.astimezone(self.zone),
            speaker=self._person(message.author_id),
            speaker_id=message.author_id,
            place=f"\u201c{message.title}\u201d",
            place_id=message.conversation_id,
            reach=_private(message.author_id),
        )

    def _memory(self, memory: Memory, circle: Circle) -> Said:
        former = (
            self.memories.find(memory.supersedes, circle.audience)
            if memory.supersedes
            else None
        )
        return Said(
            source=Source("memory", memory.id),
            text=memory.text,
            at=memory.updated_at.astimezone(self.zone),
            speaker=self._person(memory.owner_id),
            speaker_id=memory.owner_id,
            place="",
            place_id=memory.conversation_id or "",
            reach=_reach_of_memory(memory),
            former=former.text if former else "",
        )

    def _person(self, user_id: str) -> str:
        user = self.people.find_user(UserId(user_id))
        return user.display_name if user else user_id

    def _channel(self, channel_id: ChannelId) -> str:
        channel = self.people.find_channel(channel_id)
        if channel is None:
            return channel_id
        return f"#{channel.name}" if channel.server_id else "direct messages"


def _newest_first(said: Said) -> tuple[float, str]:
    return (-said.at.timestamp(), said.source.id)


def _private(owner_id: UserId) -> Reach:
    return Reach(scope=SourcesScope.DM, owners=frozenset((owner_id,)))


def _reach_of(message: ObservedMessage) -> Reach:
    if message.visibility is Visibility.DM:
        return _private(message.author_id)
    return Reach(scope=SourcesScope.PUBLIC, server_id=message.server_id)


def _reach_of_memory(memory: Memory) -> Reach:
    """A derived one is its owner's, whatever else it rests on."""
    match memory.scope:
        case Scope.PUBLIC if memory.server_id is not None:
            return Reach(scope=SourcesScope.PUBLIC, server_id=memory.server_id)
        case Scope.DERIVED:
            owners = frozenset((memory.owner_id,))
            return Reach(scope=SourcesScope.DERIVED, owners=owners)
        case _:
            return _private(memory.owner_id)
