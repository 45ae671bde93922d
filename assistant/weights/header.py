"""The first bytes of a GGUF file, taken from front to back.

Believes nothing: every length is held against the size of the file before it
is used. Knows numbers and strings, never what they stand for.
"""

from struct import Struct

from assistant.weights.arrays import LENGTH, Strings

_LONGEST_TEXT = 16 << 20
_MOST_THINGS = 16_000_000  # some sixty times the largest vocabulary


class DamagedError(Exception):
    """Says what is wrong, as the end of a sentence that names the file."""


class MoreNeededError(Exception):
    """The header goes on beyond the bytes that were read."""


class Header:
    """Bytes from the start of a file of a known size, and how far we are."""

    def __init__(self, held: bytes, size: int) -> None:
        self._held = held
        self.size = size
        self.at = 0

    def take(self, length: int, what: str) -> bytes:
        """The next bytes; `what` is named should they not be there."""
        self._check(self.at + length, what)
        self.at += length
        return self._held[self.at - length : self.at]

    def number(self, form: Struct, what: str) -> int:
        value: int = form.unpack(self.take(form.size, what))[0]
        return value

    def count(self, what: str, *, smallest: int) -> int:
        """How many things follow; so many must fit, however small they are."""
        count = self.number(LENGTH, f"the number of {what}")
        if count > _MOST_THINGS or count * smallest > self.size - self.at:
            raise DamagedError(f"is cut short or damaged: it claims {count:,} {what}")
        return count

    def text(self, what: str, longest: int = _LONGEST_TEXT) -> str:
        length = self.number(LENGTH, what)
        if length > longest:
            raise DamagedError(f"is damaged: {what} claims {length:,} bytes")
        return self.take(length, what).decode("utf-8", "replace")

    def strings(self, count: int, what: str) -> Strings:
        """Walk over many strings; what they say is left for later."""
        held, end, start = self._held, len(self._held), self.at
        at, length_at, step = start, LENGTH.unpack_from, LENGTH.size
        for _ in range(count):
            if at + step > end:
                self._check(at + step, what)
            at += step + length_at(held, at)[0]
        self._check(at, what)
        self.at = at
        return Strings(held[start:at], count)

    def _check(self, end: int, what: str) -> None:
        if end > self.size:
            raise DamagedError(f"is cut short or damaged: {what} runs past its end")
        if end > len(self._held):
            raise MoreNeededError
