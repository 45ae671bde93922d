"""A killed process loses nothing it was told is saved, and leaves nothing half."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from assistant.entities.conversation import FinishReason, MessageState
from assistant.entities.ids import ConversationId
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText
from assistant.storage.migrate import Migration, migrate, released_migrations
from tests.storage.building import ME, Talk, clock, open_any, open_file
from tests.storage.disk import Disk, Operation
from tests.storage.kill import Acknowledge, kill_at_random

ROUNDS = 40
FORKED = get_context("forkserver")


def converse(acknowledge: Acknowledge, path: Path, name: str) -> None:
    """Turns without end: in a conversation of its own, and in a common one."""
    database = open_file(path)
    talks = [Talk(database, name), Talk(database, "common")]
    turn = 0
    while True:
        turn += 1
        for talk in talks:
            words = f"{name} {os.getpid()} {turn}"
            with talk.transaction():
                question = talk.say(f"Question {words}", id=f"q {talk.name} {words}")
                reply = talk.start_reply(question, id=f"a {talk.name} {words}")
            acknowledge(question.content)
            with database.transaction(durable=False):
                talk.messages.grow(reply.id, f"Half {words}")
            answer = talk.finish(reply, f"Answer {words}")
            acknowledge(answer.content)


def check_whole(database: Database) -> None:
    complaint = database.query("PRAGMA integrity_check")[0]["integrity_check"]
    assert complaint == "ok"
    assert database.query("PRAGMA foreign_key_check") == []
    assert FullText(database).is_in_step()


def mark_interrupted(talk: Talk) -> int:
    """What the next start does; returns how many replies had broken off."""
    abandoned = talk.messages.abandoned(lambda _: False)
    with talk.transaction():
        for reply in abandoned:
            talk.messages.replace(
                replace(
                    reply,
                    state=MessageState.FAILED,
                    error="interrupted",
                    finish_reason=FinishReason.INTERRUPTED,
                    written_by=None,
                )
            )
    return len(abandoned)


@pytest.mark.slow
def test_two_processes_killed_again_and_again_lose_nothing_acknowledged(
    path: Path,
) -> None:
    chance = random.Random(1)
    acknowledged: set[str] = set()
    interrupted = 0
    for turn in range(ROUNDS):
        for told in kill_at_random(
            (converse, path, "ana"), (converse, path, "ben"), chance=chance
        ):
            acknowledged.update(told)
        database = open_file(path)
        talk = Talk(database, "common")
        kept = {row["content"] for row in database.query("SELECT content FROM message")}
        assert acknowledged - kept == set()
        broken_off = mark_interrupted(talk)
        assert broken_off <= 2  # each process writes one reply at a time
        interrupted += broken_off
        if turn % 10 == 9:
            check_whole(database)
        database.close()

    assert len(acknowledged) > 4 * ROUNDS
    assert interrupted > 0


def test_a_common_conversation_has_no_gap_after_kills(path: Path) -> None:
    chance = random.Random(2)
    for _ in range(3):
        kill_at_random((converse, path, "ana"), (converse, path, "ben"), chance=chance)

    talk = Talk(open_file(path), "common")
    said = talk.messages.all_of(ConversationId("common"), ME)

    assert [m.sequence for m in said] == list(range(1, len(said) + 1))
    assert all(m.content for m in said if m.state is MessageState.COMPLETED)
    talk.database.close()


def boast(acknowledge: Acknowledge, path: Path) -> None:
    """Says that it is saved before it is."""
    talk = Talk(open_file(path))
    number = 0
    while True:
        number += 1
        with talk.transaction():
            said = talk.say(f"Message {number}")
            acknowledge(said.content)
            time.sleep(0.05)


def test_a_promise_before_its_time_would_be_found_out(path: Path) -> None:
    """So the tests above can fail."""
    chance = random.Random(3)
    broken = 0
    for turn in range(8):
        home = path.with_name(str(turn)) / path.name
        (told,) = kill_at_random((boast, home), chance=chance)
        talk = Talk(open_file(home))
        kept = {m.content for m in talk.messages.all_of(ConversationId("talk"), ME)}
        broken += len(set(told) - kept)
        talk.database.close()

    assert broken > 0


STEP = Migration(
    len(released_migrations()) + 1,
    "next",
    "CREATE TABLE next (a TEXT NOT NULL) STRICT;"
    "INSERT INTO next SELECT content FROM message;"
    "DROP TABLE attachment;"
    "ALTER TABLE message ADD COLUMN mood TEXT;",
)


def _deadly_disk(fatal: int) -> Disk:
    """The n-th thing that happens to it kills the process."""
    left = [fatal]

    def count_down(_: Operation) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return Disk(count_down)


def _upgrade_and_die(path: Path, fatal: int) -> None:
    """Runs in a process of its own."""
    database = open_file(path, vfs=_deadly_disk(fatal).vfs)
    migrate(database, [*released_migrations(), STEP], clock)
    database.close()


def test_a_kill_at_any_moment_of_an_upgrade_leaves_the_old_schema_or_the_new(
    path: Path,
) -> None:
    talk = Talk(open_file(path))
    said = [talk.say(f"Message {number}") for number in range(20)]
    talk.database.close()
    before = path.read_bytes()
    kills, fatal, died = 0, 1, True
    while died:
        for file in path.parent.iterdir():
            file.unlink()
        path.write_bytes(before)
        died = _in_a_process(_upgrade_and_die, path, fatal)
        kills += died

        _check_old_or_new(path, len(said), must_be_new=not died)
        fatal += 3

    assert kills > 10


def _open_and_die(path: Path, fatal: int) -> None:
    """Runs in a process of its own."""
    open_file(path, vfs=_deadly_disk(fatal).vfs).close()


def test_a_kill_at_any_moment_of_a_first_start_leaves_no_half_of_a_file(
    path: Path,
) -> None:
    kills, died = 0, True
    while died:
        died = _in_a_process(_open_and_die, path, 1 + 23 * kills)
        kills += died

        talk = Talk(open_file(path))
        assert talk.say("Hello").sequence == 1
        talk.database.close()
        assert [file.name for file in path.parent.iterdir()] == ["hearth.db"]
        path.unlink()

    assert kills > 10


def _in_a_process(function: Callable[..., None], *arguments: object) -> bool:
    """Whether the process that ran it was killed."""
    process = FORKED.Process(target=function, args=arguments)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _check_old_or_new(path: Path, said: int, *, must_be_new: bool) -> None:
    database = open_any(path)
    tables = {
        row["name"]
        for row in database.query("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    count = database.query("SELECT count(*) AS n FROM message")[0]["n"]
    columns = {
        row["name"]
        for row in database.query("SELECT name FROM pragma_table_info('message')")
    }
    complaint = database.query("PRAGMA integrity_check")[0]["integrity_check"]
    version = database.version
    recorded = database.query("SELECT max(number) AS n FROM schema_migration")[0]["n"]
    database.close()
    is_new = version == STEP.number
    assert (count, complaint, recorded) == (said, "ok", version)
    assert ("next" in tables, "attachment" in tables, "mood" in columns) == (
        is_new,
        not is_new,
        is_new,
    )
    assert is_new or not must_be_new
