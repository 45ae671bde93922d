"""A file system layer below the encryption, where a test may watch and meddle.

Open a database with `vfs=disk.vfs`: each write, sync, truncation and deletion is
announced to `watch` before it happens; what `watch` raises is what the disk does.
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import apsw

_numbers = count(1)


class Operation(NamedTuple):
    """One thing that is about to happen to a file."""

    kind: str
    """`write`, `truncate`, `sync` or `delete`."""

    file: str
    """The file's name, without its folder."""

    offset: int = 0
    """Where a write begins, or how long a truncated file will be."""

    data: bytes = b""


Watch = Callable[[Operation], None]


class Disk:
    """One layer of its own; several may be watched at once."""

    def __init__(self, watch: Watch) -> None:
        name = f"watched{next(_numbers)}"
        self.watch = watch
        self.vfs = f"multipleciphers-{name}"
        self._layer = _Layer(name, self)

    def close(self) -> None:
        self._layer.unregister()


class _Layer(apsw.VFS):
    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, "unix")
        self._disk = disk

    def xOpen(self, name: Any, flags: list[int]) -> "_File":  # noqa: N802
        return _File(name, flags, self._disk)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        self._disk.watch(Operation("delete", Path(name).name))
        super().xDelete(name, sync_folder)


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], disk: Disk) -> None:
        super().__init__("unix", name, flags)
        path = name if isinstance(name, str) or name is None else name.filename()
        self._name = Path(path or "temporary").name
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.watch(Operation("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.watch(Operation("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.watch(Operation("sync", self._name))
        super().xSync(flags)
