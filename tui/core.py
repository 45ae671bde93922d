"""What the interface needs of the core, said at its own door.

`assistant.app.Assistant` is all of this. A test may bring less, and the
interface can take no more than is written here.
"""

from collections.abc import Generator, Sequence
from typing import Protocol

from assistant.config.settings import Settings
from assistant.entities.audience import Audience
from assistant.entities.citation import Citation
from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import Clock, ConversationId, MessageId, UserId
from assistant.entities.model import ModelService
from assistant.entities.turn import TurnEvent, TurnRequest


class Answers(Protocol):
    """Takes a question down the road; closing what it gives stops the answer."""

    def send(self, request: TurnRequest) -> Generator[TurnEvent, None, None]: ...


class Hit(Protocol):
    """A message in which the words were found."""

    @property
    def message(self) -> Message: ...
    @property
    def conversation_title(self) -> str: ...
    @property
    def snippet(self) -> str: ...


class Past(Protocol):
    """Everything that was said."""

    def recent(
        self, audience: Audience, *, limit: int = 50, include_archived: bool = False
    ) -> list[Conversation]: ...
    def open(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def transcript(
        self, conversation_id: ConversationId, audience: Audience
    ) -> list[Message]: ...
    def siblings(self, message: Message, audience: Audience) -> list[Message]: ...
    def select(self, message_id: MessageId, audience: Audience) -> Conversation: ...
    def rename(
        self, conversation_id: ConversationId, title: str, audience: Audience
    ) -> Conversation: ...
    def archive(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def delete(self, conversation_id: ConversationId, audience: Audience) -> None: ...
    def search(
        self, text: str, audience: Audience, *, limit: int = 20
    ) -> Sequence[Hit]: ...
    def unfinished(self, audience: Audience) -> list[Message]: ...


class Shelf(Protocol):
    """The models that can answer."""

    def list(self) -> list[ModelService]: ...
    def in_use(self) -> ModelService: ...
    def use(self, name: str, *, actor: UserId) -> ModelService: ...


class References(Protocol):
    """What answers quoted."""

    def of(self, message_id: MessageId, audience: Audience) -> list[Citation]: ...


class Core(Protocol):
    """The services a conversation on a screen is made of."""

    @property
    def chat(self) -> Answers: ...
    @property
    def history(self) -> Past: ...
    @property
    def citations(self) -> References: ...
    @property
    def models(self) -> Shelf: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def clock(self) -> Clock: ...
