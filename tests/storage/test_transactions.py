"""Whole or not at all: alone, nested, in threads, and beside other processes."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from assistant.entities.ids import ConversationId
from assistant.errors import DatabaseBusyError, StorageError
from assistant.storage.database import Database
from tests.storage.building import ME, Talk, open_file

SPAWNED = get_context("forkserver")


class InterruptedByTestError(Exception):
    """Something goes wrong in the middle of a use-case."""


def words(talk: Talk) -> list[str]:
    return [m.content for m in talk.messages.all_of(ConversationId(talk.name), ME)]


def test_a_transaction_that_fails_keeps_nothing(talk: Talk) -> None:
    with suppress(InterruptedByTestError), talk.database.transaction():
        talk.say("Hello")
        raise InterruptedByTestError

    assert words(talk) == []
    talk.say("Hello again")
    assert words(talk) == ["Hello again"]


def test_an_inner_transaction_is_part_of_the_outer(talk: Talk) -> None:
    with suppress(InterruptedByTestError), talk.database.transaction():
        with talk.database.transaction():
            talk.say("Hello")
        raise InterruptedByTestError

    assert words(talk) == []


def test_a_part_that_fails_takes_nothing_else_with_it(talk: Talk) -> None:
    with talk.database.transaction():
        talk.say("Before")
        with suppress(InterruptedByTestError), talk.database.transaction():
            talk.say("Within")
            raise InterruptedByTestError
        talk.say("After")

    assert words(talk) == ["Before", "After"]


def test_a_statement_of_its_own_is_a_transaction(talk: Talk) -> None:
    changed = talk.database.execute("UPDATE conversation SET title = 'New'")
    nothing = talk.database.execute("UPDATE conversation SET title = '' WHERE id = ''")

    assert (changed, nothing) == (1, 0)


def test_a_transaction_the_library_ended_is_not_gone_on_with(talk: Talk) -> None:
    def go_on_regardless() -> None:
        with talk.database.transaction():
            talk.say("Before")
            with suppress(StorageError):
                talk.database.execute(
                    "INSERT OR ROLLBACK INTO user"
                    " SELECT id, name, '', NULL, status, '{}', '', '' FROM user"
                )
            talk.say("After")

    with pytest.raises(StorageError, match="nothing of it was kept"):
        go_on_regardless()

    assert words(talk) == []
    talk.say("Hello")
    assert words(talk) == ["Hello"]


def test_a_promise_to_survive_power_loss_is_not_weakened_in_silence(
    talk: Talk,
) -> None:
    with (
        pytest.raises(RuntimeError, match="durable"),
        talk.database.transaction(durable=False),
    ):
        talk.say("Hello")

    assert words(talk) == []
    with talk.database.transaction(), talk.database.transaction(durable=False):
        talk.database.execute("UPDATE conversation SET title = 'New'")


def test_a_closed_file_says_so(talk: Talk) -> None:
    talk.database.close()

    with pytest.raises(StorageError, match="closed"):
        talk.say("Hello")


def test_other_files_cannot_be_attached(database: Database, tmp_path: Path) -> None:
    for sql in (
        f"ATTACH '{tmp_path / 'plain.db'}' AS plain KEY ''",
        "ATTACH ':memory:' AS memory",
        f"VACUUM INTO '{tmp_path / 'plain.db'}'",
    ):
        with pytest.raises(StorageError, match="attached"):
            database.query(sql)

    assert list(tmp_path.glob("plain*")) == []


def test_the_indexs_own_tables_cannot_be_written(database: Database) -> None:
    with pytest.raises(StorageError, match="may not be modified"):
        database.execute("DELETE FROM message_text_data")


def test_vectors_can_be_compared_in_sql(database: Database) -> None:
    near = database.query("SELECT vec_distance_L2('[0,1]', '[1,1]') AS distance")

    assert (database.vectors_available, database.vector_problem) == (True, None)
    assert near == [{"distance": 1.0}]


def test_each_thread_writes_with_its_own_connection(talk: Talk) -> None:
    def work(number: int) -> int:
        mine = Talk(talk.database, f"talk {number}")
        for _ in range(20):
            mine.say("Hello")
        return threading.get_ident()

    with ThreadPoolExecutor(max_workers=4) as pool:
        threads = set(pool.map(work, range(8)))

    said = talk.database.query("SELECT count(*) AS n FROM message")
    assert len(threads) > 1
    assert said == [{"n": 160}]


def _hold(path: Path, talking: Any, seconds: float) -> None:
    """Runs in another process: takes the write lock, and says when."""
    database = open_file(path)
    with database.transaction():
        talking.send("held")
        threading.Event().wait(seconds)
    talking.send("released")
    database.close()


@contextmanager
def held_elsewhere(path: Path, seconds: float) -> Iterator[Any]:
    here, there = SPAWNED.Pipe()
    process = SPAWNED.Process(target=_hold, args=(path, there, seconds), daemon=True)
    process.start()
    assert here.recv() == "held"
    yield here
    process.kill()
    process.join()


def test_a_writer_waits_while_another_process_writes(talk: Talk, path: Path) -> None:
    with held_elsewhere(path, seconds=0.5) as other:
        talk.say("I waited")

        assert other.recv() == "released"
    assert words(talk) == ["I waited"]


def test_a_writer_that_waited_too_long_says_who_is_to_blame(path: Path) -> None:
    patient = Talk(open_file(path, busy_seconds=0.2))
    with held_elsewhere(path, seconds=60):
        with pytest.raises(DatabaseBusyError, match="in use by another process"):
            patient.say("Hello")

        assert words(patient) == []  # reading goes on meanwhile
    patient.say("Hello again")

    assert words(patient) == ["Hello again"]
    patient.database.close()


def test_waiting_for_another_writer_can_be_interrupted(path: Path) -> None:
    # Whoever starts the tests in the background has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    talk = Talk(open_file(path, busy_seconds=60))
    with held_elsewhere(path, seconds=60):
        interrupt = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            talk.say("Hello")
    talk.say("Hello again")

    assert words(talk) == ["Hello again"]
    talk.database.close()


def _converse(path: Path, name: str, count: int) -> None:
    talk = Talk(open_file(path))
    for number in range(count):
        with talk.database.transaction():
            said = len(words(talk))
            talk.say(f"{name} {number} after {said}", id=f"{name}-{number}")
    talk.database.close()


def test_what_is_read_in_a_transaction_is_still_so_when_it_writes(path: Path) -> None:
    """Two processes append; each message counts those before it."""
    open_file(path).close()
    writers = [
        SPAWNED.Process(target=_converse, args=(path, name, 40)) for name in "ab"
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    database = open_file(path)

    talk = Talk(database)
    counted = [int(text.rpartition(" ")[2]) for text in words(talk)]
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert counted == list(range(80))
    database.close()


def _open(path: Path, start: Any) -> None:
    start.wait()
    Talk(open_file(path), f"talk of {threading.get_native_id()}").database.close()


def test_processes_that_start_at_once_make_one_file_together(path: Path) -> None:
    start = SPAWNED.Event()
    starting = [SPAWNED.Process(target=_open, args=(path, start)) for _ in range(4)]
    for process in starting:
        process.start()
    start.set()
    for process in starting:
        process.join()

    database = open_file(path)
    made = database.query("SELECT count(*) AS n FROM conversation")
    assert [process.exitcode for process in starting] == [0, 0, 0, 0]
    assert made == [{"n": 4}]
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "hearth.db",
        "hearth.db-shm",
        "hearth.db-wal",
    ]
    database.close()
    assert [file.name for file in path.parent.iterdir()] == ["hearth.db"]
