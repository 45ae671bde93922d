"""Opening a file so that nothing else can be opened in its place.

Under a root no link is followed and nothing but a regular file is opened, so a
pipe cannot hang us and a swap between looking and opening cannot lead us out.
"""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from assistant.errors import DocumentRefusedError, Refusal

BLOCK = 262_144

_HOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISLNK, "it is a link"),
    (stat.S_ISFIFO, "it is a pipe, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)
_ERRORS = {
    errno.ENOENT: (Refusal.UNREADABLE, "it is not there any more"),
    errno.EACCES: (Refusal.UNREADABLE, "it may not be read"),
    errno.EPERM: (Refusal.UNREADABLE, "it may not be read"),
    errno.ELOOP: (Refusal.NOT_A_FILE, "it is a link"),
    errno.ENOTDIR: (Refusal.NOT_A_FILE, "a link or file is where a folder was"),
    errno.ENXIO: (Refusal.NOT_A_FILE, "it is a socket, not a file"),
    errno.ENAMETOOLONG: (Refusal.UNREADABLE, "its name is too long"),
}


class OpenedFile:
    """A regular file that is open, and what it was like when it was opened."""

    def __init__(self, name: str, fd: int) -> None:
        self.name = name
        self.fd = fd
        self._before = os.fstat(fd)

    @property
    def size(self) -> int:
        """Bytes, when it was opened."""
        return self._before.st_size

    @property
    def modified_ns(self) -> int:
        """When it was last written to, before it was opened."""
        return self._before.st_mtime_ns

    def has_changed(self) -> bool:
        """Whether anyone wrote to it since."""
        now = os.fstat(self.fd)
        return (now.st_size, now.st_mtime_ns) != (
            self._before.st_size,
            self._before.st_mtime_ns,
        )

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        try:
            return os.pread(self.fd, size, 0)
        except OSError as error:
            raise refusal_of(error) from error

    def blocks(self) -> Iterator[bytes]:
        """All its bytes, a block at a time."""
        offset = 0
        while block := self._block(offset):
            offset += len(block)
            yield block

    def _block(self, offset: int) -> bytes:
        try:
            return os.pread(self.fd, BLOCK, offset)
        except OSError as error:
            raise refusal_of(error) from error


@contextmanager
def open_file(path: Path, *, root: Path | None = None) -> Iterator[OpenedFile]:
    """The file, open; below `root` no link is followed on the way to it."""
    with ExitStack() as held:
        try:
            fd = _descend(path, root, held) if root else os.open(path.resolve(), _HOW)
        except (OSError, ValueError, RuntimeError) as error:
            raise refusal_of(error) from error
        held.callback(os.close, fd)
        mode = os.fstat(fd).st_mode
        for is_kind, reason in _KINDS:
            if is_kind(mode):
                raise DocumentRefusedError(Refusal.NOT_A_FILE, reason)
        yield OpenedFile(path.name, fd)


def _descend(path: Path, root: Path, held: ExitStack) -> int:
    """Folder by folder from the root, each opened within the one before."""
    relative = path.relative_to(root)
    if ".." in relative.parts or not relative.parts:
        raise DocumentRefusedError(Refusal.NOT_A_FILE, "it is outside the folder")
    *folders, name = relative.parts
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    held.callback(os.close, here)
    for folder in folders:
        here = os.open(folder, _HOW | os.O_DIRECTORY, dir_fd=here)
        held.callback(os.close, here)
    return os.open(name, _HOW, dir_fd=here)


@contextmanager
def in_memory(name: str, data: bytes) -> Iterator[OpenedFile]:
    """Bytes that came from elsewhere, as a file that no folder ever shows."""
    with (
        tempfile.TemporaryFile()
        if not hasattr(os, "memfd_create")
        else os.fdopen(os.memfd_create("page"), "w+b") as file
    ):
        file.write(data)
        file.flush()
        yield OpenedFile(name, file.fileno())


def is_there(path: Path) -> bool:
    """Whether something is there, be it that it may not be looked at."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except (OSError, RuntimeError):
        return True
    return True


def is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as one may know."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, RuntimeError, ValueError):
        return False


def refusal_of(error: Exception) -> DocumentRefusedError:
    """Why the system did not let us, in our words."""
    code = error.errno if isinstance(error, OSError) else None
    if code in _ERRORS:
        return DocumentRefusedError(*_ERRORS[code])
    if isinstance(error, DocumentRefusedError):
        return error
    reason = getattr(error, "strerror", None) or str(error)
    return DocumentRefusedError(Refusal.UNREADABLE, f"it cannot be read: {reason}")
