"""A copy before every upgrade: complete, sealed with the same key, and checked."""

import threading
from pathlib import Path

import apsw
import pytest

from assistant.config.settings import Cipher
from assistant.errors import StorageError, UnreadableDatabaseError
from assistant.storage.migrate import Migration, migrate, released_migrations
from assistant.storage.snapshot import snapshot_before_upgrade, take_snapshot
from tests.storage.building import ME, OTHER_KEY, Talk, clock, open_file, open_plain
from tests.storage.disk import Disk, Operation


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.mark.parametrize("cipher", list(Cipher))
def test_a_copy_holds_everything_under_the_same_key(
    path: Path, backups: Path, cipher: Cipher
) -> None:
    how = {"key": None} if cipher is Cipher.NONE else {}
    talk = Talk(open_file(path, cipher=cipher, **how))
    said = talk.say("Hello")

    copy = take_snapshot(talk.database, backups, clock)
    talk.say("After the copy")
    talk.database.close()

    opened = Talk(open_file(copy, cipher=cipher, **how))
    assert (
        copy.name
        == f"hearth-schema{len(released_migrations())}-20261122T093000000000.db"
    )
    assert opened.messages.all_of("talk", ME) == [said]
    opened.database.close()
    assert [file.name for file in backups.iterdir()] == [copy.name]


def test_a_copy_is_for_its_owner_only_and_needs_the_key(
    talk: Talk, backups: Path
) -> None:
    copy = take_snapshot(talk.database, backups, clock)

    assert copy.stat().st_mode & 0o777 == 0o600
    assert backups.stat().st_mode & 0o777 == 0o700
    with pytest.raises(UnreadableDatabaseError):
        open_file(copy, key=OTHER_KEY)


def test_a_copy_can_be_made_while_others_write(talk: Talk, backups: Path) -> None:
    stop = threading.Event()

    def chatter() -> None:
        other = Talk(talk.database, "other")
        while not stop.is_set():
            other.say("Chatter")

    thread = threading.Thread(target=chatter)
    thread.start()
    copies = [
        take_snapshot(talk.database, backups / str(number), clock)
        for number in range(3)
    ]
    stop.set()
    thread.join()

    for copy in copies:
        database = open_file(copy)
        assert database.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        database.close()


def test_an_upgrade_begins_with_a_copy_of_the_file_before_it(
    talk: Talk, backups: Path
) -> None:
    said = talk.say("Hello")
    number = len(released_migrations()) + 1
    step = Migration(number, "next", "DELETE FROM message; CREATE TABLE next (a);")
    take = snapshot_before_upgrade(backups, clock=clock)

    migrate(
        talk.database,
        [*released_migrations(), step],
        clock,
        before_upgrade=lambda version: take(talk.database, version),
    )

    (copy,) = backups.iterdir()
    before = Talk(open_file(copy))
    assert before.database.version == number - 1
    assert before.messages.all_of("talk", ME) == [said]
    assert talk.messages.all_of("talk", ME) == []
    before.database.close()


def test_a_copy_that_does_not_fit_leaves_nothing_behind(
    path: Path, backups: Path
) -> None:
    def fail_in_backups(operation: Operation) -> None:
        if operation.kind == "write" and operation.file.startswith("hearth-schema"):
            raise apsw.FullError("no space")

    disk = Disk(fail_in_backups)
    database = open_file(path, vfs=disk.vfs)

    with pytest.raises(StorageError, match="No space left"):
        take_snapshot(database, backups, clock)

    assert list(backups.iterdir()) == []
    database.close()
    disk.close()


def test_a_plain_copy_of_a_plain_file_is_made_too(path: Path, backups: Path) -> None:
    talk = Talk(open_plain(path))
    said = talk.say("Hello")

    copy = take_snapshot(talk.database, backups, clock)

    opened = Talk(open_plain(copy))
    assert opened.messages.all_of("talk", ME) == [said]
    opened.database.close()
    talk.database.close()
