"""What was made of what. Callers own the transaction.

A row that was made of others names them here. When one of those changes or goes,
everything made of it, however far, is marked stale in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.storage.database import Database
from assistant.storage.rows import to_json

_ADD = """
    INSERT INTO depends_on (kind, id, source_kind, source_id)
    VALUES (:kind, :id, :source_kind, :source_id)
        ON CONFLICT DO NOTHING
"""
_SOURCES = """
    SELECT source_kind AS kind, source_id AS id
      FROM depends_on
     WHERE kind = :kind
       AND id = :id
     ORDER BY source_kind, source_id
"""
# UNION, not UNION ALL: a circle is gone round once.
_DEPENDANTS = """
    WITH RECURSIVE made (kind, id) AS (
        SELECT depends_on.kind, depends_on.id
          FROM json_each(:sources) AS source
          JOIN depends_on
            ON depends_on.source_kind = json_extract(source.value, '$[0]')
           AND depends_on.source_id = json_extract(source.value, '$[1]')
         UNION
        SELECT depends_on.kind, depends_on.id
          FROM made
          JOIN depends_on
            ON depends_on.source_kind = made.kind
           AND depends_on.source_id = made.id
    )
    SELECT kind, id
      FROM made
     ORDER BY kind, id
"""
_FORGET = """
    DELETE FROM depends_on
     WHERE kind = :kind
       AND id = :id
"""
_MARK_MEMORIES = """
    UPDATE memory
       SET is_stale = 1
     WHERE id IN (SELECT value FROM json_each(:ids))
       AND NOT is_stale
"""
_MARK_SUMMARIES = """
    UPDATE summary
       SET is_stale = 1
     WHERE id IN (SELECT value FROM json_each(:ids))
       AND NOT is_stale
"""
_MARK_INSIGHTS = """
    UPDATE insight
       SET is_stale = 1
     WHERE id IN (SELECT value FROM json_each(:ids))
       AND NOT is_stale
"""
_MARKS = {
    "memory": _MARK_MEMORIES,
    "summary": _MARK_SUMMARIES,
    "insight": _MARK_INSIGHTS,
}


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A row that something was made of, or that was made: its table and id."""

    kind: str
    id: str


class Dependencies:
    """Edges from what was made to what it was made of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, made: Source, of: Iterable[Source]) -> None:
        """Note what something was made of; noting it again changes nothing."""
        for source in of:
            self._database.execute(
                _ADD,
                {
                    "kind": made.kind,
                    "id": made.id,
                    "source_kind": source.kind,
                    "source_id": source.id,
                },
            )

    def sources(self, made: Source) -> list[Source]:
        """What it was made of, directly."""
        rows = self._database.query(_SOURCES, {"kind": made.kind, "id": made.id})
        return [Source(row["kind"], row["id"]) for row in rows]

    def dependants(self, sources: Iterable[Source]) -> list[Source]:
        """Everything made of these, however far; not themselves, unless in a circle."""
        wanted = to_json([[source.kind, source.id] for source in sources])
        rows = self._database.query(_DEPENDANTS, {"sources": wanted})
        return [Source(row["kind"], row["id"]) for row in rows]

    def mark_stale(self, sources: Iterable[Source]) -> list[Source]:
        """These have changed or go: nothing made of them is served any more.

        What is marked, so that it can be made anew.
        """
        made = self.dependants(sources)
        for kind, mark in _MARKS.items():
            ids = [each.id for each in made if each.kind == kind]
            if ids:
                self._database.execute(mark, {"ids": to_json(ids)})
        return made

    def forget(self, made: Sequence[Source]) -> None:
        """What no longer is depends on nothing."""
        for each in made:
            self._database.execute(_FORGET, {"kind": each.kind, "id": each.id})
