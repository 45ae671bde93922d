"""When the screen may be told more of an answer: often, and never in somebody's way.

Drawing holds up a letter that is typed meanwhile. So the share of drawing is bounded,
and while somebody types it is done right behind a letter, when none is to be expected.
It knows no clock and no screen; moments are seconds on any one clock.
"""

SHORTEST_PAUSE = 1 / 30
"""Between two drawings; the eye sees no more."""

_LONGEST_PAUSE = 0.5
"""However slow the screen and however quick the typist, words wait no longer."""

_IDLE_SHARE = 6
"""What took some time to draw is followed by that many times as much."""

_MOST_IDLE = 0.35
"""And by no more than this, to leave time for a gap between letters to come."""

_SHOWN = 0.03
"""After this a letter stands on the screen: two frames and their drawing."""

_BEFORE_THE_NEXT = 0.05
"""After this the next letter may come: a quick typist needs some 0.12 for one, and
what is begun by then is drawn in 0.06."""

_RESTS = 0.3
"""Who has typed nothing for so long is not typing."""


class Pace:
    """Between which moments an answer is drawn.

    `busy` is the time that the screen's thread has worked so far.
    """

    def __init__(self) -> None:
        self._told_at = float("-inf")
        self._busy_then = 0.0
        self._typed_at = float("-inf")

    def note(self, *, now: float, busy: float) -> None:
        """The screen was told something just now."""
        self._told_at, self._busy_then = now, busy

    def make_way(self, *, now: float) -> None:
        """A letter was typed just now."""
        self._typed_at = now

    def wait(self, *, now: float, busy: float) -> float:
        """Seconds until it may be told more; 0 or less when it may be at once."""
        drawing = (busy - self._busy_then) * _IDLE_SHARE
        pause = min(max(drawing, SHORTEST_PAUSE), _MOST_IDLE)
        wanted = self._between_letters(max(now, self._told_at + pause))
        return min(wanted, max(now, self._told_at + _LONGEST_PAUSE)) - now

    def _between_letters(self, moment: float) -> float:
        """The first one, not before that moment, at which no letter is to be expected.

        The wait for rest is cut short by the next letter, which asks again.
        """
        since = moment - self._typed_at
        if since < _SHOWN:
            return self._typed_at + _SHOWN
        if _BEFORE_THE_NEXT < since < _RESTS:
            return self._typed_at + _RESTS
        return moment
