"""What can be said of one answer afterwards: what it rests on, and how it was made."""

from dataclasses import dataclass

from assistant.entities.citation import Citation
from assistant.entities.conversation import Message
from assistant.entities.trace import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Why an answer is as it is."""

    message: Message
    citations: tuple[Citation, ...] = ()
    """What it quotes, as far as the documents are still there."""

    memories: tuple[str, ...] = ()
    """What was remembered for it, in the words that were used."""

    spans: tuple[Span, ...] = ()
    """Its newest turn, step by step; empty once the trace is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """The passage behind a reference, and where the quoted words stand in it."""

    title: str
    location: str
    source: str
    """An absolute path, or a URL."""

    text: str
    starts_at: int
    ends_at: int

    def __post_init__(self) -> None:
        if not 0 <= self.starts_at <= self.ends_at <= len(self.text):
            raise ValueError("a quote lies within its passage")

    @property
    def quote(self) -> str:
        return self.text[self.starts_at : self.ends_at]
