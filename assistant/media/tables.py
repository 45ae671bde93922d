"""Tables kept as text (CSV, TSV), row by row."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from assistant.entities.knowledge import Location, SectionKind
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.parts import LONGEST_PIECE, Part, Piece
from assistant.media.rows import cell_of, line_of, names_of
from assistant.media.text import lines

_DELIMITERS = ",;\t|"
_LONGEST_LINE = 1_048_576


def parts(windows: Iterable[str]) -> Iterator[Part]:
    """Pieces of whole rows; rows count as a spreadsheet would show them."""
    rest = iter(windows)
    first = next(rest, "")
    texts = lines(chain((first,), rest), longest=_LONGEST_LINE)
    rows = csv.reader(texts, delimiter=_delimiter(first))
    yield from pieces(enumerate(_rows(rows), start=1))


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DocumentRefusedError(
                Refusal.DAMAGED, f"its table cannot be read: {error}"
            ) from error
        yield [cell_of(cell) for cell in row]


def _delimiter(text: str) -> str:
    """The one that splits the first lines most often and most evenly."""
    sample = [line for line in text[:8192].split("\n")[:20] if line]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in sample]
        common = max(counts, key=counts.count, default=0)
        return (counts.count(common) if common else 0, common)

    return max(_DELIMITERS, key=evenness)


def pieces(
    numbered: Iterable[tuple[int, list[str]]], *, sheet: str | None = None
) -> Iterator[Piece]:
    """Rows as lines, one each, so that a line's number tells its row's."""
    names: tuple[str, ...] = ()
    text, first, expected = "", 0, 0
    for number, row in numbered:
        if not expected:
            names = names_of(row)
            line = line_of(row)
        else:
            line = line_of(row, names)
        if text and (number != expected or len(text) >= LONGEST_PIECE):
            yield _piece(text, first, sheet)
            text = ""
        if line:
            first = first if text else number
            text += line + "\n"
            expected = number + 1
    if text:
        yield _piece(text, first, sheet)


def _piece(text: str, first: int, sheet: str | None) -> Piece:
    last = first + text.count("\n") - 1
    place = Location(sheet=sheet, row=first, last_row=last)
    return Piece(text, SectionKind.TABLE, place)
