"""What goes into a turn, and the closed union of what comes out of it.

Every channel sends a `TurnRequest` and renders the same `TurnEvent`s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from assistant.entities.audience import Audience, Earshot
from assistant.entities.citation import Basis, Citation, Evidence
from assistant.entities.conversation import Attachment, FinishReason, Message
from assistant.entities.ids import ConversationId, MemoryId, MessageId
from assistant.entities.search import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A text that comes along with the question."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A new question at the head of a conversation, or of a new one."""

    text: str
    conversation_id: ConversationId | None = None
    files: tuple[TextFile, ...] = ()
    within: tuple[Named, ...] = ()
    """Documents and collections that alone are asked; the whole library otherwise."""

    is_incognito: bool = False
    """Off the record from this question on."""

    after: MessageId | None = None
    """The message it answers to; None is the conversation's head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Another wording of an earlier question; the first one stays as a branch."""

    message_id: MessageId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerate:
    """Another answer to the same question; the first one stays as a branch."""

    message_id: MessageId
    """The question, or any answer to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Go on with an answer that broke off."""

    message_id: MessageId


Intent: TypeAlias = Ask | Edit | Regenerate | Resume


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRequest:
    """One turn, from any channel."""

    audience: Audience
    intent: Intent
    model: str | None = None
    """By name; None takes the model in use, and its fallbacks."""

    persona: str | None = None
    """By name: answers in this conversation from now on; None changes nothing."""

    language: str | None = None
    """Which language to answer in, as a code such as `de`; None leaves it open."""

    schema: Mapping[str, object] | None = None
    """A JSON schema that the answer must meet."""

    max_tokens: int | None = None
    use_knowledge: bool = True
    """Whether the library is asked first."""

    use_memory: bool = True
    """Whether what is remembered may go into the answer."""

    earshot: tuple[Earshot, ...] = ()
    """Servers whose public words may be quoted in the answer; without it, none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSaved:
    """The question is committed, and an empty reply stands ready. Comes first."""

    question: Message
    reply: Message
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChosen:
    """Which model answers; `instead_of` names the one that could not, and why."""

    model: str
    is_local: bool
    instead_of: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTrimmed:
    """Older messages that no longer fit were left out of the prompt."""

    dropped: int
    kept: int
    characters_cut: int = 0
    """Taken from the middle of a question too long to fit by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryAsked:
    """What the library had to say. Comes only when there is a library."""

    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """No words now: `ahead` others come first, or the model is silent.

    Repeated while it lasts, so that whoever listens can stop the turn.
    """

    ahead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenArrived:
    """The next piece of the answer; never empty."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinished:
    """The reply is committed. Nothing follows."""

    reply: Message
    reason: FinishReason
    basis: Basis = Basis.GENERAL
    citations: tuple[Citation, ...] = ()
    memories: tuple[MemoryId, ...] = ()
    """Those the answer was made with, or that came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed:
    """No answer; the question and any part of the reply are kept. Nothing follows."""

    reply: Message
    error: str
    hint: str
    exit_code: int


TurnEvent: TypeAlias = (
    QuestionSaved
    | ModelChosen
    | LibraryAsked
    | HistoryTrimmed
    | Waiting
    | TokenArrived
    | TurnFinished
    | TurnFailed
)
