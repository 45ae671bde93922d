"""Conversations, and their messages as a tree.

A message names its parent, so editing, regenerating and forking keep every
branch; the conversation's head says which branch is being read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.audience import Scope
from assistant.entities.ids import (
    AttachmentId,
    ChannelId,
    ConversationId,
    MessageId,
    PersonaId,
    ServerId,
    UserId,
)


class ConversationState(StrEnum):
    """Where a conversation is in its life."""

    NEW = auto()
    ACTIVE = auto()
    PAUSED = auto()
    ARCHIVED = auto()

    def may_become(self, other: "ConversationState") -> bool:
        """Whether the step is one of the allowed transitions."""
        return other in _TRANSITIONS[self]


_TRANSITIONS: Mapping[ConversationState, frozenset[ConversationState]] = {
    ConversationState.NEW: frozenset(
        {ConversationState.ACTIVE, ConversationState.ARCHIVED}
    ),
    ConversationState.ACTIVE: frozenset(
        {ConversationState.PAUSED, ConversationState.ARCHIVED}
    ),
    ConversationState.PAUSED: frozenset(
        {ConversationState.ACTIVE, ConversationState.ARCHIVED}
    ),
    ConversationState.ARCHIVED: frozenset({ConversationState.ACTIVE}),
}


class MessageRole(StrEnum):
    """Who is speaking."""

    USER = auto()
    ASSISTANT = auto()
    SYSTEM = auto()
    TOOL = auto()


class MessageState(StrEnum):
    """How far a message has come; the last two only where a channel reports them."""

    PENDING = auto()
    PROCESSING = auto()
    COMPLETED = auto()
    FAILED = auto()
    DELIVERED = auto()
    READ = auto()


class FinishReason(StrEnum):
    """Why a reply ended."""

    STOP = auto()
    """The model said all it had to say."""

    LENGTH = auto()
    """The token limit was reached."""

    CANCELLED = auto()
    """The user stopped it."""

    INTERRUPTED = auto()
    """The process that wrote it died."""

    REPETITION = auto()
    """The model went round in circles and was stopped."""

    EMPTY = auto()
    """The model said nothing, twice."""

    ERROR = auto()
    """The engine failed; the message's error says how."""


class ContentKind(StrEnum):
    """What an attachment holds."""

    TEXT = auto()
    IMAGE = auto()
    AUDIO = auto()
    VIDEO = auto()
    DOCUMENT = auto()


UNFINISHED = frozenset(
    {FinishReason.LENGTH, FinishReason.CANCELLED, FinishReason.INTERRUPTED}
)
"""Endings after which a reply can be gone on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A thread of messages that belongs to one person."""

    id: ConversationId
    user_id: UserId
    title: str
    state: ConversationState
    created_at: datetime
    updated_at: datetime
    head_id: MessageId | None = None
    server_id: ServerId | None = None
    channel_id: ChannelId | None = None
    summary: str | None = None
    message_count: int = 0
    total_tokens: int = 0
    forked_from: MessageId | None = None
    pinned_at: datetime | None = None
    is_incognito: bool = False
    """Off the record: nothing said in it is remembered, nothing remembered is used."""

    persona_id: PersonaId | None = None
    """Who answers in it; None is whoever is in use."""

    def __post_init__(self) -> None:
        if self.updated_at < self.created_at:
            raise ValueError("a conversation cannot change before it began")
        if self.message_count < 0 or self.total_tokens < 0:
            raise ValueError("a conversation's counts cannot be negative")

    def become(self, state: ConversationState) -> "Conversation":
        """The same conversation in another state; refuses a step not allowed."""
        if not self.state.may_become(state):
            raise ValueError(f"a conversation cannot go from {self.state} to {state}")
        return replace(self, state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said. A reply's measures stay None until it is finished."""

    id: MessageId
    conversation_id: ConversationId
    owner_id: UserId
    role: MessageRole
    content: str
    created_at: datetime
    sequence: int
    state: MessageState = MessageState.COMPLETED
    parent_id: MessageId | None = None
    author_id: UserId | None = None
    scope: Scope = Scope.PRIVATE
    server_id: ServerId | None = None
    channel_id: ChannelId | None = None
    error: str | None = None
    finish_reason: FinishReason | None = None
    tokens: int | None = None
    prompt_tokens: int | None = None
    reused_tokens: int | None = None
    first_token_ms: float | None = None
    response_time_ms: float | None = None
    model: str | None = None
    tools: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    written_by: str | None = None
    """The process that is writing it, while it is PROCESSING."""

    def __post_init__(self) -> None:
        if self.sequence < 1:
            raise ValueError("a message's sequence starts at 1")
        if self.role is MessageRole.USER and not self.content.strip():
            raise ValueError("a user's message cannot be empty")
        if self.tokens is not None and self.tokens < 0:
            raise ValueError("tokens cannot be negative")
        if self.state is MessageState.FAILED and not self.error:
            raise ValueError("a failed message says why")
        if self._is_empty_answer:
            raise ValueError("a completed answer cannot be empty")

    @property
    def _is_empty_answer(self) -> bool:
        return (
            self.role is MessageRole.ASSISTANT
            and self.state is MessageState.COMPLETED
            and not self.content.strip()
        )

    @property
    def is_unfinished(self) -> bool:
        """Whether the reply broke off and can be gone on with."""
        return self.finish_reason in UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message; text is kept, the rest only described."""

    id: AttachmentId
    message_id: MessageId
    name: str
    kind: ContentKind
    size_bytes: int
    text: str | None = None
    media_type: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.size_bytes < 0:
            raise ValueError("an attachment's size cannot be negative")
