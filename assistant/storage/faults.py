"""What the database library complains about, in our words.

The one place that knows its exceptions; everything past it sees `StorageError`s.
"""

import errno
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import apsw

from assistant.errors import (
    DatabaseBusyError,
    DiskFullError,
    ReadOnlyDatabaseError,
    StorageError,
    UnreadableDatabaseError,
)

_Explanation: TypeAlias = Callable[[Path, str], StorageError]
_OUT_OF_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def explain(error: apsw.Error, path: Path) -> StorageError:
    """Our error for the library's, naming the file and what can be done."""
    for kind, explanation in _EXPLANATIONS.items():
        if isinstance(error, kind):
            return explanation(path, str(error))
    return StorageError(f"The database refused: {error}")


def explain_os_error(error: OSError, path: Path) -> StorageError:
    """Our error for the operating system's."""
    if error.errno in _OUT_OF_SPACE:
        return disk_full(path)
    return ReadOnlyDatabaseError(
        f"{path} cannot be opened: {error.strerror or error}",
        hint="Check who owns the file and its folder, or set HEARTH_HOME",
    )


def unreadable(path: Path, _why: str = "") -> UnreadableDatabaseError:
    """The library says the same of a wrong key and of damage, so we name both."""
    return UnreadableDatabaseError(
        f"{path} cannot be read: the key is wrong, or the file is damaged or not ours",
        hint="Check the key first (HEARTH_KEY, the keyring, the key file); "
        "nothing was changed",
    )


def disk_full(path: Path, _why: str = "") -> DiskFullError:
    """No space for what was to be written."""
    return DiskFullError(
        f"No space left to write {path}",
        hint="Free some space and try again; what was saved before is safe",
    )


def unwritable(path: Path, why: str) -> ReadOnlyDatabaseError:
    """The file or its folder does not let itself be written."""
    return ReadOnlyDatabaseError(
        f"{path} cannot be opened for writing: {why}",
        hint="Check who owns the file and its folder, or set HEARTH_HOME",
    )


def taken_away(path: Path) -> UnreadableDatabaseError:
    """The file was deleted, moved or replaced while it was open."""
    what = "was replaced" if path.exists() else "is gone: it was deleted or moved"
    return UnreadableDatabaseError(
        f"{path} {what} while Hearth was running, so nothing is written",
        hint="Put the file back where it was, or start Hearth again to use what is "
        "there now",
    )


def _damaged(path: Path, why: str) -> UnreadableDatabaseError:
    return UnreadableDatabaseError(
        f"{path} is damaged: {why}",
        hint="Keep the file as it is and restore a copy beside it",
    )


def _busy(path: Path, _why: str) -> DatabaseBusyError:
    return DatabaseBusyError(
        f"{path} is in use by another process",
        hint="Try again when the other Hearth is done",
    )


def _failing(path: Path, why: str) -> StorageError:
    return StorageError(
        f"Reading or writing {path} failed: {why}",
        hint="Check the disk, then try again",
    )


_EXPLANATIONS: Mapping[type[apsw.Error], _Explanation] = {
    apsw.NotADBError: unreadable,
    apsw.CorruptError: _damaged,
    apsw.FullError: disk_full,
    apsw.BusyError: _busy,
    apsw.LockedError: _busy,
    apsw.ReadOnlyError: unwritable,
    apsw.PermissionsError: unwritable,
    apsw.CantOpenError: unwritable,
    apsw.AuthError: unwritable,
    apsw.IOError: _failing,
}
