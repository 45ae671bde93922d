"""What a search found, and why it stands where it does."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.ids import ConversationId, DocumentId


class HitKind(StrEnum):
    """What sort of thing was found."""

    PASSAGE = auto()
    MESSAGE = auto()
    MEMORY = auto()
    INSIGHT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A document, or else a whole collection, that a question is asked of."""

    title: str
    document_id: DocumentId | None = None
    collection: str | None = None

    def __post_init__(self) -> None:
        if (self.document_id is None) == (self.collection is None):
            raise ValueError("it is one document, or one collection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The part of the library that is searched: any of these; all if there are none."""

    collections: tuple[str, ...] = ()
    documents: tuple[DocumentId, ...] = ()

    @property
    def is_everything(self) -> bool:
        return not (self.collections or self.documents)


EVERYWHERE = Within()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Ranks count from 1; None where that search did not find it or did not run."""

    keyword_rank: int | None = None
    vector_rank: int | None = None
    keyword_score: float | None = None
    """BM25; higher is better."""

    vector_score: float | None = None
    """Cosine."""

    rerank_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage of a document, a message of a conversation, or a memory."""

    kind: HitKind
    id: str
    title: str
    text: str
    score: float
    """After fusing, between 0 and 1; comparable within one search only."""

    prefix: str = ""
    """Title and headings that a passage stands under; evidence too, never quoted."""

    location: str = ""
    """For people: `page 3`, `lines 10-20`, or who said it and when."""

    by_line: bool = False
    """Its lines stand by themselves, as in tables and code."""

    path: str = ""
    document_id: DocumentId | None = None
    conversation_id: ConversationId | None = None
    said_by: str = ""
    """Who said a message: `you`, or the model that did."""

    said_at: datetime | None = None
    why: Why = field(default_factory=Why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything one search gave, best first."""

    query: str
    hits: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    """What the search had to do without, in one sentence each."""
