"""What was cut out of a text, to be put elsewhere: the newest, and older ones.

It knows no text and no keys; whoever cuts says whether that went on with the last cut.
"""

from collections import deque
from typing import NamedTuple

_KEPT = 20


class Cut(NamedTuple):
    """A piece that was cut, or kept; lines go on lines of their own."""

    text: str
    is_lines: bool = False


class Cuttings:
    """Newest first. One can leaf through them, back to the first."""

    def __init__(self) -> None:
        self._kept: deque[Cut] = deque(maxlen=_KEPT)

    @property
    def newest(self) -> Cut:
        return self._kept[0] if self._kept else Cut("")

    def keep(self, cut: Cut) -> None:
        """Put it on top."""
        self._kept.appendleft(cut)

    def join(self, cut: Cut, *, before: bool) -> None:
        """Let it be one with the newest: what was cut before it, or behind."""
        newest = self._kept.popleft() if self._kept else Cut("")
        parts = (cut.text, newest.text) if before else (newest.text, cut.text)
        self.keep(Cut("".join(parts)))

    def turn(self) -> Cut:
        """Put the newest behind all others; the one before it is on top then."""
        self._kept.rotate(-1)
        return self.newest
