"""A disk that is full or failing: nothing half-written, and on we go afterwards."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from assistant.entities.conversation import Message
from assistant.entities.ids import ConversationId
from assistant.errors import DiskFullError, StorageError
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText
from tests.storage.building import ME, Talk, open_file
from tests.storage.disk import Disk, Operation

FAULTS = [
    pytest.param("write", apsw.FullError, DiskFullError, id="full"),
    pytest.param("write", apsw.IOError, StorageError, id="write"),
    pytest.param("sync", apsw.IOError, StorageError, id="sync"),
    pytest.param("truncate", apsw.IOError, StorageError, id="truncate"),
]


class Fault:
    """Fails the n-th operation of a kind, once or from then on, while it is on."""

    def __init__(self, kind: str, error: type[Exception], *, lasting: bool) -> None:
        self._kind = kind
        self._error = error
        self._lasting = lasting
        self._left = -1
        self.happened = 0

    def strike_at(self, number: int) -> None:
        self._left = number
        self.happened = 0

    def watch(self, operation: Operation) -> None:
        if operation.kind != self._kind or self._left < 0:
            return
        if self._left == 0:
            self.happened += 1
            if not self._lasting:
                self._left = -1
            raise self._error("the disk fails")
        self._left -= 1


def say_all(talk: Talk) -> Iterator[Message]:
    """What is said, as far as it was kept: each message after its commit."""
    for number in range(3):
        with talk.transaction():
            question = talk.say(f"Question {number}")
            reply = talk.start_reply(question)
        yield question
        yield talk.finish(reply, f"Answer {number}")
        talk.database.query("PRAGMA wal_checkpoint(PASSIVE)")


def whole(database: Database) -> bool:
    complaint = database.query("PRAGMA integrity_check")[0]["integrity_check"]
    return complaint == "ok" and FullText(database).is_in_step()


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize(("kind", "error", "ours"), FAULTS)
def test_a_disk_that_fails_at_any_moment_loses_nothing_that_was_kept(
    path: Path,
    kind: str,
    error: type[Exception],
    ours: type[StorageError],
    lasting: bool,
) -> None:
    fault = Fault(kind, error, lasting=lasting)
    disk = Disk(fault.watch)
    open_file(path).close()
    database = open_file(path, vfs=disk.vfs, busy_seconds=0.1)
    struck = 0
    while True:
        talk = Talk(database, f"talk {struck}")
        kept: list[Message] = []
        fault.strike_at(struck * (2 if lasting else 1))
        with suppress(ours):
            kept.extend(say_all(talk))
        happened = fault.happened
        fault.strike_at(-1)

        after = talk.say("All is well again")

        said = talk.messages.all_of(ConversationId(talk.name), ME)
        assert said[-1] == after
        assert {m.content for m in kept} <= {m.content for m in said}
        if not happened:
            break
        struck += 1
    assert whole(database)
    assert struck >= (1 if kind == "truncate" else 5)
    database.close()
    disk.close()


def test_a_full_disk_is_named_and_the_words_before_are_safe(talk: Talk) -> None:
    """SQLite's own limit on the file's size, in place of a disk's."""
    first = talk.say("Short")
    pages = talk.database.query("PRAGMA page_count")[0]["page_count"]
    talk.database.query(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(DiskFullError, match="No space left") as refusal:
        talk.say("long " * 20_000)

    assert "saved before is safe" in refusal.value.hint
    assert talk.messages.all_of(ConversationId("talk"), ME) == [first]
    talk.database.query("PRAGMA max_page_count = 1000000")
    assert talk.say("long " * 20_000).sequence == 2
