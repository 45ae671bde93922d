"""What the tests of forgetting are made of: an eraser, and rows."""

from itertools import count
from pathlib import Path
from typing import Any

import apsw

from assistant.audit.log import AuditTrail
from assistant.entities.audience import Audience
from assistant.entities.erasure import Erasable, ErasureReceipt, Named
from assistant.privacy.erase import Eraser
from assistant.storage.audit import AuditLog
from assistant.storage.database import Database
from assistant.storage.rows import moment_to_text
from tests.storage.building import KEY, ME, START, clock

_minted = count(1)
NOW = moment_to_text(START)


def mint() -> str:
    return f"minted-{next(_minted):08d}"


def an_eraser(database: Database, **changes: Any) -> Eraser:
    trail = AuditTrail(AuditLog(database), mint=mint, clock=clock)
    wanted = {"database": database, "trail": trail, "clock": clock, "mint": mint}
    return Eraser(**{**wanted, **changes})


def forget(
    database: Database,
    kind: Erasable,
    *ids: str,
    audience: Audience = ME,
    with_copies: bool = True,
) -> ErasureReceipt:
    """Plan it and carry it out."""
    eraser = an_eraser(database)
    named = Named(ids={kind: frozenset(ids)}, with_copies=with_copies)
    return eraser.erase(eraser.plan(named, audience), audience)


def insert(database: Database, table: str, **values: Any) -> None:
    """A row as it is, for tables whose store is not the subject."""
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


def a_memory_row(memory_id: str, text: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": memory_id,
        "owner_id": "local",
        "kind": "fact",
        "term": "long_term",
        "subject": "you",
        "attribute": "",
        "value": text,
        "text": text,
        "state": "current",
        "origin": "rule",
        "importance": 0.5,
        "valid_from": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        **changes,
    }


def made_of(database: Database, kind: str, identity: str, *sources: str) -> None:
    """Edges; a source is written as `kind:id`."""
    for source in sources:
        source_kind, _, source_id = source.partition(":")
        insert(
            database,
            "depends_on",
            kind=kind,
            id=identity,
            source_kind=source_kind,
            source_id=source_id,
        )


def ids_in(database: Database, table: str) -> set[str]:
    return {row["id"] for row in database.query(f"SELECT id FROM {table}")}


def tables(database: Database) -> list[str]:
    """Every table there is, those behind the indexes too."""
    rows = database.query("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return [row["name"] for row in rows]


def cells_with(database: Database, forms: tuple[bytes, ...]) -> list[str]:
    """The columns of all tables in which one of these can be read."""
    found: list[str] = []
    for table in tables(database):
        for row in database.query(f'SELECT * FROM "{table}"'):
            for column, value in row.items():
                raw = value if isinstance(value, bytes) else str(value).encode()
                if any(form in raw for form in forms):
                    found.append(f"{table}.{column}")
    return sorted(set(found))


def decrypted(path: Path, folder: Path) -> Path:
    """A copy in the clear, made with bare SQLite: ours refuses to write plain text."""
    folder.mkdir()
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(str(path), flags=flags)
    connection.pragma("cipher", "aegis")
    connection.pragma("key", f"raw:{KEY.hex()}")
    connection.execute(f"VACUUM INTO 'file:{folder / 'copy.db'}?key='")
    connection.close()
    return folder
