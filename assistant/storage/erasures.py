"""The record of what was forgotten: ids and counts, never words.

With it a restored copy can forget the same again. Callers own the transaction.
"""

import json

from assistant.entities.erasure import Erasable, ErasureRecord
from assistant.storage.database import Database
from assistant.storage.rows import Row, moment_from_text, moment_to_text, to_json

_RECORD = """
    INSERT INTO erasure (id, at, by_id, kind, erased, counts)
    VALUES (:id, :at, :by_id, :kind, :erased, :counts)
    ON CONFLICT (id) DO NOTHING
"""
_RECORDS = """
    SELECT id, at, by_id, kind, erased, counts
      FROM erasure
     ORDER BY at, id
"""


class Erasures:
    """The ledger of erasures; nothing is ever taken out of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: ErasureRecord) -> None:
        """Note that it happened; noting it again changes nothing."""
        self._database.execute(_RECORD, _record_to_row(record))

    def all(self) -> list[ErasureRecord]:
        """In the order in which things were forgotten."""
        return [_record_from_row(row) for row in self._database.query(_RECORDS)]


def _record_to_row(record: ErasureRecord) -> Row:
    roots = {kind.value: sorted(ids) for kind, ids in record.roots.items() if ids}
    return {
        "id": record.id,
        "at": moment_to_text(record.at),
        "by_id": record.by,
        "kind": record.kind,
        "erased": to_json({"roots": roots, "with_copies": record.with_copies}),
        "counts": to_json(dict(record.counts)),
    }


def _record_from_row(row: Row) -> ErasureRecord:
    erased = json.loads(row["erased"])
    return ErasureRecord(
        id=row["id"],
        at=moment_from_text(row["at"]),
        by=row["by_id"],
        kind=row["kind"],
        roots={Erasable(kind): frozenset(ids) for kind, ids in erased["roots"].items()},
        with_copies=erased["with_copies"],
        counts=json.loads(row["counts"]),
    )
