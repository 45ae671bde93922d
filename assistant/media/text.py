"""Plain text, window by window: memory stays flat however long the file is."""

from collections.abc import Iterable, Iterator

from assistant.entities.knowledge import Location, SectionKind
from assistant.media.parts import LONGEST_PIECE, Part, Piece


def parts(windows: Iterable[str]) -> Iterator[Part]:
    """Pieces that end between paragraphs, or else between lines, if they can."""
    line = 1
    for text in cut(windows):
        last = line + text.count("\n", 0, len(text) - 1)
        yield Piece(text, SectionKind.PROSE, Location(line=line, last_line=last))
        line += text.count("\n")


def cut(windows: Iterable[str]) -> Iterator[str]:
    """The same text in pieces of at most `LONGEST_PIECE`."""
    rest = ""
    for window in windows:
        rest += window
        start = 0
        while len(rest) - start > LONGEST_PIECE:
            end = _end(rest, start)
            yield rest[start:end]
            start = end
        rest = rest[start:]
    if rest:
        yield rest


def _end(text: str, start: int) -> int:
    """The last good place to cut within the longest piece that starts here."""
    limit = start + LONGEST_PIECE
    for separator in ("\n\n", "\n", " "):
        found = text.rfind(separator, start + LONGEST_PIECE // 2, limit)
        if found >= 0:
            return found + len(separator)
    return limit


def lines(windows: Iterable[str], *, longest: int = LONGEST_PIECE) -> Iterator[str]:
    """One line at a time with its end; a line that is too long comes in several."""
    rest = ""
    for window in windows:
        *whole, rest = (rest + window).split("\n")
        for line in whole:
            yield line + "\n"
        while len(rest) > longest:
            yield rest[:longest]
            rest = rest[longest:]
    if rest:
        yield rest
