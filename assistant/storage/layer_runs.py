"""Runs of layers at rest: what was thought about, when, and how that went.

Callers own the transaction. A run is known by its layer and the time it thinks about,
so that beginning it again goes on with the same one.
"""

from datetime import datetime

from assistant.entities.ids import LayerRunId, TopicKey
from assistant.entities.reflection import LayerRun
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.reflection_rows import run_from_row, run_to_row
from assistant.storage.rows import Row, moment_to_text

_BEGIN = """
    INSERT INTO layer_run (id, layer_name, window, started_at, completed_at, status,
                           targets, tokens_used, error, held_by)
    VALUES (:id, :layer_name, :window, :started_at, :completed_at, :status, :targets,
            :tokens_used, :error, :held_by)
    ON CONFLICT (layer_name, window) DO UPDATE
       SET status = 'running',
           completed_at = NULL,
           error = NULL,
           held_by = excluded.held_by
     WHERE status <> 'completed'
"""
_OF_WINDOW = """
    SELECT id, layer_name, window, started_at, completed_at, status, targets,
           tokens_used, error, held_by
      FROM layer_run
     WHERE layer_name = :layer_name
       AND window = :window
"""
_REACHED = """
    UPDATE layer_run
       SET targets = json_insert(targets, '$[#]', :topic_key),
           tokens_used = ifnull(tokens_used, 0) + :tokens
     WHERE id = :id
       AND status = 'running'
"""
_COMPLETE = """
    UPDATE layer_run
       SET status = 'completed',
           completed_at = max(:at, started_at),
           tokens_used = ifnull(tokens_used, 0),
           held_by = NULL
     WHERE id = :id
       AND status = 'running'
"""
_FAIL = """
    UPDATE layer_run
       SET status = 'failed',
           completed_at = max(:at, started_at),
           error = :error,
           held_by = NULL
     WHERE id = :id
       AND status = 'running'
"""
_LAST_COMPLETED = """
    SELECT id, layer_name, window, started_at, completed_at, status, targets,
           tokens_used, error, held_by
      FROM layer_run
     WHERE layer_name = :layer_name
       AND status = 'completed'
     ORDER BY started_at DESC, id DESC
     LIMIT 1
"""
_RECENT = """
    SELECT id, layer_name, window, started_at, completed_at, status, targets,
           tokens_used, error, held_by
      FROM layer_run
     ORDER BY started_at DESC, id DESC
     LIMIT :limit
"""


class LayerRuns:
    """What layers did. Topics are named by key; nothing that was said is here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run: LayerRun) -> LayerRun | None:
        """It, or the same one begun before; None when that one is completed."""
        self._database.execute(_BEGIN, run_to_row(run))
        now = self.find(run.layer_name, run.window)
        return now if now and now.completed_at is None else None

    def find(self, layer_name: str, window: str) -> LayerRun | None:
        row = {"layer_name": layer_name, "window": window}
        rows = self._database.query(_OF_WINDOW, row)
        return run_from_row(rows[0]) if rows else None

    def last_completed(self, layer_name: str) -> LayerRun | None:
        rows = self._database.query(_LAST_COMPLETED, {"layer_name": layer_name})
        return run_from_row(rows[0]) if rows else None

    def recent(self, limit: int) -> list[LayerRun]:
        """The newest first."""
        rows = self._database.query(_RECENT, {"limit": limit})
        return [run_from_row(row) for row in rows]

    def reached(self, run_id: LayerRunId, key: TopicKey, *, tokens: int) -> None:
        """It has thought about this topic; the model wrote so many tokens."""
        self._change(_REACHED, {"id": run_id, "topic_key": key, "tokens": tokens})

    def complete(self, run_id: LayerRunId, at: datetime) -> None:
        self._change(_COMPLETE, {"id": run_id, "at": moment_to_text(at)})

    def fail(self, run_id: LayerRunId, error: str, at: datetime) -> None:
        row = {"id": run_id, "error": error, "at": moment_to_text(at)}
        self._change(_FAIL, row)

    def _change(self, sql: str, row: Row) -> None:
        if not self._database.execute(sql, row):
            raise NotFoundError(f"No run {row['id']} is under way")
