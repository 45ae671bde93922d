"""Jobs at rest: work that waits, is held by one process, and ends.

Callers own the transaction, except that claiming one, and releasing what the dead
hold, are transactions themselves.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from assistant.entities.ids import JobId
from assistant.entities.job import Job
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.rows import moment_to_text, to_json
from assistant.storage.work_rows import job_from_row, job_to_row

_ENQUEUE = """
    INSERT INTO job (id, kind, key, state, payload, attempts, error, held_by,
                     created_at, run_after)
    VALUES (:id, :kind, :key, :state, :payload, :attempts, :error, :held_by,
            :created_at, :run_after)
    ON CONFLICT (kind, key) WHERE state = 'queued' DO NOTHING
"""
_BY_ID = """
    SELECT id, kind, key, state, payload, attempts, error, held_by, created_at,
           run_after
      FROM job
     WHERE id = :id
"""
_CLAIM = """
    UPDATE job
       SET state = 'running',
           held_by = :by,
           attempts = attempts + 1
     WHERE id = (SELECT id
                   FROM job
                  WHERE state = 'queued'
                    AND run_after <= :now
                    AND kind IN (SELECT value FROM json_each(:kinds))
                  ORDER BY run_after, created_at, id
                  LIMIT 1)
    RETURNING id, kind, key, state, payload, attempts, error, held_by, created_at,
              run_after
"""
_WAITING = """
    SELECT count(*) AS jobs
      FROM job
     WHERE state = 'queued'
       AND kind IN (SELECT value FROM json_each(:kinds))
"""
_IS_OPEN = """
    SELECT EXISTS (SELECT 1
                     FROM job
                    WHERE kind = :kind
                      AND key = :key
                      AND state IN ('queued', 'running')) AS is_open
"""
_COMPLETE = """
    UPDATE job
       SET state = 'completed',
           error = NULL,
           held_by = NULL
     WHERE id = :id
       AND state = 'running'
"""
_REMOVE = """
    DELETE FROM job
     WHERE id = :id
"""
_FAIL = """
    UPDATE job
       SET state = 'failed',
           error = :error,
           held_by = NULL
     WHERE id = :id
       AND state = 'running'
"""
_RELEASE = """
    UPDATE job
       SET state = 'failed',
           error = 'the process that ran it died',
           held_by = NULL
     WHERE id = :id
       AND state = 'running'
       AND held_by IS :held_by
"""
_RETRY = """
    UPDATE OR IGNORE job
       SET state = 'queued',
           run_after = ifnull(:retry_at, run_after)
     WHERE id = :id
"""
_PRUNE = """
    DELETE FROM job
     WHERE id IN (SELECT id
                    FROM job
                   WHERE state IN ('completed', 'failed')
                     AND run_after < :before
                   LIMIT :limit)
"""
_RUNNING = """
    SELECT id, held_by
      FROM job
     WHERE state = 'running'
     ORDER BY run_after, created_at, id
"""


class Jobs:
    """A queue in the file; the same work is never in it twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(self, job: Job) -> None:
        """Queue it, unless the same work is queued already."""
        self._database.execute(_ENQUEUE, job_to_row(job))

    def find(self, job_id: JobId) -> Job | None:
        rows = self._database.query(_BY_ID, {"id": job_id})
        return job_from_row(rows[0]) if rows else None

    def claim(self, kinds: Iterable[str], *, by: str, now: datetime) -> Job | None:
        """The job that has been due longest, now held; None when none is due."""
        row = {"kinds": to_json(list(kinds)), "by": by, "now": moment_to_text(now)}
        with self._database.transaction(durable=False):
            rows = self._database.query(_CLAIM, row)
        return job_from_row(rows[0]) if rows else None

    def waiting(self, kinds: Iterable[str]) -> int:
        """How many are queued."""
        rows = self._database.query(_WAITING, {"kinds": to_json(list(kinds))})
        return int(rows[0]["jobs"])

    def is_open(self, kind: str, key: str) -> bool:
        """Whether it waits, or somebody is at it; seen once they have committed."""
        rows = self._database.query(_IS_OPEN, {"kind": kind, "key": key})
        return bool(rows[0]["is_open"])

    def complete(self, job_id: JobId) -> None:
        if not self._database.execute(_COMPLETE, {"id": job_id}):
            raise NotFoundError(f"No job {job_id} is running")

    def remove(self, job_id: JobId) -> None:
        """It is done and leaves nothing behind; nobody asks for it again."""
        self._database.execute(_REMOVE, {"id": job_id})

    def prune(self, before: datetime, *, limit: int) -> int:
        """Clear away some of those that ended and were due earlier; how many went."""
        row = {"before": moment_to_text(before), "limit": limit}
        return self._database.execute(_PRUNE, row)

    def fail(self, job_id: JobId, error: str, retry_at: datetime | None = None) -> None:
        """It did not work; it is queued again only when there is a time for that."""
        if not self._database.execute(_FAIL, {"id": job_id, "error": error}):
            raise NotFoundError(f"No job {job_id} is running")
        if retry_at is not None:
            self._queue_again(job_id, moment_to_text(retry_at))

    def release_dead(self, is_alive: Callable[[str], bool]) -> int:
        """Queue again what dead processes hold; returns how many jobs that were.

        Another process may do the same, and hold one of them by then.
        """
        released = 0
        for row in self._database.query(_RUNNING):
            holder = row["held_by"]
            if holder and is_alive(holder):
                continue
            with self._database.transaction(durable=False):
                if self._database.execute(_RELEASE, row):
                    if not self._queue_again(row["id"], None):
                        self.remove(row["id"])  # the same work waits already
                    released += 1
        return released

    def _queue_again(self, job_id: JobId, retry_at: str | None) -> bool:
        """Back into the queue; it stays failed when the same work waits there."""
        row = {"id": job_id, "retry_at": retry_at}
        return self._database.execute(_RETRY, row) > 0
