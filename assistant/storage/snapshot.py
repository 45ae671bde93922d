"""A copy of the file as it is now, complete and checked.

The copy has the same key; it appears under its name only once it was opened and
found whole.
"""

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw

from assistant.entities.ids import Clock
from assistant.errors import StorageError
from assistant.storage.connection import Opening, connect, set_key
from assistant.storage.database import Database
from assistant.storage.faults import explain
from assistant.storage.folders import (
    create_private,
    make_private,
    move_into_place,
    remove_with_journals,
)

KEPT = 3
KEPT_FOR = timedelta(days=30)
"""An upgrade that went wrong shows by then; what was forgotten since is in it still."""

_STAMP = "%Y%m%dT%H%M%S%f"
_NAME = re.compile(r"hearth-schema\d+-(\d{8}T\d{12})\.db")


def snapshot_before_upgrade(
    folder: Path, *, clock: Clock
) -> Callable[[Database, int], None]:
    """What `open_database` calls before an existing file changes its schema."""

    def take(database: Database, _version: int) -> None:
        take_snapshot(database, folder, clock)

    return take


def take_snapshot(database: Database, folder: Path, clock: Clock) -> Path:
    """Copy the file into the folder, named after its schema and the time."""
    stamp = clock().strftime(_STAMP)
    target = folder / f"hearth-schema{database.version}-{stamp}.db"
    unfinished = target.with_name(f"{target.name}.new")
    make_private(folder)
    create_private(unfinished)
    try:
        _copy(database.opening, unfinished)
        _check(replace(database.opening, path=unfinished), database.version)
        move_into_place(unfinished, target)
    finally:
        remove_with_journals(unfinished)
    return target


def prune_snapshots(folder: Path, clock: Clock) -> list[Path]:
    """Remove copies that are old or many; a file of another name is not ours."""
    since = clock() - KEPT_FOR
    made = {file: at for file in folder.glob("*.db") if (at := _made_at(file))}
    newest = sorted(made, key=made.__getitem__, reverse=True)
    gone = [file for file in newest if made[file] < since or file in newest[KEPT:]]
    for file in gone:
        remove_with_journals(file)
    return gone


def _made_at(file: Path) -> datetime | None:
    """When the copy was made, by its name; None for any other file."""
    named = _NAME.fullmatch(file.name)
    return datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC) if named else None


def _copy(opening: Opening, target: Path) -> None:
    """All in one step: a copy in many would start again at every write."""
    try:
        with (
            closing(connect(opening)) as source,
            closing(apsw.Connection(str(target), vfs=opening.vfs)) as copy,
        ):
            set_key(copy, opening)
            with copy.backup("main", source, "main") as backup:
                backup.step(-1)
    except apsw.Error as error:
        raise explain(error, target) from error


def _check(copy: Opening, version: int) -> None:
    """A copy that cannot be opened, or is not the same schema, is none."""
    with closing(connect(copy)) as opened:
        try:
            found = opened.pragma("user_version")
            complaint = opened.pragma("quick_check")
        except apsw.Error as error:
            raise explain(error, copy.path) from error
    if found != version or complaint != "ok":
        raise StorageError(f"The copy {copy.path} is not whole: {complaint}")
