"""Who is answered next: whoever had least of late.

One answer at a time, since there is one model. Somebody who asks much waits for
somebody who asks little; among equals the first to come is the first to go. Pure but
for the loop's futures.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from assistant.entities.ids import UserId

_HALF_LIFE_SECONDS = 600.0
"""After so long, half of what somebody had is forgotten."""

_LEAST_SECONDS = 1.0
"""What an answer counts for, however soon it was there."""


class QueueFullError(Exception):
    """Too many wait already, of one person or of all."""


@dataclass(eq=False, slots=True)
class Ticket:
    """One question's place."""

    user_id: UserId
    number: int
    moved: Callable[[int], None]
    """Told of its place whenever that changes; 0 is being answered."""

    turn: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class FairQueue:
    """Belongs to one event loop."""

    def __init__(
        self,
        *,
        length: int,
        each: int = 3,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        """At most `length` wait in all, and `each` of one person."""
        self._length = length
        self._each = each
        self._seconds = seconds or (lambda: asyncio.get_running_loop().time())
        self._numbers = count()
        self._waiting: list[Ticket] = []
        self._is_busy = False
        self._had: dict[UserId, tuple[float, float]] = {}

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @asynccontextmanager
    async def turn(
        self, user_id: UserId, *, moved: Callable[[int], None] = lambda _: None
    ) -> AsyncIterator[None]:
        """Wait for one's turn, and have it as long as the block runs.

        Raises QueueFullError at once when too many wait.
        """
        ticket = self._enter(user_id, moved)
        try:
            await ticket.turn
        except asyncio.CancelledError:
            self._leave(ticket)
            raise
        started = self._seconds()
        try:
            yield
        finally:
            taken = self._seconds() - started
            self._charge(user_id, max(taken, _LEAST_SECONDS))
            self._is_busy = False
            self._call_next()

    def _enter(self, user_id: UserId, moved: Callable[[int], None]) -> Ticket:
        own = sum(ticket.user_id == user_id for ticket in self._waiting)
        if len(self._waiting) >= self._length or own >= self._each:
            raise QueueFullError
        ticket = Ticket(user_id, next(self._numbers), moved)
        self._waiting.append(ticket)
        self._call_next()
        return ticket

    def _leave(self, ticket: Ticket) -> None:
        """Somebody waits no longer, perhaps just as their turn came."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            self._tell_places()
        elif ticket.turn.done() and not ticket.turn.cancelled():
            self._is_busy = False
            self._call_next()

    def _call_next(self) -> None:
        self._waiting = [one for one in self._waiting if not one.turn.cancelled()]
        if self._waiting and not self._is_busy:
            ticket = self._in_order()[0]
            self._waiting.remove(ticket)
            self._is_busy = True
            ticket.turn.set_result(None)
            ticket.moved(0)
        self._tell_places()

    def _tell_places(self) -> None:
        for place, ticket in enumerate(self._in_order(), start=1):
            ticket.moved(place)

    def _in_order(self) -> list[Ticket]:
        """What somebody waits for counts as if they had it, one after the other."""
        own: dict[UserId, int] = {}
        ranks = {}
        for ticket in self._waiting:
            before = own.get(ticket.user_id, 0)
            own[ticket.user_id] = before + 1
            ranks[ticket.number] = (before, self._recent(ticket.user_id))
        return sorted(self._waiting, key=lambda t: (*ranks[t.number], t.number))

    def _recent(self, user_id: UserId) -> float:
        had, at = self._had.get(user_id, (0.0, 0.0))
        passed = max(self._seconds() - at, 0.0)
        return float(had * 0.5 ** (passed / _HALF_LIFE_SECONDS))

    def _charge(self, user_id: UserId, seconds: float) -> None:
        self._had[user_id] = (self._recent(user_id) + seconds, self._seconds())
