"""Who is served next when many ask one engine.

Knows owners, priorities and arrival; never what is being asked for.
"""

from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ticket(Generic[Item]):
    """One place in the queue."""

    item: Item
    owner: str
    priority: int
    arrival: int


class FairQueue(Generic[Item]):
    """Priority first, then owners in turn, then arrival. Safe from any thread."""

    def __init__(self) -> None:
        self._waiting: list[Ticket[Item]] = []
        self._last_turn: dict[str, int] = {}
        self._arrivals = count(1)
        self._turns = count(1)
        self._changed = Condition()
        self._closed = False

    def put(self, item: Item, *, owner: str, priority: int) -> Ticket[Item] | None:
        """A place in the queue, or None when it is closed."""
        with self._changed:
            if self._closed:
                return None
            ticket = Ticket(
                item=item,
                owner=owner,
                priority=priority,
                arrival=next(self._arrivals),
            )
            self._waiting.append(ticket)
            self._changed.notify()
        return ticket

    def take(self, *, timeout: float | None = None) -> Item | None:
        """The next item; None once the queue is closed, or after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed, timeout)
            if not self._waiting:
                return None
            ticket = _next(self._waiting, self._last_turn)
            self._waiting.remove(ticket)
            self._last_turn[ticket.owner] = next(self._turns)
            if not self._waiting:
                self._last_turn.clear()
        return ticket.item

    def cancel(self, ticket: Ticket[Item]) -> bool:
        """Leave the queue; False when it is not, or no longer, in it."""
        with self._changed:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
        return True

    def waiting(self) -> list[Item]:
        """Everything that waits, in the order it would be served now."""
        with self._changed:
            left, turns = list(self._waiting), dict(self._last_turn)
        return [ticket.item for ticket in _in_order(left, turns)]

    def ahead(self, ticket: Ticket[Item]) -> int:
        """How many would be served before it; 0 also when it waits no more."""
        with self._changed:
            left, turns = list(self._waiting), dict(self._last_turn)
        if ticket not in left:
            return 0
        return _in_order(left, turns).index(ticket)

    def close(self) -> list[Item]:
        """Let nobody in any more; what was waiting is handed back."""
        with self._changed:
            self._closed = True
            left, self._waiting = self._waiting, []
            self._changed.notify_all()
        return [ticket.item for ticket in left]


def _next(waiting: list[Ticket[Item]], last_turn: dict[str, int]) -> Ticket[Item]:
    return min(
        waiting,
        key=lambda ticket: (
            ticket.priority,
            last_turn.get(ticket.owner, 0),
            ticket.arrival,
        ),
    )


def _in_order(
    left: list[Ticket[Item]], last_turn: dict[str, int]
) -> list[Ticket[Item]]:
    ordered: list[Ticket[Item]] = []
    turn = max(last_turn.values(), default=0)
    while left:
        ticket = _next(left, last_turn)
        left.remove(ticket)
        turn += 1
        last_turn[ticket.owner] = turn
        ordered.append(ticket)
    return ordered
