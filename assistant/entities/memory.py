"""What is remembered about a person: each fact with the words it was taken from.

A fact is keyed by subject and attribute, so that a new value closes the old one. An
empty attribute is something of which there may be many, such as what one likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.audience import Scope
from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import (
    ChannelId,
    ConversationId,
    MemoryId,
    MessageId,
    ServerId,
    UserId,
)

ONESELF = "me"
"""The subject of what somebody says about themselves."""


class MemoryKind(StrEnum):
    """What sort of thing is remembered."""

    FACT = auto()
    PREFERENCE = auto()
    RELATIONSHIP = auto()
    PLAN = auto()
    NOTE = auto()
    """What was asked to be remembered, and is nothing of the above."""


class MemoryTerm(StrEnum):
    """How long it is worth keeping."""

    WORKING = auto()
    """For this session's work: hours."""

    SHORT_TERM = auto()
    """For days: plans until they are over."""

    LONG_TERM = auto()


class MemoryState(StrEnum):
    """Whether it counts, and why it does not any more."""

    PENDING = auto()
    """Noticed, and waiting for the person's yes."""

    CURRENT = auto()
    SUPERSEDED = auto()
    """A newer value took its place."""

    MERGED = auto()
    """It said the same as another one."""

    REJECTED = auto()
    EXPIRED = auto()


class MemoryOrigin(StrEnum):
    """Who put it in these words."""

    RULE = auto()
    """The program, from what the person said."""

    MODEL = auto()
    """A model, from what the person said; its quote was found there."""

    PERSON = auto()
    """The person, outright."""

    IMPORT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where in a message the words stand; characters, the end not included."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a span holds at least one character")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Something worth knowing later. Its source goes with the message it is from."""

    id: MemoryId
    owner_id: UserId
    kind: MemoryKind
    subject: str
    """`me`, or somebody or something of mine: `sister`, `dog`."""

    attribute: str
    """Empty where there may be many values at once."""

    value: str
    text: str
    """The whole thing as a sentence, as it was said."""

    state: MemoryState
    origin: MemoryOrigin
    importance: float
    valid_from: datetime
    created_at: datetime
    updated_at: datetime
    term: MemoryTerm = MemoryTerm.LONG_TERM
    is_stale: bool = False
    """Something it was made of has changed; not served until it is made anew."""

    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None
    quote: str = ""
    """The message's own words, exactly."""

    span: Span | None = None
    """Where in the message the quote stands."""

    scope: Scope = Scope.PRIVATE
    server_id: ServerId | None = None
    channel_id: ChannelId | None = None
    valid_until: datetime | None = None
    supersedes: MemoryId | None = None
    access_count: int = 0
    accessed_at: datetime | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.value or not self.text:
            raise ValueError("a memory says something")
        if not 0 <= self.importance <= 1:
            raise ValueError("importance is between 0 and 1")
        if self.state is MemoryState.SUPERSEDED and self.valid_until is None:
            raise ValueError("what was superseded says until when it was true")
        if self.updated_at < self.created_at:
            raise ValueError("a memory cannot change before it was made")

    @property
    def is_current(self) -> bool:
        """Whether it may be used in an answer."""
        return self.state is MemoryState.CURRENT and not self.is_stale

    @property
    def has_one_value(self) -> bool:
        """Whether another value for the same thing takes this one's place."""
        return bool(self.attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What is remembered of one message, and what waits for its writer's yes."""

    kept: tuple[Memory, ...] = ()
    waiting: tuple[Memory, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kept or self.waiting)

    @property
    def memories(self) -> tuple[Memory, ...]:
        return (*self.waiting, *self.kept)

    @property
    def kept_texts(self) -> tuple[str, ...]:
        return _telling(self.kept)

    @property
    def waiting_texts(self) -> tuple[str, ...]:
        return _telling(self.waiting)


def _telling(memories: tuple[Memory, ...]) -> tuple[str, ...]:
    """`My sister Ana` says nothing beside `My sister Ana lives in Porto`."""
    texts = tuple(dict.fromkeys(each.text for each in memories))
    return tuple(
        text
        for text in texts
        if not any(text in other and text != other for other in texts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFilter:
    """Which memories are looked at; empty takes all of a sort."""

    states: Sequence[MemoryState] = (MemoryState.CURRENT,)
    kinds: Sequence[MemoryKind] = ()
    text: str = ""
    """Letters that its sentence holds, in any case."""

    conversation_id: ConversationId | None = None
    subject: str | None = None
    only_mine: bool = True
    """Not what others said in the place where this audience is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Why something is remembered: who said it, when, and what came of it."""

    memory: Memory
    message: Message | None
    """What was said; None when it was told outright, or is no longer there."""

    conversation: Conversation | None
    earlier: Sequence[Memory]
    """What it took the place of, the newest first."""

    later: Memory | None
    """What took its place."""

    used_in: Sequence[MessageId]
    """Answers that used it, the newest first."""
