"""The economy of salience: what topics earn, spend, keep and lose.

What is booked is what happened to the balance, never what was asked for. What finds no
room below the cap spills over to neighbours or evaporates, one hop and no further.
Callers own the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import floor

from assistant.config.settings import ReflectionSettings
from assistant.entities.ids import Clock, LayerRunId, Mint, TopicKey
from assistant.entities.reflection import EntryType, SalienceEntry
from assistant.storage.salience import Salience

_GRAIN = 1024  # amounts are whole parts of it, so that their sums are exact
_DAY = timedelta(days=1)


def grained(amount: float) -> float:
    """Rounded down to what the ledger can hold."""
    return floor(amount * _GRAIN) / _GRAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """Something happened that a topic is worth more for."""

    key: TopicKey
    amount: float
    reason: str
    cause: str
    """What happened, by id; it counts once."""

    neighbours: Sequence[TopicKey] = ()
    """Topics that may be warmed by it, and that take what this one cannot hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What a spend came to."""

    spent: float
    retained: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Writes the lines. Their sum is a topic's balance, between 0 and the cap."""

    salience: Salience
    settings: ReflectionSettings
    clock: Clock
    mint: Mint

    def earn(self, earning: Earning) -> bool:
        """Book it, and what it does to neighbours; False when it counted already."""
        neighbours = [key for key in earning.neighbours if key != earning.key]
        balances = self.salience.balances(neighbours)
        amount = grained(earning.amount)
        applied = min(amount, self._room(earning.key))
        each = self._spilt(amount - applied, among=len(neighbours))
        entry = self._line(
            earning.key,
            EntryType.EARN,
            applied,
            cause=earning.cause,
            reason=earning.reason,
            evaporated=amount - applied - each * len(neighbours),
        )
        if not self.salience.add(entry):
            return False
        for key in neighbours:
            if balances.get(key, 0.0) >= self.settings.warm:
                warmth = grained(applied * self.settings.propagation)
                self._pass_on(earning, key, warmth, reason="warmth")
            self._pass_on(earning, key, each, reason="spill")
        return True

    def spend(
        self, key: TopicKey, cost: float, *, run_id: LayerRunId, cause: str
    ) -> Booked | None:
        """No more than there is, and a part stays; None when it was spent before."""
        spent = min(grained(cost), self.salience.balance(key))
        retained = grained(spent * self.settings.retention)
        for kind, amount in ((EntryType.SPEND, -spent), (EntryType.RETAIN, retained)):
            line = self._line(
                key, kind, amount, cause=cause, reason="reflection", run_id=run_id
            )
            if not self.salience.add(line):
                return None
        return Booked(spent=spent, retained=retained)

    def has_spent(self, key: TopicKey, cause: str, *, run_id: LayerRunId) -> bool:
        """Whether this was paid for already."""
        line = self._line(
            key, EntryType.SPEND, 0.0, cause=cause, reason="reflection", run_id=run_id
        )
        return self.salience.is_booked(line)

    def fade(self) -> int:
        """What nobody speaks of loses a little every day; how many topics did."""
        now, rest = self.clock(), timedelta(days=self.settings.idle_days)
        idle = self.salience.idle(
            earned_before=now - rest - _DAY, faded_before=now - _DAY
        )
        faded = 0
        for key, earned, last in idle:
            start = max(earned + rest, last or earned + rest)
            faded += self._fade(key, start=start, days=(now - start) // _DAY)
        return faded

    def _fade(self, key: TopicKey, *, start: datetime, days: int) -> bool:
        left = (1 - self.settings.daily_decay) ** days
        balance = self.salience.balance(key)
        lost = min(grained(balance * (1 - left)), balance)
        if days < 1 or lost <= 0:
            return False
        until = start + days * _DAY  # the rest of a day counts next time
        cause = f"decay:{until.isoformat()}"
        line = self._line(key, EntryType.DECAY, -lost, cause=cause, reason="idle")
        return self.salience.add(replace(line, created_at=until))

    def _room(self, key: TopicKey) -> float:
        return max(0.0, grained(self.settings.cap) - self.salience.balance(key))

    def _spilt(self, over: float, *, among: int) -> float:
        return grained(over * self.settings.spill / among) if among else 0.0

    def _pass_on(
        self, earning: Earning, key: TopicKey, amount: float, *, reason: str
    ) -> None:
        if amount <= 0:
            return
        applied = min(amount, self._room(key))
        line = self._line(
            key,
            EntryType.EARN,
            applied,
            cause=f"{earning.cause}|{reason}|{earning.key}",
            reason=reason,
            evaporated=amount - applied,
        )
        self.salience.add(line)

    def _line(
        self,
        key: TopicKey,
        kind: EntryType,
        amount: float,
        *,
        cause: str,
        reason: str,
        evaporated: float = 0.0,
        run_id: LayerRunId | None = None,
    ) -> SalienceEntry:
        return SalienceEntry(
            id=self.mint(),
            topic_key=key,
            entry_type=kind,
            amount=amount,
            cause=cause,
            reason=reason,
            evaporated=evaporated,
            run_id=run_id,
            created_at=self.clock(),
        )
