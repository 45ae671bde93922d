"""Where sentences begin and end, in prose, lists and tables alike.

Pure. A sentence keeps its exact place, so that it can be quoted and pointed at.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A blank line ends a sentence; so does a line break before or after what is a
# line of its own: a heading, a list item, a table row, a quotation.
_OWN_LINE = r"[ \t]*(?:#{1,6}[ \t]|[-*+\u2022][ \t]|\d{1,3}[.)][ \t]|\||>)"
_BLOCK_END = re.compile(
    rf"\n[ \t\r]*\n|\n(?={_OWN_LINE})|(?<=\|)[ \t]*\n|(?m:^[ \t]*#[^\n]*\n)"
)
_STOP = re.compile(
    # Possessive, and from a run's start only: dot leaders run over whole lines.
    r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019\u00bb)\]*_]*+(?=\s)"
    r"|[\u3002\uff01\uff1f]+[\u300d\u300f]?"
)
_LAST_WORD = re.compile(r"[^\s(\[\"'\u201c\u2018]*\Z")
_NEXT = re.compile(r"[\s\"'\u201c\u2018\u00ab(\[*_]*")

_TITLES = (
    "mr mrs ms dr prof st mt rev gen col capt lt sgt hon sr vs cf e.g i.e viz approx "
    "ca al"
)
_BEFORE_NUMBERS = (
    "no nos fig figs vol vols p pp ch sec art eq c "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_NEVER_LAST = frozenset(_TITLES.split())
_NOT_LAST_BEFORE_DIGITS = frozenset(_BEFORE_NUMBERS.split())
_ACRONYM = re.compile(r"(?:[A-Z]\.)+[A-Z]\Z")
_SIGHT = 64  # characters around a full stop that tell what it is


class Sentence(NamedTuple):
    """`text` stands at `start` of what was split."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def lines_of(text: str) -> list[Sentence]:
    """Lines that stand by themselves, such as a table's rows; no blank ones."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            found.append(Sentence(start + line.index(stripped[0]), stripped))
        start += len(line)
    return found


def sentences_of(text: str) -> list[Sentence]:
    """All of them, in order; together they hold everything but blanks."""
    found = []
    for start, end in _blocks(text):
        for left, right in _pieces(text, start, end):
            piece = text[left:right]
            stripped = piece.strip()
            if stripped:
                found.append(Sentence(left + piece.index(stripped[0]), stripped))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for break_ in _BLOCK_END.finditer(text):
        yield start, break_.end()
        start = break_.end()
    yield start, len(text)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for stop in _STOP.finditer(text, start, end):
        before = text[max(start, stop.start() - _SIGHT) : stop.start()]
        after = text[stop.end() : min(end, stop.end() + _SIGHT)]
        if _ends_sentence(before, stop.group(), after):
            yield start, stop.end()
            start = stop.end()
    yield start, end


def _ends_sentence(before: str, stop: str, after: str) -> bool:
    following = _NEXT.sub("", after, count=1)[:1]
    if following.islower():
        return False
    if not stop.startswith(".") or stop.startswith(".."):
        return True
    return not _is_abbreviation(before, following)


def _is_abbreviation(before: str, following: str) -> bool:
    match = _LAST_WORD.search(before)
    word = match.group() if match else ""
    if len(word) == 1 and word.isupper() and word != "I":  # an initial: J. Smith
        return not following.isdigit()
    if word.isdigit():  # `1. First`
        return before.strip() == word
    if word.lower() in _NOT_LAST_BEFORE_DIGITS:
        return following.isdigit()
    return word.lower() in _NEVER_LAST or bool(_ACRONYM.match(word))
