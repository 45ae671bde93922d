"""One connection to the file, opened the one way there is.

Key, pragmas, extension and patience are all per connection, so they are set here
and nowhere else. It knows no table.
"""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom
from time import monotonic, sleep

import apsw

from assistant.config.settings import Cipher
from assistant.errors import StorageError, UnreadableDatabaseError
from assistant.storage.faults import explain, unreadable, unwritable

OURS = 0x48727468
"""`PRAGMA application_id` of a file of ours; the first migration sets it."""

_OLDEST_SAFE = (3, 51, 3)  # earlier ones can corrupt a file at a checkpoint

_LEAST_WAIT, _LONGEST_WAIT = 0.0005, 0.004  # seconds; SQLite's own waits starve
_random = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Everything needed to open the file once more."""

    path: Path
    key: bytes | None = field(repr=False)
    cipher: Cipher
    cache_megabytes: int
    busy_seconds: float
    vfs: str | None = None
    """SQLite's name of the file system layer; None takes the usual one."""

    is_new: bool = False
    """Whether the file is still empty; any other must show that it is ours."""

    def __post_init__(self) -> None:
        if (self.key is None) != (self.cipher is Cipher.NONE):
            raise ValueError(f"cipher {self.cipher} and the key do not go together")


def require_safe_library() -> None:
    """Refuse a library that cannot encrypt or is known to corrupt files."""
    refuse_unsafe(apsw.sqlite_lib_version(), encrypts=hasattr(apsw, "mc_version"))


def refuse_unsafe(version: str, *, encrypts: bool) -> None:
    """What is wrong with this version of SQLite, and what to do about it."""
    if not encrypts:
        raise StorageError(
            "The installed apsw cannot encrypt: another package replaced it",
            hint="Run: pip uninstall apsw && pip install --force-reinstall "
            "apsw-sqlite3mc",
        )
    if tuple(int(part) for part in version.split(".")) < _OLDEST_SAFE:
        oldest = ".".join(map(str, _OLDEST_SAFE))
        raise StorageError(
            f"SQLite {version} is too old to be safe; {oldest} or later is needed",
            hint="Run: pip install --force-reinstall apsw-sqlite3mc",
        )


def connect(opening: Opening, *, with_vectors: bool = False) -> apsw.Connection:
    """A connection that has read the schema, so the key is known to be right."""
    try:
        connection = apsw.Connection(
            str(opening.path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=opening.vfs
        )
        try:
            _prepare(connection, opening)
            if with_vectors:
                load_vectors(connection)
        except BaseException:
            connection.close(force=True)
            raise
    except apsw.Error as error:
        raise explain(error, opening.path) from error
    return connection


def _prepare(connection: apsw.Connection, opening: Opening) -> None:
    """Nothing is written before the file is known to be ours."""
    connection.set_busy_handler(_patience(opening.busy_seconds))
    set_key(connection, opening)
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    if not opening.is_new:
        _refuse_foreign(connection, opening.path)
    if connection.pragma("journal_mode", "wal") != "wal":
        raise unwritable(opening.path, "write-ahead logging is not possible here")
    _set_pragmas(connection, opening)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)  # ATTACH could write plain text


def _refuse_foreign(connection: apsw.Connection, path: Path) -> None:
    if connection.pragma("application_id") != OURS:
        raise UnreadableDatabaseError(
            f"{path} is not a database of Hearth's, or only a part of one",
            hint="Point HEARTH_HOME at another folder, or move the file away",
        )
    if connection.readonly("main"):
        may_write = os.access(path, os.W_OK)  # else a damaged header says so
        raise unreadable(path) if may_write else unwritable(path, "it is read-only")


def set_key(connection: apsw.Connection, opening: Opening) -> None:
    """Name the cipher and the key; whether they fit shows only at the first read."""
    if opening.key is not None:
        connection.pragma("cipher", str(opening.cipher))
        connection.pragma("key", f"raw:{opening.key.hex()}")


def _set_pragmas(connection: apsw.Connection, opening: Opening) -> None:
    connection.pragma("temp_store", "memory")
    connection.pragma("secure_delete", 1)
    connection.pragma("foreign_keys", 1)
    connection.pragma("recursive_triggers", 1)  # else REPLACE deletes unseen by them
    connection.pragma("trusted_schema", 0)
    connection.pragma("synchronous", "full")
    connection.pragma("fullfsync", 1)
    connection.pragma("cache_size", -1024 * opening.cache_megabytes)


def _patience(seconds: float) -> Callable[[int], bool]:
    """Waits a random moment at a time, so that no writer starves."""
    gave_up_at = 0.0

    def wait(earlier_waits: int) -> bool:
        nonlocal gave_up_at
        now = monotonic()
        if earlier_waits == 0:
            gave_up_at = now + seconds
        if now >= gave_up_at:
            return False
        sleep(_random.uniform(_LEAST_WAIT, _LONGEST_WAIT))
        return True

    return wait


def load_vectors(connection: apsw.Connection) -> None:
    """Load sqlite-vec; its package is not imported, as that would import numpy."""
    package = find_spec("sqlite_vec")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("sqlite-vec is not installed")
    library = Path(package.submodule_search_locations[0]) / "vec0"
    allow = apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION  # for this call, never in SQL
    connection.config(allow, 1)
    try:
        connection.load_extension(str(library))
    finally:
        connection.config(allow, 0)


def find_vector_problem() -> str | None:
    """Why vectors cannot be searched here, or None when a search just worked."""
    with closing(apsw.Connection(":memory:")) as probe:
        try:
            load_vectors(probe)
            probe.execute("CREATE VIRTUAL TABLE smoke USING vec0(v float[2])")
            probe.execute("INSERT INTO smoke (rowid, v) VALUES (1, '[0,1]')")
            probe.execute("INSERT INTO smoke (rowid, v) VALUES (2, '[1,0]')")
            nearest = probe.execute(
                "SELECT rowid FROM smoke WHERE v MATCH '[0.9,0]' AND k = 1"
            ).fetchall()
        except (apsw.Error, ModuleNotFoundError) as error:
            return str(error)
    return None if nearest == [(2,)] else "sqlite-vec found the wrong neighbour"
