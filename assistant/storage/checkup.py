"""Whether the file is sound and can be written; nothing asked here is kept."""

from contextlib import suppress

from assistant.errors import StorageError
from assistant.storage.database import Database

_VERSIONS = """
    SELECT sqlite_version() AS sqlite, sqlite3mc_version() AS cipher
"""
_INTEGRITY = "PRAGMA integrity_check(5)"
_REFERENCES = "PRAGMA foreign_key_check"
_PAGE_SIZE = "PRAGMA page_size"
_PAGES = "PRAGMA page_count"
_EMPTY_PAGES = "PRAGMA freelist_count"
_MAKE = "CREATE TABLE checkup (note TEXT NOT NULL) STRICT"
_WRITE = "INSERT INTO checkup (note) VALUES ('written')"
_READ = "SELECT note FROM checkup"


class _UndoneError(Exception):
    """Makes the transaction roll back."""


class Checkup:
    """Looks at one open file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self) -> str:
        """Of SQLite and of what encrypts it."""
        row = self._database.query(_VERSIONS)[0]
        return f"SQLite {row['sqlite']}, {row['cipher']}"

    def damage(self) -> list[str]:
        """What is wrong with pages, indexes and references, at most a few of each."""
        pages = [
            str(row["integrity_check"])
            for row in self._database.query(_INTEGRITY)
            if row["integrity_check"] != "ok"
        ]
        dangling = [
            f"a row of {row['table']} belongs to a {row['parent']} that is gone"
            for row in self._database.query(_REFERENCES)
        ]
        return pages + dangling[:5]

    def bytes_used_and_empty(self) -> tuple[int, int]:
        """How much of the file holds something, and how much waits to be used."""
        page = self._number(_PAGE_SIZE)
        empty = self._number(_EMPTY_PAGES)
        return (self._number(_PAGES) - empty) * page, empty * page

    def write_and_undo(self) -> str:
        """Write for real, read it back, and leave no trace.

        Raises StorageError when any of it does not work.
        """
        with suppress(_UndoneError), self._database.transaction():
            self._database.execute(_MAKE)
            self._database.execute(_WRITE)
            if self._database.query(_READ) != [{"note": "written"}]:
                raise StorageError("What was written could not be read back")
            raise _UndoneError
        return "a row was written, read back and undone"

    def _number(self, pragma: str) -> int:
        row = self._database.query(pragma)[0]
        return int(next(iter(row.values())))
