"""What topics earned by words that go, they give back: a line in the ledger says so.

Lines are added and none is changed, and a topic never gives what it does not have: what
it has spent by now on thinking stays spent. The line is there even then.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.entities.ids import Clock, Mint
from assistant.entities.reflection import EntryType, SalienceEntry
from assistant.storage.salience import Salience

TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingBack:
    """Part of the transaction in which words go, and done before they do."""

    salience: Salience
    clock: Clock
    mint: Mint

    def for_messages(self, ids: Iterable[str]) -> int:
        """How many lines were added; each message is taken back once."""
        added = 0
        for message_id, key, earned in self.salience.earned_by(ids):
            given = min(earned, self.salience.balance(key))
            line = SalienceEntry(
                id=self.mint(),
                topic_key=key,
                entry_type=EntryType.DECAY,
                amount=0.0 - given,
                cause=f"{TAKEN_BACK}:{message_id}",
                reason=TAKEN_BACK,
                created_at=self.clock(),
            )
            added += self.salience.add(line)
        return added
