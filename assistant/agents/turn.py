"""What a turn carries down its road, from stage to stage.

Values only. Each stage takes what came before and adds its own part; nothing
flows back up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.agents.narrowing import read_within
from assistant.agents.prompt import TakeNotes
from assistant.entities.audience import Audience
from assistant.entities.conversation import Attachment, Conversation, Message
from assistant.entities.ids import Clock, MessageId, Mint, UserId
from assistant.entities.persona import Persona
from assistant.entities.search import Within
from assistant.entities.turn import TurnRequest
from assistant.personas.library import PersonaLibrary
from assistant.storage.citations import Citations
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.spans import Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every stage may reach for: the file, the time, and fresh ids."""

    database: Database
    people: People
    conversations: Conversations
    messages: Messages
    citations: Citations
    spans: Spans
    personas: PersonaLibrary
    clock: Clock
    mint: Mint
    writer: str
    """This process, as a message names who is writing it."""

    notes: Callable[[Audience], TakeNotes] | None = None
    """Stand for what fits no more into a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn once its question is written: everything needed to answer it."""

    request: TurnRequest
    conversation: Conversation
    question: Message
    reply: Message
    persona: Persona
    """Who seems to be answering; it goes into the wording and nowhere else."""

    branch: Sequence[Message]
    """Root first; ends with the question, or with the reply to be gone on with."""

    attachments: Mapping[MessageId, Sequence[Attachment]] = field(default_factory=dict)
    speakers: Mapping[UserId, str] = field(default_factory=dict)
    """What to call those who ask, where they are several; empty where one does."""

    @property
    def within(self) -> Within:
        """The part of the library that the question is asked of."""
        return read_within(self.attachments.get(self.question.id, ()))

    @property
    def already_said(self) -> str:
        """The part of the reply that an earlier turn left."""
        return self.reply.content


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How the answer went, in tokens and milliseconds."""

    prompt_tokens: int
    completion_tokens: int
    reused_tokens: int
    first_token_ms: float | None
    total_ms: float
