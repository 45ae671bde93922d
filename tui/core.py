"""What the interface needs of the core, said at its own door.

`assistant.app.Assistant` is all of this. A test may bring less, and the
interface can take no more than is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.config.configuration import Configuration
    from assistant.config.paths import Paths
    from assistant.config.settings import Settings
    from assistant.conversations.accounts import Accounts
    from assistant.conversations.gauge import Gauge
    from assistant.conversations.steps import Steps
    from assistant.conversations.transfer import Transfer
    from assistant.conversations.unsent import Unsent
    from assistant.entities.audience import Audience
    from assistant.entities.citation import Citation
    from assistant.entities.conversation import Attachment, Conversation, Message
    from assistant.entities.ids import Clock, ConversationId, MessageId, UserId
    from assistant.entities.ingest import IngestEvent
    from assistant.entities.knowledge import Document
    from assistant.entities.model import HealthReport, ModelService
    from assistant.entities.persona import Persona
    from assistant.entities.search import Found
    from assistant.entities.turn import TurnEvent, TurnRequest
    from assistant.knowledge.library import Library
    from assistant.knowledge.search import Question
    from assistant.memory.book import MemoryBook
    from assistant.memory.noticing import Noticing
    from assistant.models.capability import Told
    from assistant.weights import GgufMetadata


class Answers(Protocol):
    """Takes a question down the road; closing what it gives stops the answer."""

    def send(self, request: TurnRequest) -> Generator[TurnEvent, None, None]: ...


class Past(Protocol):
    """Everything that was said."""

    def recent(
        self,
        audience: Audience,
        *,
        limit: int = 50,
        include_archived: bool = False,
        before: Conversation | None = None,
    ) -> list[Conversation]: ...
    def archived(
        self,
        audience: Audience,
        *,
        limit: int = 50,
        before: Conversation | None = None,
    ) -> list[Conversation]: ...
    def pinned(self, audience: Audience) -> list[Conversation]: ...
    def titled(
        self, text: str, audience: Audience, *, limit: int = 50
    ) -> list[Conversation]: ...
    def forks(self, audience: Audience) -> Mapping[ConversationId, int]: ...
    def open(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def transcript(
        self, conversation_id: ConversationId, audience: Audience
    ) -> list[Message]: ...
    def attachments(self, message: Message, audience: Audience) -> list[Attachment]: ...
    def fork(self, message_id: MessageId, audience: Audience) -> Conversation: ...
    def siblings(self, message: Message, audience: Audience) -> list[Message]: ...
    def select(self, message_id: MessageId, audience: Audience) -> Conversation: ...
    def rename(
        self, conversation_id: ConversationId, title: str, audience: Audience
    ) -> Conversation: ...
    def archive(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def restore(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def pin(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def unpin(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation: ...
    def set_incognito(
        self,
        conversation_id: ConversationId,
        audience: Audience,
        *,
        is_incognito: bool,
    ) -> Conversation: ...
    def delete(self, conversation_id: ConversationId, audience: Audience) -> None: ...
    def unfinished(self, audience: Audience) -> list[Message]: ...


class Finder(Protocol):
    """Searches documents and all that was said, by words and by meaning."""

    def find(self, question: Question, audience: Audience) -> Found: ...


class Shelf(Protocol):
    """The models that can answer."""

    def list(self) -> list[ModelService]: ...
    def in_use(self) -> ModelService: ...
    def use(self, name: str, *, actor: UserId) -> ModelService: ...
    def metadata(self, service: ModelService) -> GgufMetadata | None: ...
    def find_tier(self, service: ModelService) -> int | None: ...
    def check(self, name: str, *, told: Told) -> HealthReport: ...
    def choices(self, repo: str) -> dict[str, int]: ...
    def offered(
        self, base_url: str, *, key_variable: str | None = None
    ) -> Sequence[str]: ...
    def pull(
        self,
        repo: str,
        filename: str | None = None,
        *,
        name: str | None = None,
        actor: UserId,
        progress: Told,
    ) -> ModelService: ...
    def add_file(
        self, path: Path, *, name: str | None = None, actor: UserId
    ) -> ModelService: ...
    def add_remote(
        self,
        base_url: str,
        model: str,
        *,
        name: str | None = None,
        key_variable: str | None = None,
        actor: UserId,
    ) -> ModelService: ...
    def remove(self, name: str, *, actor: UserId) -> None: ...


class Greeting(Protocol):
    """Whether somebody is here for the first time."""

    def is_first_time(self, audience: Audience) -> bool: ...
    def note_greeted(self) -> None: ...


class Intake(Protocol):
    """Takes documents in, and tells how it goes."""

    def take_in(
        self, sources: Sequence[str], *, owner_id: UserId, collection: str = ""
    ) -> Generator[IngestEvent, None, None]: ...
    def again(
        self, documents: Iterable[Document], *, owner_id: UserId
    ) -> Generator[IngestEvent, None, None]: ...


class References(Protocol):
    """What answers quoted."""

    def of(self, message_id: MessageId, audience: Audience) -> list[Citation]: ...


class Cast(Protocol):
    """The personas, and which one answers where."""

    def all(self) -> list[Persona]: ...
    def answering(self, conversation: Conversation | None) -> Persona: ...
    def use(self, name: str, *, actor: UserId) -> Persona: ...
    def use_in(
        self, conversation_id: ConversationId, name: str, audience: Audience
    ) -> Conversation: ...


class Core(Protocol):
    """The services a conversation on a screen is made of."""

    @property
    def chat(self) -> Answers: ...
    @property
    def history(self) -> Past: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def unsent(self) -> Unsent: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def gauge(self) -> Gauge: ...
    @property
    def transfer(self) -> Transfer: ...
    @property
    def search(self) -> Finder: ...
    @property
    def library(self) -> Library: ...
    @property
    def citations(self) -> References: ...
    @property
    def models(self) -> Shelf: ...
    @property
    def personas(self) -> Cast: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def memories(self) -> MemoryBook: ...
    @property
    def noticing(self) -> Noticing: ...
    @property
    def configuration(self) -> Configuration: ...
    @property
    def beginning(self) -> Greeting: ...
    @property
    def intake(self) -> Callable[[], AbstractContextManager[Intake]]: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def clock(self) -> Clock: ...


class Idle(Protocol):
    """Work for moments in which nobody waits; it gives way to turns by itself."""

    def start(self) -> None: ...


class Seat(Core, Protocol):
    """The core, where its log is, and what it does meanwhile."""

    @property
    def paths(self) -> Paths: ...
    @property
    def idle(self) -> Idle: ...
