"""What happens while documents are taken in: a closed union of events."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TypeAlias

from assistant.entities.ids import DocumentId


class IngestStatus(StrEnum):
    """What became of one file or page."""

    ADDED = auto()
    UPDATED = auto()
    UNCHANGED = auto()
    SKIPPED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestPlanned:
    """How much there is to do. Comes once, before any file is read."""

    files: int
    """To be read; those of an earlier run included."""

    size_bytes: int
    """Of this run's; web pages do not tell."""

    passed_over: int = 0
    """Of which it is known at once what becomes of them. They come first."""

    left_over: int = 0
    """Of the files, those that an earlier run did not come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunksKept:
    """A part of a large file is written; more of it follows."""

    path: str
    chunks: int
    """Of this file, so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIngested:
    """One file or page is done with; nothing of it is left half written."""

    path: str
    status: IngestStatus
    document_id: DocumentId | None = None
    chunks: int = 0
    size_bytes: int = 0
    reason: str = ""
    """Why it was skipped or failed; or what to know of what was read."""


IngestEvent: TypeAlias = IngestPlanned | ChunksKept | FileIngested
