"""Where an answer's words come from, as it was checked against the stored text."""

from dataclasses import dataclass
from enum import StrEnum, auto

from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.search import Hit


class Basis(StrEnum):
    """What an answer rests on; shown with it."""

    GENERAL = auto()
    """What the model knows, or thinks it knows."""

    DOCUMENTS = auto()
    """Passages of the library, quoted and checked."""

    MEMORY = auto()
    """What the person told earlier, in their own words."""

    OVERHEARD = auto()
    """What was said in public where the person may read it, quoted with its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One reference of an answer: `[number]`, and the words it points to."""

    number: int
    passage_id: PassageId
    document_id: DocumentId
    title: str
    location: str
    quote: str
    """Exactly as the passage has it."""

    is_replacement: bool = False
    """The quote stands where the model wrote something the passage does not say."""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError("citations count from 1")
        if not self.quote.strip():
            raise ValueError("a citation quotes something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence of a passage that may answer the question."""

    hit: Hit
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the library has to say to a question, and whether that is enough."""

    hits: tuple[Hit, ...] = ()
    quotes: tuple[Quote, ...] = ()
    """Best first."""

    is_enough: bool = False
    notices: tuple[str, ...] = ()
