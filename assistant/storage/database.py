"""The file: created whole, opened one way, written in whole transactions.

Each thread has its own connection. What the rows mean is for the repositories.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

import apsw

from assistant.config.settings import Cipher
from assistant.entities.ids import Clock
from assistant.errors import StorageError, UnreadableDatabaseError
from assistant.storage.connection import (
    Opening,
    find_vector_problem,
    require_safe_library,
)
from assistant.storage.faults import explain, explain_os_error, unreadable
from assistant.storage.folders import (
    Identity,
    create_private,
    held,
    make_private,
    move_into_place,
    remove_with_journals,
)
from assistant.storage.migrate import migrate, released_migrations
from assistant.storage.session import Session


class Database:
    """One SQLite file. Its callers own the transactions."""

    def __init__(self, opening: Opening, *, vector_problem: str | None = None) -> None:
        self._opening = opening
        self._vector_problem = vector_problem
        self._local = threading.local()
        self._connections: WeakSet[apsw.Connection] = WeakSet()
        self._connecting = threading.Lock()
        self._file: Identity | None = None
        self._is_closed = False

    @property
    def path(self) -> Path:
        return self._opening.path

    @property
    def cipher(self) -> Cipher:
        return self._opening.cipher

    @property
    def opening(self) -> Opening:
        """How to open the same file once more."""
        return self._opening

    @property
    def vectors_available(self) -> bool:
        return self._vector_problem is None

    @property
    def vector_problem(self) -> str | None:
        """Why vectors cannot be compared in SQL, or None when they can."""
        return self._vector_problem

    @property
    def version(self) -> int:
        """The schema's number; 0 before the first migration."""
        return int(self.query("PRAGMA user_version")[0]["user_version"])

    @property
    def data_version(self) -> int:
        """Changes when another thread or process has committed."""
        return int(self.query("PRAGMA data_version")[0]["data_version"])

    def query(
        self, sql: str, params: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The rows, by column name."""
        return self._session().query(sql, params)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """How many rows changed; outside a transaction it is a durable one itself."""
        return self._session().execute(sql, params)

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """Kept whole or not at all; one within another is a part of it.

        What a durable one wrote survives a power cut from the moment it ends.
        """
        return self._session().transaction(durable=durable)

    def schema_change(self) -> AbstractContextManager[None]:
        """A durable transaction in which tables may be rebuilt.

        Foreign keys are looked at once, before it is kept, and not row by row.
        """
        return self._session().schema_change()

    def close(self) -> None:
        """Close every thread's connection; the file is then complete on its own."""
        self._is_closed = True
        with self._connecting:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.close(force=True)
            except apsw.ThreadingViolationError:
                continue  # in use this moment; it closes when its thread lets go
            except apsw.Error as error:
                raise explain(error, self.path) from error

    def _session(self) -> Session:
        if self._is_closed:
            raise StorageError(f"{self.path} was closed")
        session: Session | None = getattr(self._local, "session", None)
        if session is None or (session.is_lost and not session.is_in_transaction):
            session = Session(
                self._opening, with_vectors=self.vectors_available, file=self._file
            )
            with self._connecting:
                self._file = self._file or session.file
                self._connections.add(session.connection)
            self._local.session = session
        return session


def open_database(
    path: Path,
    *,
    key: bytes | None,
    cipher: Cipher,
    cache_megabytes: int,
    busy_seconds: float,
    clock: Clock,
    before_upgrade: Callable[[Database, int], None] | None = None,
    vfs: str | None = None,
) -> Database:
    """The file, created when absent, and brought up to date.

    `before_upgrade` is called with the old schema's number before an existing
    file changes, while nobody else can write.
    """
    require_safe_library()
    wanted = Opening(
        path=path,
        key=key,
        cipher=cipher,
        cache_megabytes=cache_megabytes,
        busy_seconds=busy_seconds,
        vfs=vfs,
    )
    make_private(path.parent)
    with held(path.parent):
        if _is_missing(path):
            _create(wanted, clock)
    database = _open_as_encrypted(wanted)
    try:
        tell = partial(before_upgrade, database) if before_upgrade else None
        migrate(database, released_migrations(), clock, before_upgrade=tell)
    except BaseException:
        database.close()
        raise
    return database


def _is_missing(path: Path) -> bool:
    """Whether there is no file; an empty one is not ours to write over."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        _refuse_remains(path)
        return True
    except OSError as error:
        raise explain_os_error(error, path) from error
    if size == 0:
        raise UnreadableDatabaseError(
            f"{path} is empty, and a database never is: it was damaged or replaced",
            hint="Restore a copy, or move the empty file away to begin anew",
        )
    return False


def _refuse_remains(path: Path) -> None:
    """A new file in the place of one that went astray would be taken for it."""
    if path.is_symlink():
        raise UnreadableDatabaseError(
            f"{path} points to {path.readlink()}, which is not there",
            hint="Mount the disk it is on, or remove the link to begin anew",
        )
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise UnreadableDatabaseError(
            f"{path} is missing, but its journal {journal.name} is here",
            hint="Put the database back beside it, or move the journal away",
        )


def _create(wanted: Opening, clock: Clock) -> None:
    """Made under another name, so that nobody ever finds half a database."""
    unfinished = wanted.path.with_name(f"{wanted.path.name}.new")
    remove_with_journals(unfinished)
    create_private(unfinished)
    new = replace(wanted, path=unfinished, is_new=True)
    database = Database(new, vector_problem="a new file holds none")
    try:
        migrate(database, released_migrations(), clock)
    finally:
        database.close()
    move_into_place(unfinished, wanted.path)


def _open_as_encrypted(wanted: Opening) -> Database:
    """Opened with the cipher the file really has, which its settings may not say."""
    ciphers = [wanted.cipher]
    if wanted.key is not None:
        ciphers += [c for c in (Cipher.AEGIS, Cipher.CHACHA20) if c not in ciphers]
    problem = find_vector_problem()
    for cipher in ciphers:
        database = Database(replace(wanted, cipher=cipher), vector_problem=problem)
        if _can_be_read(database):
            return database
    if wanted.key is None:
        raise UnreadableDatabaseError(
            f"{wanted.path} is encrypted, damaged or not ours, "
            "and storage.encryption is none",
            hint='If it was made by Hearth, set storage.encryption = "aegis"',
        )
    _refuse_plain(wanted)
    raise unreadable(wanted.path)


def _can_be_read(database: Database) -> bool:
    """False for what a wrong key, a wrong cipher and a foreign file look like."""
    try:
        return database.version >= 0
    except UnreadableDatabaseError as error:
        if isinstance(error.__cause__, apsw.NotADBError):
            return False
        raise


def _refuse_plain(wanted: Opening) -> None:
    """A file in the clear is said to be one, and not taken for a damaged one."""
    plain = Database(
        replace(wanted, key=None, cipher=Cipher.NONE), vector_problem="not looked for"
    )
    if _can_be_read(plain):
        plain.close()
        raise UnreadableDatabaseError(
            f"{wanted.path} is not encrypted, though storage.encryption asks for it",
            hint='Set storage.encryption = "none", or move the file away',
        )
