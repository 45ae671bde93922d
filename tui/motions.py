"""Where words, lines and letters begin and end, and how far a motion goes.

Pure: it is told a text and a place in it, counted in letters, and knows no keys.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

_WORD = re.compile(r"\w+|[^\w\s]+")
_RUN = re.compile(r"\w+")
_PIECE = re.compile(r"\w+|[^\w\s]+|[^\S\n]+")
_BLANKS = re.compile(r"[^\S\n]*")


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


def run_before(text: str, at: int) -> int:
    """Where the word of letters begins that is before this place, or the beginning."""
    begins = [found.start() for found in _RUN.finditer(text, 0, at)]
    return begins[-1] if begins else 0


def line_start(text: str, at: int) -> int:
    """Where the line of this place begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of this place ends, before its break."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def first_letter(text: str, at: int) -> int:
    """Where the line begins that is not blank there."""
    found = _BLANKS.match(text, line_start(text, at))
    return found.end() if found else at


def line_above(text: str, at: int) -> int:
    """The same place in the line above, as far as that is long enough."""
    start = line_start(text, at)
    if start == 0:
        return at
    above = line_start(text, start - 1)
    return min(above + at - start, start - 1)


def line_below(text: str, at: int) -> int:
    """The same place in the line below, as far as that is long enough."""
    end = line_end(text, at)
    if end == len(text):
        return at
    return min(end + 1 + at - line_start(text, at), line_end(text, end + 1))


def location(text: str, place: int) -> tuple[int, int]:
    """The line of a place, and how far into it, both from 0."""
    return text.count("\n", 0, place), place - line_start(text, place)


def place_of(text: str, location: tuple[int, int]) -> int:
    """The place of a location, in letters from the beginning."""
    line, letters = location
    return sum(len(each) + 1 for each in text.split("\n")[:line]) + letters


MOTIONS: Mapping[str, Callable[[str, int], int]] = {
    "left": lambda text, at: max(at - 1, line_start(text, at)),
    "right": lambda text, at: min(at + 1, line_end(text, at)),
    "letter": lambda text, at: min(at + 1, len(text)),
    "next": next_word,
    "back": word_before,
    "end": word_end,
    "behind": behind_word,
    "before": run_before,
    "first": line_start,
    "begin": first_letter,
    "last": line_end,
    "up": line_above,
    "down": line_below,
    "top": lambda _text, _at: 0,
    "bottom": lambda text, _at: len(text),
}
"""From a place in a text to another one, by the name an action gives it."""

_ONTO = frozenset({"end", "to", "till"})
"""What a motion arrives at is taken too."""

_WHOLE_LINES = frozenset({"line", "up", "down", "top", "bottom"})


class Span(NamedTuple):
    """A part of a text; of whole lines, without the break after the last one."""

    start: int
    end: int
    is_lines: bool = False


class Seek(NamedTuple):
    """A letter of the line that is looked for: `to` it, `till` it, or back."""

    how: str
    letter: str

    @property
    def reversed(self) -> "Seek":
        """The same in the other direction."""
        how = self.how
        back = how.removeprefix("back_") if how.startswith("back_") else f"back_{how}"
        return Seek(back, self.letter)


def moved(text: str, at: int, motion: str, *, times: int | None = None) -> int:
    """Where a motion leads, done so often; to a line of that number."""
    if motion in ("top", "bottom") and times is not None:
        lines = text.count("\n") + 1
        return place_of(text, (min(max(times, 1), lines) - 1, 0))
    for _ in range(times or 1):
        at = MOTIONS[motion](text, at)
    return at


def sought(text: str, at: int, seek: Seek, *, times: int = 1) -> int:
    """Where the letter is, counted so often; where one was when it is not there."""
    start, end = line_start(text, at), line_end(text, at)
    is_back = seek.how.startswith("back")
    places = range(at - 1, start - 1, -1) if is_back else range(at + 1, end)
    found = [place for place in places if text[place] == seek.letter]
    if len(found) < times:
        return at
    short = {"till": -1, "back_till": 1}.get(seek.how, 0)
    return found[times - 1] + short


def span(text: str, at: int, motion: str, *, times: int | None = None) -> Span:
    """What lies between here and where a motion leads, or around here."""
    if motion in ("word", "words"):
        return _around(text, at, with_blanks=motion == "words")
    if motion == "line":
        there = moved(text, at, "down", times=times - 1) if times and times > 1 else at
    else:
        there = moved(text, at, motion, times=times)
    if motion == "next":
        there = _within_line(text, at, there)
    return between(text, at, there, motion=motion)


def between(text: str, at: int, there: int, *, motion: str) -> Span:
    """What a motion from here to there takes with it."""
    start, end = min(at, there), max(at, there)
    if motion in _WHOLE_LINES:
        return Span(line_start(text, start), line_end(text, end), is_lines=True)
    if motion in _ONTO and there > at:
        end = min(end + 1, len(text))
    return Span(start, end)


def _within_line(text: str, at: int, there: int) -> int:
    """The last word of a line is not taken with the break after it."""
    end = line_end(text, at)
    return end if at < end < there else there


def _around(text: str, at: int, *, with_blanks: bool) -> Span:
    """The word that stands here, perhaps with the blanks after it, or before."""
    for found in _PIECE.finditer(text, line_start(text, at), line_end(text, at)):
        start, end = found.span()
        if start <= at < end:
            break
    else:
        return Span(at, at)
    if with_blanks:
        behind = _BLANKS.match(text, end)
        wider = behind.end() if behind else end
        if wider == end:
            before = text[line_start(text, at) : start]
            start -= len(before) - len(before.rstrip())
        end = wider
    return Span(start, end)
