"""What every engine can do: stream an answer to a list of messages.

It knows roles and text, never conversations or where they are kept.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, TypeAlias

from assistant.entities.conversation import FinishReason, MessageRole


class Priority(IntEnum):
    """Who goes first; lower is sooner."""

    TYPING = 0
    """A person is waiting at this machine."""

    CHANNEL = 1
    """A person is waiting elsewhere."""

    BACKGROUND = 2
    """Nobody is waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message as a model sees it."""

    role: MessageRole
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen."""

    max_tokens: int
    temperature: float
    top_p: float = 0.95
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """Everything an engine needs for one answer.

    When the last message is the assistant's, the engine goes on from it.
    """

    messages: tuple[ChatMessage, ...]
    sampling: Sampling
    schema: Mapping[str, object] | None = None
    """A JSON schema that constrains the answer token by token."""

    owner: str = "local"
    """Whose request it is; requests of different owners take turns."""

    priority: Priority = Priority.TYPING


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """No text now: `ahead` requests come first, or the model is silent.

    Comes when there is something to wait for, and again a few times a second while
    a silence lasts, so that whoever listens gets the chance to stop.
    """

    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text as it is made: whole characters, never empty."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The measures of one answer. Always the last thing generated."""

    reason: FinishReason
    prompt_tokens: int
    completion_tokens: int
    reused_tokens: int
    first_token_ms: float | None
    total_ms: float


Generated: TypeAlias = Queued | Piece | Finished


class Engine(Protocol):
    """A model that answers. Safe to call from any thread."""

    @property
    def name(self) -> str:
        """The model, as the user calls it."""
        ...

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        ...

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the whole prompt these messages make, template included.

        Does not need the weights to be loaded.
        """
        ...

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        """Stream one answer; closing the generator stops it between tokens.

        Raises a `ModelError` when no answer can be had.
        """
        ...

    def close(self) -> None:
        """Free what the model holds; a second call does nothing."""
        ...
