"""Documents, and the passages they are cut into.

Reading gives an `Extract`: sections that tile the extracted text, each knowing
where in its source it stands. Cutting gives `Chunk`s; a `Passage` is a chunk that
was kept, and points back into the text its document had.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, auto

from assistant.entities.audience import Scope
from assistant.entities.ids import (
    ChannelId,
    DocumentId,
    PassageId,
    ServerId,
    UserId,
)


class SectionKind(StrEnum):
    """How a stretch of text may be cut."""

    PROSE = auto()
    """Between paragraphs, else between sentences."""

    CODE = auto()
    """Between lines, best at blank ones."""

    TABLE = auto()
    """Between rows, which are lines."""


class NoticeKind(StrEnum):
    """What a reader should know of a text before trusting it."""

    HIDDEN_TEXT = auto()
    """Text that a person looking at the document would not see."""

    ENCODING_GUESSED = auto()
    """Nothing says how the bytes are to be read; the likeliest way was taken."""

    UNREADABLE_PART = auto()
    """Something in the file could not be read; the rest was."""

    NO_TEXT = auto()
    """Pages, slides or files that hold pictures only."""

    ATTACHMENT = auto()
    """Something that came along and was named, not read."""

    SHORTENED = auto()
    """A part was larger than is kept; what is missing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One such thing, in one sentence."""

    kind: NoticeKind
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where in its source a text stands; what does not apply is None or empty.

    Pages, slides, rows and lines count from 1; `last_` is included.
    """

    headings: tuple[str, ...] = ()
    page: int | None = None
    last_page: int | None = None
    slide: int | None = None
    last_slide: int | None = None
    sheet: str | None = None
    row: int | None = None
    last_row: int | None = None
    line: int | None = None
    last_line: int | None = None

    def through(self, last: "Location") -> "Location":
        """From here to the end of another place further on in the same source."""
        return replace(
            self,
            headings=_shared(self.headings, last.headings),
            last_page=last.last_page or last.page,
            last_slide=last.last_slide or last.slide,
            last_row=last.last_row or last.row,
            last_line=last.last_line or last.line,
        )

    @property
    def label(self) -> str:
        """For people: `page 3`, `sheet Sales, rows 2-40`, `lines 10-20`."""
        parts = (
            _range("page", self.page, self.last_page),
            _range("slide", self.slide, self.last_slide),
            f"sheet {self.sheet}" if self.sheet else "",
            _range("row", self.row, self.last_row),
            _range("line", self.line, self.last_line),
            " > ".join(self.headings),
        )
        return ", ".join(part for part in parts if part)


def place_in(title: str, location: str) -> str:
    """For people: `Kettle › page 2, Care`. A first heading that is the title, as most
    documents begin, is not said twice.
    """
    heading = f"{title} > "
    if location.startswith(heading):
        location = location.removeprefix(heading)
    location = location.replace(f", {heading}", ", ", 1).removesuffix(f", {title}")
    inside = "" if location == title else location
    return " › ".join(part for part in (title, inside) if part)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return one[:same]


def _range(noun: str, first: int | None, last: int | None) -> str:
    if first is None:
        return ""
    if last is None or last == first:
        return f"{noun} {first}"
    return f"{noun}s {first}-{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of the extracted text that may be cut in one way.

    Sections tile the text: each starts where the one before it ended, and what
    separates them (blank lines) belongs to the earlier one.
    """

    start: int
    text: str
    kind: SectionKind = SectionKind.PROSE
    location: Location = field(default_factory=Location)

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All that was read from one file or page."""

    title: str
    media_type: str
    sections: tuple[Section, ...]
    size_bytes: int
    sha256: str
    """Of the bytes that were read."""

    notices: tuple[Notice, ...] = ()

    @property
    def text(self) -> str:
        return "".join(section.text for section in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece small enough to embed: `text` is exactly `extract.text[start:end]`."""

    start: int
    end: int
    text: str
    prefix: str
    """`title > heading`, shortened; goes before the text when it is indexed."""

    tokens: int
    """Of the text and its prefix together, in the embedder's tokens."""

    kind: SectionKind = SectionKind.PROSE
    location: Location = field(default_factory=Location)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a chunk cannot be empty")
        if self.end - self.start != len(self.text):
            raise ValueError("a chunk's offsets must span its text")

    @property
    def indexed_text(self) -> str:
        """What is embedded and put into the keyword index."""
        return f"{self.prefix}\n{self.text}" if self.prefix else self.text


class DocumentState(StrEnum):
    """Whether a document is whole, and its source still what was read from it."""

    ARRIVING = auto()
    """Being written, part by part; nobody finds it yet."""

    CURRENT = auto()
    VANISHED = auto()
    """The source is gone; what was read stays until it is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file or web page whose text is in the library."""

    id: DocumentId
    owner_id: UserId
    title: str
    source: str
    """An absolute path, or a URL."""

    media_type: str
    size_bytes: int
    sha256: str
    """Of its bytes; the same bytes are one document."""

    created_at: datetime
    updated_at: datetime
    collection: str = ""
    passage_count: int = 0
    embedding_model: str | None = None
    """Whose vectors its passages have; None while they have none."""

    state: DocumentState = DocumentState.CURRENT
    scope: Scope = Scope.PRIVATE
    server_id: ServerId | None = None
    channel_id: ChannelId | None = None
    notices: tuple[Notice, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    written_by: str | None = None
    """The process that writes it, while it is ARRIVING."""

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError("a document has a source")
        if self.size_bytes < 0 or self.passage_count < 0:
            raise ValueError("a document's size and counts cannot be negative")
        if self.updated_at < self.created_at:
            raise ValueError("a document cannot change before it was added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that was kept; `index` counts from 0 within its document."""

    id: PassageId
    document_id: DocumentId
    index: int
    chunk: Chunk

    def __post_init__(self) -> None:
        if self.index < 0:
            raise ValueError("a passage's index counts from 0")

    @property
    def text(self) -> str:
        return self.chunk.text
