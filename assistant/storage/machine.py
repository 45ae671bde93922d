"""What was found out about this machine, at rest. Callers own the transaction.

Verdicts and measurements that cost time, so that they are made once.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from assistant.storage.database import Database
from assistant.storage.rows import moment_to_text, to_json

_FACTS = """
    SELECT facts
      FROM machine_fact
     WHERE key = :key
"""
_REMEMBER = """
    INSERT INTO machine_fact (key, facts, remembered_at)
    VALUES (:key, :facts, :remembered_at)
    ON CONFLICT (key) DO UPDATE
       SET facts = excluded.facts,
           remembered_at = excluded.remembered_at
"""


class MachineFacts:
    """Facts by a key that names all they depend on: library, processor, file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str) -> Mapping[str, object] | None:
        rows = self._database.query(_FACTS, {"key": key})
        if not rows:
            return None
        facts: Mapping[str, object] = json.loads(rows[0]["facts"])
        return facts

    def remember(self, key: str, facts: Mapping[str, object], at: datetime) -> None:
        """Keep the facts, in place of what was known under the key."""
        row = {
            "key": key,
            "facts": to_json(facts),
            "remembered_at": moment_to_text(at),
        }
        self._database.execute(_REMEMBER, row)
