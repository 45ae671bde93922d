"""The audit log at rest: only ever added to. Callers own the transaction.

The schema itself refuses to change or delete an entry.
"""

from assistant.entities.audit import AuditEntry
from assistant.storage.database import Database
from assistant.storage.work_rows import audit_entry_from_row, audit_entry_to_row

_APPEND = """
    INSERT INTO audit_entry (id, at, actor_id, action, resource, resource_id, before,
                             after)
    VALUES (:id, :at, :actor_id, :action, :resource, :resource_id, :before,
            :after)
"""
_RECENT = """
    SELECT id, at, actor_id, action, resource, resource_id, before, after
      FROM audit_entry
     WHERE :resource IS NULL OR resource = :resource
     ORDER BY number DESC
     LIMIT :limit
"""


class AuditLog:
    """Who changed what, in the order it was written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entry: AuditEntry) -> None:
        self._database.execute(_APPEND, audit_entry_to_row(entry))

    def recent(self, limit: int, resource: str | None = None) -> list[AuditEntry]:
        """The newest first, of one kind of resource or of all."""
        row = {"limit": limit, "resource": resource}
        return [audit_entry_from_row(r) for r in self._database.query(_RECENT, row)]
