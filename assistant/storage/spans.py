"""Spans at rest: what happened inside a turn. Callers own the transaction.

They hold timings and counts, never what was said.
"""

from collections.abc import Iterable
from datetime import datetime

from assistant.entities.ids import MessageId, TraceId
from assistant.entities.trace import Span
from assistant.storage.database import Database
from assistant.storage.rows import moment_to_text
from assistant.storage.work_rows import span_from_row, span_to_row

_ADD = """
    INSERT INTO span (id, trace_id, parent_id, name, started_at, duration_ms, counts,
                      error)
    VALUES (:id, :trace_id, :parent_id, :name, :started_at, :duration_ms, :counts,
            :error)
"""
_TRACE = """
    SELECT id, trace_id, parent_id, name, started_at, duration_ms, counts, error
      FROM span
     WHERE trace_id = :trace_id
     ORDER BY started_at, id
"""
_LAST_TRACE = """
    SELECT id, trace_id, parent_id, name, started_at, duration_ms, counts, error
      FROM span
     WHERE trace_id = (SELECT trace_id
                         FROM span
                        WHERE parent_id IS NULL
                          AND name = :name
                        ORDER BY started_at DESC, id DESC
                        LIMIT 1)
     ORDER BY started_at, id
"""
_OF_MESSAGE = """
    SELECT id, trace_id, parent_id, name, started_at, duration_ms, counts, error
      FROM span
     WHERE trace_id = (SELECT trace_id
                         FROM span
                        WHERE name = 'write'
                          AND json_extract(counts, '$.message') = :message_id
                        ORDER BY started_at DESC, id DESC
                        LIMIT 1)
     ORDER BY started_at, id
"""
_ROOTS = """
    SELECT id, trace_id, parent_id, name, started_at, duration_ms, counts, error
      FROM span
     WHERE parent_id IS NULL
     ORDER BY started_at DESC, id DESC
     LIMIT :limit
"""
_PRUNE = """
    DELETE FROM span
     WHERE trace_id IN (SELECT trace_id
                          FROM span
                         WHERE parent_id IS NULL
                           AND started_at < :before
                         LIMIT :limit)
"""


class Spans:
    """Traces, each a tree of spans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_all(self, spans: Iterable[Span]) -> None:
        for span in spans:
            self._database.execute(_ADD, span_to_row(span))

    def trace(self, trace_id: TraceId) -> list[Span]:
        """The spans of one trace, in the order they began."""
        rows = self._database.query(_TRACE, {"trace_id": trace_id})
        return [span_from_row(row) for row in rows]

    def last_trace(self, name: str = "turn") -> list[Span]:
        """The spans of the newest trace with this name at its root."""
        rows = self._database.query(_LAST_TRACE, {"name": name})
        return [span_from_row(row) for row in rows]

    def of_message(self, message_id: MessageId) -> list[Span]:
        """The spans of the newest turn that wrote this reply."""
        rows = self._database.query(_OF_MESSAGE, {"message_id": message_id})
        return [span_from_row(row) for row in rows]

    def recent_traces(self, limit: int) -> list[Span]:
        """The roots of the newest traces, newest first."""
        rows = self._database.query(_ROOTS, {"limit": limit})
        return [span_from_row(row) for row in rows]

    def prune(self, before: datetime, *, limit: int) -> int:
        """Forget some of the traces that began earlier, each whole; how many spans."""
        row = {"before": moment_to_text(before), "limit": limit}
        return self._database.execute(_PRUNE, row)
