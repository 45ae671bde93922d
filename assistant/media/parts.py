"""What a reader of one format yields, in the order of the document.

A title comes before the first piece, or not at all. Pieces carry no offsets: they
are laid end to end by whoever collects them.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from assistant.entities.knowledge import Location, Notice, SectionKind

LONGEST_PIECE = 32_768
"""Characters; readers that can cut a longer stretch do, to keep memory flat."""


@dataclass(frozen=True, slots=True)
class Title:
    """What the document calls itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, ending with what separates it from the next."""

    text: str
    kind: SectionKind = SectionKind.PROSE
    location: Location = field(default_factory=Location)


Part: TypeAlias = Title | Piece | Notice
