"""Reference marks in an answer, `[1]` or `[2, 3]`, found while it is being written.

Pure. It sees text arrive in any pieces and says the same for all of them; what
a number refers to is not known here. Code is left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_SEPARATOR = r" *[,;\u2013-] *"
_WHOLE = re.compile(rf"\[ *\d{{1,3}}(?:{_SEPARATOR}\d{{1,3}})* *\]")
_BEGUN = re.compile(
    rf"\[ *(?:\d{{1,3}}(?:{_SEPARATOR}\d{{1,3}})*(?:{_SEPARATOR}| *)?)?\]?"
)
_LONGEST = 40
_LONGEST_RANGE = 20
_FENCE = 3


@dataclass(frozen=True, slots=True)
class Marker:
    """Refers to pieces of evidence by their numbers, which count from 1."""

    text: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """Each once, ranges spelt out; empty when this cannot be a reference."""
        found = [
            number
            for part in re.split("[,;]", self.text.strip("[] "))
            for number in _spelt_out(part)
        ]
        return tuple(dict.fromkeys(found)) if all(found) else ()


class Marked(NamedTuple):
    """An answer without its marks, and where they stood in what is left."""

    text: str
    marks: tuple[tuple[int, Marker], ...]


class MarkerReader:
    """Text in, in pieces; text and marks out, in order."""

    def __init__(self) -> None:
        self._held = ""
        self._ticks = 0
        self._code = 0  # how many backticks opened the code we are in

    def feed(self, piece: str) -> list[str | Marker]:
        """What is certain by now. A mark may be held back until the next piece."""
        return _joined(part for each in piece for part in self._take(each))

    def close(self) -> list[str | Marker]:
        """What was held back."""
        held, self._held = self._held, ""
        return _joined(_settled(held, following=""))

    def _take(self, character: str) -> Iterator[str | Marker]:
        if self._held:
            longer = self._held + character
            if len(longer) <= _LONGEST and _BEGUN.fullmatch(longer):
                self._held = longer
                return
            yield from _settled(self._held, following=character)
            self._held = ""
        self._track_code(character)
        if character == "[" and not self._code and not self._ticks:
            self._held = character
            return
        yield character

    def _track_code(self, character: str) -> None:
        if character == "`":
            self._ticks += 1
            return
        if self._ticks:
            self._code = self._after_ticks()
            self._ticks = 0
        if character == "\n" and self._code < _FENCE:
            self._code = 0  # a stray backtick shall not swallow all that follows

    def _after_ticks(self) -> int:
        if not self._code:
            return self._ticks
        closes = self._ticks == self._code or min(self._ticks, self._code) >= _FENCE
        return 0 if closes else self._code


def read_marks(answer: str) -> Marked:
    """All marks of a finished answer, with the blank before each taken out too."""
    reader = MarkerReader()
    text = ""
    marks: list[tuple[int, Marker]] = []
    for part in [*reader.feed(answer), *reader.close()]:
        if isinstance(part, str):
            text += part
        else:
            text = text.removesuffix(" ")
            marks.append((len(text), part))
    return Marked(text, tuple(marks))


def _settled(held: str, *, following: str) -> Iterator[str | Marker]:
    is_link = following == "("
    if _WHOLE.fullmatch(held) and not is_link and Marker(held).numbers:
        yield Marker(held)
    elif held:
        yield held


def _joined(parts: Iterator[str | Marker]) -> list[str | Marker]:
    joined: list[str | Marker] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _spelt_out(part: str) -> list[int]:
    ends = [int(number) for number in re.findall(r"\d+", part)]
    first, last = ends[0], ends[-1]
    if len(ends) == 2 and first < last <= first + _LONGEST_RANGE:
        return list(range(first, last + 1))
    return ends
