"""What was seen in channels, what it is about, and what came of thinking it over.

A topic earns salience when it comes up and spends it when it is thought about. An
insight is what that gave; it is never seen by more people than its sources were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum, auto

from assistant.entities.audience import TERMINAL, Audience, Place
from assistant.entities.ids import (
    LOCAL_USER,
    ChannelId,
    InsightId,
    LayerRunId,
    MessageId,
    ServerId,
    TopicKey,
    UserId,
)


class Visibility(StrEnum):
    """Where something was said."""

    PUBLIC = auto()
    """Where every member of the server may read."""

    DM = auto()
    """To the assistant alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedMessage:
    """Something said in a channel, as the assistant read it there."""

    id: MessageId
    """As the chat service gave it."""

    channel_id: ChannelId
    author_id: UserId
    content: str
    visibility: Visibility
    created_at: datetime
    ingested_at: datetime
    server_id: ServerId | None = None
    reply_to: MessageId | None = None
    edited_at: datetime | None = None
    reactions: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.visibility is Visibility.DM) != (self.server_id is None):
            raise ValueError("what is public was said on a server, and nothing else")


class TopicCategory(StrEnum):
    """What sort of thing a topic is."""

    USER = auto()
    CHANNEL = auto()
    DYAD = auto()
    """Two people, and what is between them."""

    SERVER = auto()
    SUBJECT = auto()
    """Something that is talked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something that can be thought about."""

    key: TopicKey
    category: TopicCategory
    created_at: datetime
    metadata: Mapping[str, object] = field(default_factory=dict)

    @property
    def ids(self) -> Sequence[str]:
        """Whom or what the key names: one, or the two of a dyad."""
        return self.key.split(":")[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Words that exactly the same people may see, and so may be thought over together.

    The public words of one server, or the private words of one person.
    """

    server_id: ServerId | None = None
    owner_id: UserId | None = None

    def __post_init__(self) -> None:
        if (self.server_id is None) == (self.owner_id is None):
            raise ValueError("a circle is one server's or one person's")

    @property
    def audience(self) -> Audience:
        """Who sees all of it, and no more than it."""
        if self.owner_id is not None:
            return Audience(user_id=self.owner_id, place=TERMINAL)
        place = Place(server_id=self.server_id, is_private=False)
        return Audience(user_id=LOCAL_USER, place=place)

    def __str__(self) -> str:
        return f"user/{self.owner_id}" if self.owner_id else f"server/{self.server_id}"


class EntryType(StrEnum):
    """What moved a balance."""

    EARN = auto()
    SPEND = auto()
    RETAIN = auto()
    """The part of what was spent that stays."""

    DECAY = auto()
    """Nobody spoke of it for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalienceEntry:
    """One line of the ledger; never changed. The balance is the sum of amounts."""

    id: str
    topic_key: TopicKey
    entry_type: EntryType
    amount: float
    """Added to the balance: negative for what is spent or fades."""

    cause: str
    """What happened; the same cause counts once."""

    created_at: datetime
    reason: str = ""
    evaporated: float = 0.0
    """What found no room below the cap, and went nowhere else."""

    run_id: LayerRunId | None = None
    """The run that spent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How much a topic deserves thought."""

    topic: Topic
    amount: float


class SourcesScope(StrEnum):
    """The narrowest of the scopes of everything an insight rests on."""

    PUBLIC = auto()
    DM = auto()
    """One person's private words."""

    DERIVED = auto()
    """A mixture, for whoever owns all that is private in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who may see what was made of certain rows."""

    scope: SourcesScope
    server_id: ServerId | None = None
    """Of what is public."""

    owners: frozenset[UserId] = frozenset()
    """Whose private words are in it; only somebody who is all of them sees it."""

    def __post_init__(self) -> None:
        if (self.scope is SourcesScope.PUBLIC) != (self.server_id is not None):
            raise ValueError("only what is public has a server, and it has one")
        if self.scope is SourcesScope.DM and len(self.owners) != 1:
            raise ValueError("private words have one owner")
        if self.scope is SourcesScope.PUBLIC and self.owners:
            raise ValueError("what is public has no owner")


def joined(reaches: Iterable[Reach]) -> Reach:
    """Of what rests on all of these: never wider than any of them."""
    all_of = list(dict.fromkeys(reaches))
    if not all_of:
        raise ValueError("what rests on nothing reaches nobody")
    if len(all_of) == 1:
        return all_of[0]
    owners = frozenset(owner for reach in all_of for owner in reach.owners)
    return Reach(scope=SourcesScope.DERIVED, owners=owners)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What thinking a topic over gave."""

    id: InsightId
    topic_key: TopicKey
    category: str
    content: str
    reach: Reach
    layer_run_id: LayerRunId
    confidence: float
    """From how much it rests on, and over how many days: 0 to 1."""

    strength: float
    """The salience spent on it, by how sure it is."""

    created_at: datetime
    expires_at: datetime | None = None
    supersedes: InsightId | None = None
    is_superseded: bool = False
    is_stale: bool = False
    metadata: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.content.strip():
            raise ValueError("an insight says something")
        if not 0 <= self.confidence <= 1:
            raise ValueError("confidence is between 0 and 1")


class RunStatus(StrEnum):
    """How a layer's run went."""

    RUNNING = auto()
    COMPLETED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRun:
    """One time that a layer thought, and about what."""

    id: LayerRunId
    layer_name: str
    window: str
    """The time thought about, by name; a layer thinks about the same one once."""

    started_at: datetime
    status: RunStatus
    targets: Sequence[TopicKey] = ()
    completed_at: datetime | None = None
    tokens_used: int | None = None
    """By the model; 0 when none wrote."""

    error: str | None = None
    held_by: str | None = None


class Rhythm(StrEnum):
    """How often a layer thinks."""

    DAILY = auto()
    WEEKLY = auto()
    HOURS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a layer thinks, by the clock on the wall."""

    rhythm: Rhythm
    at: time = time(7)
    weekday: int = 0
    """0 is Monday; only weekly layers look at it."""

    hours: int = 24
    """Between two runs; only layers that go by hours look at it."""


class Section(StrEnum):
    """A part of what is said without a model."""

    COUNTS = auto()
    PEOPLE = auto()
    ABOUT = auto()
    CHANGES = auto()
    PLANS = auto()
    QUESTIONS = auto()
    REACTIONS = auto()
    MEMORIES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One way of thinking things over: when, about what, how much, and for what."""

    name: str
    schedule: Schedule
    topics: Mapping[str, float]
    """Categories, or topics by key, and each one's share of the budget."""

    budget: float
    """Most salience that one run spends."""

    category: str
    """What its insights are called."""

    prompt: str
    """What a model that can write is asked for."""

    lookback: timedelta
    """How far back it reads."""

    sections: Sequence[Section]
    expires_after: timedelta | None = None
    min_sources: int = 3
    max_sources: int = 40

    @property
    def reads_memories(self) -> bool:
        """Whether it has anything to say of what is remembered."""
        return not {Section.MEMORIES, Section.CHANGES}.isdisjoint(self.sections)
