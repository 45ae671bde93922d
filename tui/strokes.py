"""What keys mean that are pressed one after the other, and where words begin.

Pure: it is told keys and texts, and knows no widget.
"""

import re
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Final

_WORD = re.compile(r"\w+|[^\w\s]+")
_RUN = re.compile(r"\w+")

MORE: Final = ""
"""What was pressed is the beginning of something."""


class Strokes:
    """Reads keys against a table; `d d` in it is a d, and another one."""

    def __init__(self, meant: Mapping[str, str]) -> None:
        self._meant = meant
        self._beginnings = frozenset(
            beginning
            for keys in meant
            for beginning in list(accumulate(keys.split(" "), "{} {}".format))[:-1]
        )
        self._begun = ""

    def take(self, key: str) -> str | None:
        """The action that is meant; MORE while it is not known; None for none.

        A key that does not go on with what was begun is lost with it.
        """
        strokes = f"{self._begun} {key}" if self._begun else key
        was_begun, self._begun = self._begun, ""
        if strokes in self._beginnings:
            self._begun = strokes
            return MORE
        if strokes in self._meant:
            return self._meant[strokes]
        return MORE if was_begun else None


def next_word(text: str, at: int) -> int:
    """Where the next word begins, or the end."""
    begins = (found.start() for found in _WORD.finditer(text))
    return next((place for place in begins if place > at), len(text))


def word_before(text: str, at: int) -> int:
    """Where the word begins that is before this place, or the beginning."""
    begins = [found.start() for found in _WORD.finditer(text, 0, at)]
    return begins[-1] if begins else 0


def word_end(text: str, at: int) -> int:
    """The last letter of the word that ends after this place."""
    ends = (found.end() - 1 for found in _WORD.finditer(text))
    return next((place for place in ends if place > at), max(at, len(text) - 1))


def behind_word(text: str, at: int) -> int:
    """Where the next word of letters is over, or the end."""
    ends = (found.end() for found in _RUN.finditer(text))
    return next((place for place in ends if place > at), len(text))


def line_start(text: str, at: int) -> int:
    """Where the line of this place begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of this place ends, before its break."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def location(text: str, place: int) -> tuple[int, int]:
    """The line of a place, and how far into it, both from 0."""
    return text.count("\n", 0, place), place - line_start(text, place)


def place_of(text: str, location: tuple[int, int]) -> int:
    """The place of a location, in letters from the beginning."""
    line, letters = location
    return sum(len(each) + 1 for each in text.split("\n")[:line]) + letters


MOTIONS: Mapping[str, Callable[[str, int], int]] = {
    "letter": lambda text, at: min(at + 1, len(text)),
    "next": next_word,
    "word": next_word,
    "back": word_before,
    "end": word_end,
    "behind": behind_word,
    "first": line_start,
    "last": line_end,
    "top": lambda _text, _at: 0,
    "bottom": lambda text, _at: len(text),
}
"""From a place in a text to another one, by the name an action gives it."""
