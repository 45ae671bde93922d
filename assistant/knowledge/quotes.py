"""Whether a quotation stands in a passage, and exactly where.

Pure. Differences of spacing, case, quotation marks, dashes, line-end hyphens,
emphasis and Unicode form are forgiven; a cut word or number is not.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_ALIKE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-")
)
_LONG_DASHES = "\u2014\u2015"
_EMPHASIS = "*_`"
_UNBREAKABLE = "\u00a0\u2009\u202f"
_INSIDE_NUMBERS = ".,:/-'"
_OPENING = " \"'([{"
_CLOSING = " \"'.,;:!?)]}"
_APART = ("<super>", "<sub>", "<circle>", "<fraction>", "<square>")


class Place(NamedTuple):
    """`text[start:end]` of the passage as it is stored."""

    start: int
    end: int


class _Letter(NamedTuple):
    """One character of the comparable form, and where it came from."""

    text: str
    start: int
    end: int


def find_quote(quote: str, passage: str) -> Place | None:
    """The first place that says the same; None when none does."""
    wanted = _trimmed("".join(letter.text for letter in _comparable(quote)))
    if not any(character.isalnum() for character in wanted):
        return None
    letters = list(_comparable(passage))
    text = "".join(letter.text for letter in letters)
    for start in _occurrences(wanted, text):
        end = start + len(wanted)
        joined = _joined_before(letters, start, passage)
        if not joined and not _joined_after(letters, end, passage):
            return Place(letters[start].start, letters[end - 1].end)
    return _find_literally(quote.strip(), passage)


def _find_literally(quote: str, passage: str) -> Place | None:
    """A cut at a line-end hyphen, or before a combining mark, is still a cut."""
    letters = [
        _Letter(" " if each.isspace() else each.translate(_ALIKE), place, place + 1)
        for place, each in enumerate(passage)
    ]
    for start in _occurrences(quote, passage):
        end = start + len(quote)
        joined = _joined_before(letters, start, passage)
        if not joined and not _joined_after(letters, end, passage):
            return Place(start, end)
    return None


def _occurrences(wanted: str, text: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _joined_before(letters: list[_Letter], start: int, passage: str) -> bool:
    """Whether what stands before belongs to the same word or number."""
    if start == 0:
        return False
    first, near = letters[start].text, letters[start - 1]
    further = letters[start - 2].text if start > 1 else " "
    if first.isdigit() and near.text == "-" and not further.isalnum():  # a sign
        return True
    return _joined(first, near, further, passage=passage)


def _joined_after(letters: list[_Letter], end: int, passage: str) -> bool:
    if end == len(letters):
        return False
    further = letters[end + 1].text if end + 1 < len(letters) else " "
    return _joined(letters[end - 1].text, letters[end], further, passage=passage)


def _joined(edge: str, near: _Letter, further: str, *, passage: str) -> bool:
    """`edge` is of the quotation, `near` and `further` are beyond it."""
    if not edge.isalnum():
        return edge in _INSIDE_NUMBERS and near.text.isdigit()
    if near.text.isalnum() or near.text == "^" or unicodedata.combining(near.text):
        return True
    both = edge.isdigit() and further.isdigit()
    return both and _is_inside_number(near, passage)


def _is_inside_number(letter: _Letter, passage: str) -> bool:
    if letter.text == " ":  # a space that may not break groups thousands
        return passage[letter.start : letter.end] in _UNBREAKABLE
    return letter.text in _INSIDE_NUMBERS


def _trimmed(text: str) -> str:
    return text.lstrip(_OPENING).rstrip(_CLOSING)


def _comparable(text: str) -> Iterator[_Letter]:
    return _without_hyphens(_single_spaced(_without_emphasis(_plain(text))))


def _plain(text: str) -> Iterator[_Letter]:
    """Decomposed and case-folded, one letter and its marks at a time."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for each in _folded(text[start:end]):
            yield _Letter(each, start, end)
        start = end


def _folded(cluster: str) -> str:
    first = cluster[0]
    if first in _LONG_DASHES:
        return " - "
    if unicodedata.category(first) == "Cf":  # soft hyphens, zero widths, directions
        return ""
    once = unicodedata.normalize("NFKD", cluster).casefold()
    plain = unicodedata.normalize("NFKD", once)
    if unicodedata.decomposition(first).startswith(_APART):
        plain = "^" + plain  # 10 squared is not 102
    plain = plain.translate(_ALIKE)
    return " " if plain.isspace() else plain


def _without_emphasis(letters: Iterator[_Letter]) -> Iterator[_Letter]:
    """Markdown's stars and underscores where they lean on a word."""
    held: list[_Letter] = []
    before = " "
    for letter in letters:
        if letter.text in _EMPHASIS:
            held.append(letter)
            continue
        if not _is_emphasis(before, letter.text):
            yield from held
        held.clear()
        yield letter
        before = letter.text
    if not _is_emphasis(before, " "):
        yield from held


def _is_emphasis(before: str, after: str) -> bool:
    """Neither inside a word, as in snake_case, nor alone, as in 2 * 3."""
    inside = before.isalnum() and after.isalnum()
    alone = before.isspace() and after.isspace()
    return not inside and not alone


def _single_spaced(letters: Iterator[_Letter]) -> Iterator[_Letter]:
    run: list[_Letter] = []
    for letter in letters:
        if letter.text.isspace():
            run.append(letter)
            continue
        if run:
            yield _Letter(" ", run[0].start, run[-1].end)
            run.clear()
        yield letter
    if run:
        yield _Letter(" ", run[0].start, run[-1].end)


def _without_hyphens(letters: Iterator[_Letter]) -> Iterator[_Letter]:
    """`well-known`, and what a line end cut in two, become one word."""
    kept = list(letters)
    text = "".join(letter.text for letter in kept)
    dropped = {
        place
        for match in re.finditer(r"(?<=[^\W\d_])-(?: )?(?=[^\W\d_])", text)
        for place in range(match.start(), match.end())
    }
    return (letter for place, letter in enumerate(kept) if place not in dropped)
