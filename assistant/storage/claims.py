"""Events of other services that were taken. Claiming one is a transaction itself.

A service may tell of the same event twice, in any order; only the first telling
counts, even if the program ended in between.
"""

from datetime import datetime

from assistant.storage.database import Database
from assistant.storage.rows import moment_to_text

_CLAIM = """
    INSERT INTO event_claim (source, event_id, at)
    VALUES (:source, :event_id, :at)
    ON CONFLICT (source, event_id) DO NOTHING
"""
_PRUNE = """
    DELETE FROM event_claim
     WHERE (source, event_id) IN (SELECT source, event_id
                                    FROM event_claim
                                   WHERE at < :before
                                   LIMIT :limit)
"""


class Claims:
    """Who takes an event has it for good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, source: str, event_id: str, *, at: datetime) -> bool:
        """Whether it was not taken before."""
        row = {"source": source, "event_id": event_id, "at": moment_to_text(at)}
        with self._database.transaction(durable=False):
            return self._database.execute(_CLAIM, row) == 1

    def prune(self, before: datetime, *, limit: int) -> int:
        """Forget some of the old ones, which no service tells of again; how many."""
        row = {"before": moment_to_text(before), "limit": limit}
        with self._database.transaction(durable=False):
            return self._database.execute(_PRUNE, row)
