"""One row of a table as one line of text that can be quoted on its own.

Below a row of names, each value is said with its name; without one, the values
stand side by side.
"""

import re
from collections.abc import Sequence

_LONGEST_NAME = 60
_NUMBER = re.compile(r"[\s\d.,:/%$€£+()-]*")


def names_of(row: Sequence[str]) -> tuple[str, ...]:
    """The row itself if it reads as the names of columns; else nothing."""
    filled = [cell for cell in row if cell]
    if len(filled) < 2 or len(filled) < len(row) - 1:
        return ()
    if len(set(filled)) < len(filled):
        return ()
    if any(len(cell) > _LONGEST_NAME or _NUMBER.fullmatch(cell) for cell in filled):
        return ()
    return tuple(row)


def line_of(row: Sequence[str], names: Sequence[str] = ()) -> str:
    """`City: Lisbon; Year: 2019`, or `Lisbon | 2019`; empty when the row is."""
    if not names:
        return " | ".join(row) if any(row) else ""
    named = (
        f"{name}: {cell}" if name else cell
        for name, cell in zip(names, row, strict=False)
        if cell
    )
    return "; ".join((*named, *(cell for cell in row[len(names) :] if cell)))


def cell_of(value: object) -> str:
    """A value on one line."""
    return " ".join(str(value).split()) if value is not None else ""
