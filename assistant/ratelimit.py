"""Token buckets, kept in the file so that a restart fills none of them.

A request takes a token from every bucket it passes, or from none. What the buckets
are for, and what is said to whoever finds one empty, is for channels to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.entities.ids import Clock
from assistant.storage.buckets import Buckets, Level
from assistant.storage.database import Database

_ONE = 1 - 1e-6  # a wait is rounded to microseconds, and must be long enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `burst` at once, and `per_minute` in the long run."""

    per_minute: float
    burst: float

    def __post_init__(self) -> None:
        if self.per_minute <= 0 or self.burst < 1:
            raise ValueError("a limit lets something through, sooner or later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One bucket that a request passes."""

    kind: str
    """What is asked for, and by what: `chat.user`, `chat.server`."""

    subject: str
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Which bucket was empty, and how long until it is not."""

    draw: Draw
    wait: timedelta


class RateLimit:
    """Any thread may ask, and any process that shares the file."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._buckets = Buckets(database)
        self._clock = clock

    def take(self, draws: Sequence[Draw]) -> Refusal | None:
        """A token from each; or the longest wait, and nothing is taken."""
        now = self._clock()
        with self._database.transaction(durable=False):
            levels = [self._level(draw, now) for draw in draws]
            refusals = [
                Refusal(draw=draw, wait=_wait(draw.limit, level))
                for draw, level in zip(draws, levels, strict=True)
                if level.tokens < _ONE
            ]
            taken = 0 if refusals else 1
            for draw, level in zip(draws, levels, strict=True):
                left = Level(max(level.tokens - taken, 0.0), level.filled_at)
                self._buckets.put(draw.kind, draw.subject, left)
        return max(refusals, key=lambda refusal: refusal.wait, default=None)

    def _level(self, draw: Draw, now: datetime) -> Level:
        """As full as it is by now; a clock set back neither fills nor empties it."""
        known = self._buckets.find(draw.kind, draw.subject)
        if known is None:
            return Level(draw.limit.burst, now)
        if now <= known.filled_at:
            # Started anew from the earlier time, or it would stay empty until then.
            return Level(min(known.tokens, draw.limit.burst), now)
        minutes = (now - known.filled_at) / timedelta(minutes=1)
        filled = known.tokens + minutes * draw.limit.per_minute
        return Level(min(filled, draw.limit.burst), now)


def _wait(limit: Limit, level: Level) -> timedelta:
    return timedelta(minutes=(1 - level.tokens) / limit.per_minute)
