"""One thread's connection, and the transaction it is in.

It reads and writes; it does not know what, nor which file it will be next.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import apsw

from assistant.errors import StorageError
from assistant.storage.connection import Opening, connect
from assistant.storage.faults import explain, taken_away
from assistant.storage.folders import Identity, identity

_NOTHING: Mapping[str, Any] = {}
_DURABLE, _FAST = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"


class _Bounds(NamedTuple):
    """The statements around a transaction, or around a part of one."""

    start: str
    keep: str
    undo: tuple[str, ...]


_WHOLE = _Bounds("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART = _Bounds("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class Session:
    """Connects when made. Once lost it is of no more use, and says so."""

    def __init__(
        self,
        opening: Opening,
        *,
        with_vectors: bool,
        file: Identity | None = None,
    ) -> None:
        """`file` is the one that others of this process have opened already."""
        if file is not None and identity(opening.path) != file:
            raise taken_away(opening.path)
        self._path = opening.path
        self._depth = 0
        self._is_durable = True
        self.is_lost = False
        self.connection = connect(opening, with_vectors=with_vectors)
        self.file = file or identity(opening.path)

    @property
    def is_in_transaction(self) -> bool:
        return self._depth > 0

    def query(self, sql: str, params: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        self._require_whole()
        names: list[str] = []
        rows = []
        try:
            cursor = self.connection.execute(sql, params or _NOTHING)
            for row in cursor:
                names = names or [column[0] for column in cursor.get_description()]
                rows.append(dict(zip(names, row, strict=True)))
        except apsw.Error as error:
            raise self._explained(error) from error
        return rows

    def execute(self, sql: str, params: Mapping[str, Any] | None) -> int:
        if not self.is_in_transaction:
            with self.transaction(durable=True):
                return self.execute(sql, params)
        self._require_whole()
        self._run(sql, params)
        return int(self.connection.changes())

    @contextmanager
    def transaction(self, *, durable: bool) -> Iterator[None]:
        if not self.is_in_transaction:
            self._require_in_place()
            self._is_durable = durable
            self._run(_DURABLE if durable else _FAST)
        elif durable and not self._is_durable:
            raise RuntimeError("a durable transaction cannot join one that is not")
        self._require_whole()
        bounds = _PART if self._depth else _WHOLE
        self._depth += 1
        try:
            self._run(bounds.start)
            yield
            self._run(bounds.keep)
        except BaseException:
            self._undo(bounds)
            raise
        finally:
            self._depth -= 1

    @contextmanager
    def schema_change(self) -> Iterator[None]:
        self._run("PRAGMA foreign_keys = 0")
        try:
            with self.transaction(durable=True):
                yield
                self._refuse_broken_references()
        finally:
            if not self.is_lost:
                self._run("PRAGMA foreign_keys = 1")

    def _run(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        try:
            self.connection.execute(sql, params or _NOTHING).fetchall()
        except apsw.Error as error:
            raise self._explained(error) from error

    def _require_whole(self) -> None:
        """Some errors end a transaction by themselves; no half may go on."""
        lost = self.is_lost or (self._depth and not self.connection.in_transaction)
        if lost:
            raise StorageError("The transaction failed before; nothing of it was kept")

    def _require_in_place(self) -> None:
        """A file that was taken away can still be written to, and nobody finds it."""
        if identity(self._path) != self.file:
            raise taken_away(self._path)

    def _undo(self, bounds: _Bounds) -> None:
        if self.is_lost or not self.connection.in_transaction:
            return
        try:
            for sql in bounds.undo:
                self.connection.execute(sql)
        except apsw.Error:
            self._lose()

    def _explained(self, error: apsw.Error) -> StorageError:
        if isinstance(error, apsw.IOError):
            self._lose()
        return explain(error, self._path)

    def _lose(self) -> None:
        """After a failed sync the cache cannot be trusted; only re-opening helps."""
        self.is_lost = True
        try:
            self.connection.close(force=True)
        except apsw.Error:
            return

    def _refuse_broken_references(self) -> None:
        if broken := self.query("PRAGMA foreign_key_check", None):
            raise StorageError(
                f"The change would leave {len(broken)} rows without what they refer "
                f"to, the first in {broken[0]['table']}; nothing was changed"
            )
