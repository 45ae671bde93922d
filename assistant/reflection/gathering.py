"""Gathers what there is to read about a topic, from within one circle only.

Each row comes through a read that names the circle's audience, so that nothing is here
which its people could not see themselves; and each says how far it may reach.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from typing import TypeAlias

from assistant.entities.audience import Audience
from assistant.entities.ids import ChannelId, UserId
from assistant.entities.memory import Memory, MemoryFilter, MemoryState
from assistant.entities.reflection import (
    Circle,
    ObservedMessage,
    Topic,
    TopicCategory,
)
from assistant.knowledge.query import any_of
from assistant.knowledge.words import content_stems
from assistant.reflection.said import Names, Said, Scribe
from assistant.storage.memories import Memories
from assistant.storage.observed import Observed, Stretch
from assistant.storage.ownwords import OwnMessage, OwnWords

Row: TypeAlias = ObservedMessage | OwnMessage

BACKGROUND = 400
"""So many other messages tell which words are usual in a place."""

_MEMORIES = 100


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
    people: Names
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
        scribe = self._scribe()
        rows = [*map(scribe.said, self._rows(topic, circle, stretch))]
        if with_memories and topic.category is TopicCategory.USER:
            rows += self._remembered(topic, circle, stretch)
        rows.sort(key=_newest_first)
        return rows[: stretch.limit][::-1]

    def _around(
        self, circle: Circle, stretch: Stretch, chosen: Container[str]
    ) -> list[str]:
        wide = Stretch(since=stretch.since, until=stretch.until, limit=BACKGROUND)
        found = self._everything(circle, wide)
        return [each.content for each in found if each.id not in chosen]

    def everything(self, circle: Circle, stretch: Stretch) -> list[Said]:
        """All that was said in a circle, the newest first."""
        found = map(self._scribe().said, self._everything(circle, stretch))
        return sorted(found, key=_newest_first)[: stretch.limit]

    def name_of(self, topic: Topic) -> str:
        """As people call it."""
        return self._scribe().name_of(topic)

    def _scribe(self) -> Scribe:
        return Scribe(self.people, zone=self.zone)

    def _everything(self, circle: Circle, stretch: Stretch) -> Iterable[Row]:
        audience = circle.audience
        return chain(
            self.observed.here(stretch, audience),
            self.own_words.said(stretch, audience),
        )

    def _rows(self, topic: Topic, circle: Circle, stretch: Stretch) -> Iterable[Row]:
        audience, ids = circle.audience, topic.ids
        match topic.category:
            case TopicCategory.USER:
                own = self.own_words.said(stretch, audience)
                return chain(
                    self.observed.by_author(UserId(ids[0]), stretch, audience),
                    (each for each in own if each.author_id == ids[0]),
                )
            case TopicCategory.CHANNEL:
                return self.observed.in_channel(ChannelId(ids[0]), stretch, audience)
            case TopicCategory.DYAD:
                two = (UserId(ids[0]), UserId(ids[1]))
                return self.observed.between(two, stretch, audience)
            case TopicCategory.SERVER:
                return self.observed.here(stretch, audience)
            case TopicCategory.SUBJECT:
                return self._about(str(topic.metadata["stem"]), circle, stretch)

    def _about(self, stem: str, circle: Circle, stretch: Stretch) -> Iterable[Row]:
        audience = circle.audience
        found: Iterable[Row] = chain(
            self.observed.by_words(any_of((stem,)), stretch, audience),
            self.own_words.said(stretch, audience),
        )
        return (each for each in found if stem in content_stems(each.content))

    def _remembered(self, topic: Topic, circle: Circle, stretch: Stretch) -> list[Said]:
        """What was learnt of a person meanwhile."""
        scribe, audience = self._scribe(), circle.audience
        wanted = MemoryFilter(states=(MemoryState.CURRENT,), only_mine=False)
        return [
            scribe.memory(each, self._former(each, audience))
            for each in self.memories.browse(wanted, audience, limit=_MEMORIES)
            if each.owner_id == topic.ids[0]
            and not each.is_stale
            and stretch.since < each.updated_at <= stretch.until
        ]

    def _former(self, memory: Memory, audience: Audience) -> Memory | None:
        former = memory.supersedes
        return self.memories.find(former, audience) if former else None


def _newest_first(said: Said) -> tuple[float, str]:
    return (-said.at.timestamp(), said.source.id)
