"""Rows of the store as what somebody said, with names, and how far each may reach.

It reads nothing but names; what is looked up once is remembered as long as it lives.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol, TypeVar

from assistant.entities.audience import Scope
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.memory import Memory
from assistant.entities.people import Channel, Server, User
from assistant.entities.reflection import (
    ObservedMessage,
    Reach,
    SourcesScope,
    Topic,
    TopicCategory,
    Visibility,
)
from assistant.storage.dependencies import Source
from assistant.storage.ownwords import OwnMessage

_ELSEWHERE = "a conversation of somebody else's"

Id = TypeVar("Id", bound=Hashable)
Found = TypeVar("Found")


class Names(Protocol):
    """Knows people and places by their ids."""

    def find_user(self, user_id: UserId) -> User | None: ...

    def find_channel(self, channel_id: ChannelId) -> Channel | None: ...

    def find_server(self, server_id: ServerId) -> Server | None: ...


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


class Scribe:
    """Made anew for every reading, so that no name grows old."""

    def __init__(self, names: Names, *, zone: tzinfo | None) -> None:
        self._find_user = _once(names.find_user)
        self._find_channel = _once(names.find_channel)
        self._find_server = _once(names.find_server)
        self._zone = zone

    def said(self, message: ObservedMessage | OwnMessage) -> Said:
        if isinstance(message, OwnMessage):
            return self._own(message)
        return self._observed(message)

    def _observed(self, message: ObservedMessage) -> Said:
        return Said(
            source=Source("observed", message.id),
            text=message.content,
            at=message.created_at.astimezone(self._zone),
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
            at=message.created_at.astimezone(self._zone),
            speaker=self._person(message.author_id),
            speaker_id=message.author_id,
            place=f"\u201c{message.title}\u201d" if message.title else _ELSEWHERE,
            place_id=message.conversation_id,
            reach=_private(message.author_id),
        )

    def memory(self, memory: Memory, former: Memory | None) -> Said:
        """`former` is what it took the place of."""
        return Said(
            source=Source("memory", memory.id),
            text=memory.text,
            at=memory.updated_at.astimezone(self._zone),
            speaker=self._person(memory.owner_id),
            speaker_id=memory.owner_id,
            place="",
            place_id=memory.conversation_id or "",
            reach=_reach_of_memory(memory),
            former=former.text if former else "",
        )

    def _person(self, user_id: str) -> str:
        user = self._find_user(UserId(user_id))
        return user.display_name if user else user_id

    def _channel(self, channel_id: ChannelId) -> str:
        channel = self._find_channel(channel_id)
        if channel is None:
            return channel_id
        return f"#{channel.name}" if channel.server_id else "direct messages"

    def name_of(self, topic: Topic) -> str:
        """As people call it."""
        match topic.category:
            case TopicCategory.USER | TopicCategory.DYAD:
                return " and ".join(self._person(each) for each in topic.ids)
            case TopicCategory.CHANNEL:
                return self._channel(ChannelId(topic.ids[0]))
            case TopicCategory.SERVER:
                server = self._find_server(ServerId(topic.ids[0]))
                return server.name if server else topic.ids[0]
            case TopicCategory.SUBJECT:
                return str(topic.metadata.get("word", topic.ids[0]))


def _once(find: Callable[[Id], Found]) -> Callable[[Id], Found]:
    known: dict[Id, Found] = {}

    def remembered(wanted: Id) -> Found:
        if wanted not in known:
            known[wanted] = find(wanted)
        return known[wanted]

    return remembered


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
