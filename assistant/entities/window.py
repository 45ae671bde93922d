"""What of a conversation is before the model's eyes, and what stands for the rest."""

from dataclasses import dataclass
from datetime import datetime

from assistant.entities.conversation import Message
from assistant.entities.ids import ConversationId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Notes on a stretch of a conversation, from `first_id` to `last_id`.

    Made of sentences of those messages, so that it can be opened again and made anew.
    """

    id: str
    conversation_id: ConversationId
    first_id: MessageId
    last_id: MessageId
    text: str
    tokens: int
    """At most; what it was allowed to take."""

    sources: tuple[MessageId, ...]
    """The messages whose words are in it."""

    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextWindow:
    """A conversation as the next answer will see it."""

    conversation_id: ConversationId
    messages: tuple[Message, ...]
    """Word for word, oldest first."""

    last_updated: datetime
    facts: tuple[str, ...] = ()
    """What was learnt in it and still holds."""

    fold: Fold | None = None
    token_count: int = 0
    """Of the messages and the notes together, without what a template adds."""

    @property
    def summary(self) -> str | None:
        return self.fold.text if self.fold else None
