"""From one schema to the next, each step kept whole or not at all.

A step is a numbered file that is never edited once released: its checksum is
kept beside its number, and a file that was changed by another one is refused.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any, Protocol

from assistant import __version__
from assistant.entities.ids import Clock
from assistant.errors import AlteredMigrationError, NewerDatabaseError
from assistant.storage.rows import moment_to_text

_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_APPLIED = """
    SELECT number, name, sha256
      FROM schema_migration
     ORDER BY number
"""
_RECORD = """
    INSERT INTO schema_migration (number, name, sha256, applied_at, app_version)
    VALUES (:number, :name, :sha256, :applied_at, :app_version)
"""


class Migrated(Protocol):
    """A file with a schema that has a number."""

    @property
    def version(self) -> int: ...

    def query(
        self, sql: str, params: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]: ...

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int: ...

    def schema_change(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True, order=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


def released_migrations() -> list[Migration]:
    """Those that came with this program, in order."""
    found = []
    for file in (files("assistant.storage") / "migrations").iterdir():
        if match := _FILE_NAME.fullmatch(file.name):
            sql = file.read_text(encoding="utf-8")
            found.append(Migration(int(match[1]), match[2], sql))
    return sorted(found)


def migrate(
    database: Migrated,
    migrations: Iterable[Migration],
    clock: Clock,
    *,
    before_upgrade: Callable[[int], None] | None = None,
) -> list[Migration]:
    """Bring the file up to date; what was applied just now is returned.

    `before_upgrade` is called once, with the old number, while nobody can write.
    """
    known = sorted(migrations)
    _refuse_gaps(known)
    applied: list[Migration] = []
    for step in known[_checked_version(database, known) :]:
        with database.schema_change():
            if _checked_version(database, known) >= step.number:
                continue  # another process did it while we waited
            if before_upgrade and not applied:
                before_upgrade(step.number - 1)
            _apply(database, step, clock)
        applied.append(step)
    return applied


def _apply(database: Migrated, step: Migration, clock: Clock) -> None:
    database.execute(step.sql)
    database.execute(
        _RECORD,
        {
            "number": step.number,
            "name": step.name,
            "sha256": step.sha256,
            "applied_at": moment_to_text(clock()),
            "app_version": __version__,
        },
    )
    database.execute(f"PRAGMA user_version = {step.number:d}")


def _refuse_gaps(known: list[Migration]) -> None:
    numbers = [step.number for step in known]
    if numbers != list(range(1, len(known) + 1)):
        raise ValueError(f"migrations must be numbered 1, 2, 3 ...; got {numbers}")


def _checked_version(database: Migrated, known: list[Migration]) -> int:
    """The file's number, when all that led there is what we know."""
    version = database.version
    if version > len(known):
        raise NewerDatabaseError(found=version, known=len(known))
    applied = database.query(_APPLIED) if version else []
    if len(applied) != version:
        raise AlteredMigrationError(
            f"This database says schema {version}, but records {len(applied)} steps",
            hint="Restore a copy from before; nothing was changed",
        )
    for step, row in zip(known, applied, strict=False):
        _refuse_altered(step, row)
    return version


def _refuse_altered(step: Migration, row: Mapping[str, Any]) -> None:
    if (row["number"], row["sha256"]) != (step.number, step.sha256):
        raise AlteredMigrationError(
            f"Step {step.number} ({step.name}) of this database's schema is not the "
            f"one we know: it was made by {row['sha256']}, ours is {step.sha256}",
            hint="Use the Hearth that made this database; nothing was changed",
        )
