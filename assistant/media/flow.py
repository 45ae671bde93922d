"""Blocks of text gathered into pieces: a piece for each heading and kind.

For formats that come as a stream of paragraphs, tables and code; blocks are set
apart by a blank line.
"""

from collections.abc import Iterator
from dataclasses import replace

from assistant.entities.knowledge import Location, SectionKind
from assistant.media.outline import Outline
from assistant.media.parts import LONGEST_PIECE, Piece


class Flow:
    """Gathers blocks; each call gives the pieces that are complete."""

    def __init__(self, place: Location | None = None) -> None:
        self._place = place or Location()
        self._outline = Outline()
        self._headings = self._place.headings
        self._kind = SectionKind.PROSE
        self._blocks: list[str] = []
        self._size = 0

    def heading(self, level: int, text: str) -> Iterator[Piece]:
        """A heading begins a piece, and is its first line."""
        yield from self.close()
        self._headings = self._place.headings + self._outline.enter(level, text)
        yield from self.block(text)

    def block(
        self, text: str, kind: SectionKind = SectionKind.PROSE
    ) -> Iterator[Piece]:
        """A paragraph, a table, or lines of code."""
        if not text.strip():
            return
        if kind is not self._kind or kind is SectionKind.TABLE:
            yield from self.close()
            self._kind = kind
        for start in range(0, len(text), LONGEST_PIECE):
            stretch = text[start : start + LONGEST_PIECE]
            whole = start + LONGEST_PIECE >= len(text)
            self._blocks.append(stretch + "\n\n" if whole else stretch)
            self._size += len(stretch)
            if self._size >= LONGEST_PIECE:
                yield from self.close()

    def close(self) -> Iterator[Piece]:
        """What is left; the flow can go on after it."""
        if self._blocks:
            place = replace(self._place, headings=self._headings)
            yield Piece("".join(self._blocks), self._kind, place)
        self._blocks, self._size = [], 0
        self._kind = SectionKind.PROSE
