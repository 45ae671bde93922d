"""What is left of the file when the power fails at any moment.

    power = PowerLoss(path)                   # a closed database; its bytes now
    database = open_file(path, vfs=power.vfs)  # every write is logged from here on
    ... commit something ...
    power.acknowledge("what the user was told is saved")
    database.close()
    for cut in power.cuts(seed=1, styles=2):
        after = cut.write_to(folder)           # the files as the disk has them
        ... open `after`, check it, and that all of `cut.acknowledged` is there ...
    power.close()

Encryption works above the logging layer, so what is logged is what a disk sees.
What was written before a file's last sync is on the disk. Of what came later any
part may be: nothing, everything, some of the writes, or a write torn in the middle
of its sectors. When folders themselves become durable is not modelled.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.storage.disk import Disk, Operation

_SECTOR = 512
Survivors = Callable[[Sequence[Operation], random.Random], list[Operation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One state of the disk, and what had been acknowledged by then."""

    name: str
    """The database's file name."""

    files: dict[str, bytes]
    acknowledged: list[str]
    moment: int
    style: str

    def write_to(self, folder: Path) -> Path:
        """Put the files there; returns the database's path."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder / self.name


class PowerLoss:
    """Logs what happens to one database's files, and replays any part of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = {
            file.name: file.read_bytes()
            for file in path.parent.glob(f"{path.name}*")
            if not file.name.endswith("-shm")
        }
        self._log: list[Operation] = []
        self._acknowledged: list[tuple[int, str]] = []
        self._disk = Disk(self._log.append)
        self.vfs = self._disk.vfs
        """What to open the database with."""

    def __len__(self) -> int:
        return len(self._log)

    def acknowledge(self, what: str) -> None:
        """From this moment on it must survive."""
        self._acknowledged.append((len(self._log), what))

    def close(self) -> None:
        self._disk.close()

    def cuts(self, *, seed: int, styles: int = 2, every: int = 1) -> Iterator[Cut]:
        """States at every moment (or every n-th), in as many styles each.

        The first is that nothing unsynced survives; then one in turn of the others.
        """
        chance = random.Random(seed)
        others = [style for style in _STYLES if style != "nothing"]
        for moment in range(0, len(self._log) + 1, every):
            turn = [others[(moment // every + n) % len(others)] for n in range(styles)]
            for style in ["nothing", *turn][:styles]:
                yield self._cut(moment, style, chance)

    def _cut(self, moment: int, style: str, chance: random.Random) -> Cut:
        files = {name: bytearray(data) for name, data in self._before.items()}
        pending: dict[str, list[Operation]] = {}
        for operation in self._log[:moment]:
            waiting = pending.setdefault(operation.file, [])
            match operation.kind:
                case "write" | "truncate":
                    waiting.append(operation)
                case "sync":
                    _apply(files, waiting)
                    waiting.clear()
                case "delete":
                    waiting.clear()
                    files.pop(operation.file, None)
        for waiting in pending.values():
            _apply(files, _STYLES[style](waiting, chance))
        return Cut(
            name=self._path.name,
            files={
                name: bytes(data)
                for name, data in files.items()
                if not name.endswith("-shm")
            },
            acknowledged=[what for at, what in self._acknowledged if at <= moment],
            moment=moment,
            style=style,
        )


def _apply(files: dict[str, bytearray], operations: Sequence[Operation]) -> None:
    for operation in operations:
        content = files.setdefault(operation.file, bytearray())
        if operation.kind == "truncate":
            del content[operation.offset :]
            continue
        content.extend(bytes(max(0, operation.offset - len(content))))
        end = operation.offset + len(operation.data)
        content[operation.offset : end] = operation.data


def _nothing(waiting: Sequence[Operation], chance: random.Random) -> list[Operation]:
    return []


def _everything(waiting: Sequence[Operation], chance: random.Random) -> list[Operation]:
    return list(waiting)


def _some(waiting: Sequence[Operation], chance: random.Random) -> list[Operation]:
    return [operation for operation in waiting if chance.random() < 0.5]


def _torn(waiting: Sequence[Operation], chance: random.Random) -> list[Operation]:
    """Some, and of the last only the first sectors."""
    left = _some(waiting, chance)
    if left and left[-1].kind == "write":
        sectors = len(left[-1].data) // _SECTOR
        kept = _SECTOR * chance.randint(0, sectors)
        left[-1] = left[-1]._replace(data=left[-1].data[:kept])
    return left


_STYLES: dict[str, Survivors] = {
    "nothing": _nothing,
    "everything": _everything,
    "some": _some,
    "torn": _torn,
}
