"""Runs of consolidation, and each memory as it was before. Callers own the transaction.

What a memory was is kept for a while, so that a run can be taken back; it goes with
the memory.
"""

import json
from datetime import datetime

from assistant.entities.consolidation import ConsolidationResult, ConsolidationStatus
from assistant.entities.ids import UserId
from assistant.entities.memory import Memory
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.memory_rows import memory_from_row, memory_to_row
from assistant.storage.rows import Row, moment_from_text, moment_to_text, to_json

_ADD = """
    INSERT INTO consolidation (id, owner_id, status, consolidated_count,
                               retained_count, discarded_count, new_insights, detail,
                               at)
    VALUES (:id, :owner_id, :status, :consolidated_count, :retained_count,
            :discarded_count, :new_insights, :detail, :at)
"""
_NOTE = """
    INSERT INTO reversal (consolidation_id, memory_id, was)
    VALUES (:consolidation_id, :memory_id, :was)
"""
_BY_PREFIX = """
    SELECT id, owner_id, status, consolidated_count, retained_count, discarded_count,
           new_insights, detail, at
      FROM consolidation
     WHERE owner_id = :owner_id
       AND substr(id, 1, length(:prefix)) = :prefix
     ORDER BY at DESC, id DESC
     LIMIT 2
"""
_RECENT = """
    SELECT id, owner_id, status, consolidated_count, retained_count, discarded_count,
           new_insights, detail, at
      FROM consolidation
     WHERE owner_id = :owner_id
     ORDER BY at DESC, id DESC
     LIMIT :limit
"""
_WAS = """
    SELECT was
      FROM reversal
     WHERE consolidation_id = :id
     ORDER BY memory_id
"""
_REVERSE = """
    UPDATE consolidation
       SET status = 'reversed'
     WHERE id = :id
"""
_PRUNE = """
    DELETE FROM reversal
     WHERE consolidation_id IN (SELECT id FROM consolidation WHERE at < :before)
"""
_OWNERS = """
    SELECT DISTINCT owner_id
      FROM memory
     WHERE state = 'current'
       AND scope <> 'public'
       AND owner_id NOT IN (SELECT owner_id
                              FROM consolidation
                             WHERE at > :since)
     ORDER BY owner_id
"""


class Consolidations:
    """What runs did, and how to take them back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, result: ConsolidationResult, *, was: list[Memory]) -> None:
        """Keep it, with each memory it changed as that was before."""
        self._database.execute(_ADD, _to_row(result))
        for memory in was:
            self._database.execute(
                _NOTE,
                {
                    "consolidation_id": result.id,
                    "memory_id": memory.id,
                    "was": to_json(memory_to_row(memory)),
                },
            )

    def get(self, beginning: str, owner_id: UserId) -> ConsolidationResult:
        """The one whose id begins so. Raises NotFoundError."""
        row = {"prefix": beginning, "owner_id": owner_id}
        found = [_from_row(row) for row in self._database.query(_BY_PREFIX, row)]
        if len(found) != 1:
            raise NotFoundError(
                f"No single run has the id {beginning}",
                hint="See: hearth memories runs",
            )
        return found[0]

    def recent(self, owner_id: UserId, *, limit: int) -> list[ConsolidationResult]:
        """The newest first."""
        row = {"owner_id": owner_id, "limit": limit}
        return [_from_row(row) for row in self._database.query(_RECENT, row)]

    def before(self, result: ConsolidationResult) -> list[Memory]:
        """The memories it changed as they were, those that are still known."""
        rows = self._database.query(_WAS, {"id": result.id})
        return [memory_from_row(json.loads(row["was"])) for row in rows]

    def reverse(self, result: ConsolidationResult) -> None:
        self._database.execute(_REVERSE, {"id": result.id})

    def prune(self, before: datetime) -> int:
        """Nothing older can be taken back; returns how much was let go."""
        return self._database.execute(_PRUNE, {"before": moment_to_text(before)})

    def owners_waiting(self, since: datetime) -> list[UserId]:
        """Whose memories no run has looked at since."""
        rows = self._database.query(_OWNERS, {"since": moment_to_text(since)})
        return [UserId(row["owner_id"]) for row in rows]


def _to_row(result: ConsolidationResult) -> Row:
    return {
        "id": result.id,
        "owner_id": result.owner_id,
        "status": result.status.value,
        "consolidated_count": result.consolidated_count,
        "retained_count": result.retained_count,
        "discarded_count": result.discarded_count,
        "new_insights": to_json(result.new_insights),
        "detail": result.detail,
        "at": moment_to_text(result.at),
    }


def _from_row(row: Row) -> ConsolidationResult:
    return ConsolidationResult(
        id=row["id"],
        owner_id=row["owner_id"],
        status=ConsolidationStatus(row["status"]),
        consolidated_count=row["consolidated_count"],
        retained_count=row["retained_count"],
        discarded_count=row["discarded_count"],
        new_insights=tuple(json.loads(row["new_insights"])),
        detail=row["detail"],
        at=moment_from_text(row["at"]),
    )
