"""Folders that only their owner may enter, and files born whole in them.

Creating something twice at once is prevented by holding the folder itself, so
nothing is left behind that a crash could make stale.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from assistant.storage.faults import explain_os_error

Identity: TypeAlias = tuple[int, int]

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def make_private(folder: Path) -> None:
    """Create the folder, for its owner only, unless it is there already."""
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, folder) from error


def create_private(file: Path, content: bytes = b"") -> None:
    """Create a file for its owner only; one that is there already is an error."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(file, flags, _FILE_MODE)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise explain_os_error(error, file) from error


def identity(file: Path) -> Identity | None:
    """Tells a file from another one of its name; None when there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def mode_of(file: Path) -> int | None:
    """Who may do what with the file; None when there is none."""
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise explain_os_error(error, file) from error


def read_private(file: Path) -> bytes:
    """A small file's content."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise explain_os_error(error, file) from error


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else creates anything in the folder meanwhile."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise explain_os_error(error, folder) from error
    try:
        # Some network file systems cannot lock a folder; there the creation
        # is still by rename, only no longer one at a time.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_with_journals(file: Path) -> None:
    """Clear away a file that is not wanted any more, with its journals."""
    try:
        for leftover in file.parent.glob(f"{file.name}*"):
            leftover.unlink()
    except OSError as error:
        raise explain_os_error(error, file) from error


def move_into_place(finished: Path, target: Path) -> None:
    """Give a finished file its name, so that it appears whole or not at all."""
    try:
        finished.replace(target)
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise explain_os_error(error, target) from error
