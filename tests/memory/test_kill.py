"""Kill -9 while memories are taken and consolidated: nothing is lost or done twice."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from assistant.audit.log import AuditTrail
from assistant.conversations.recovery import is_alive, this_process
from assistant.entities.ids import MemoryId
from assistant.memory.capture import Capture
from assistant.memory.consolidate import Consolidation
from assistant.memory.learning import CAPTURE, Learning, to_learn
from assistant.storage.audit import AuditLog
from assistant.storage.consolidations import Consolidations
from assistant.storage.database import Database
from tests.memory.building import a_memory_desk
from tests.memory.test_consolidate import a_memory
from tests.storage.building import ME, START, Talk, open_file
from tests.storage.kill import Acknowledge, kill_at_random

ROUNDS = 5
_A_DAY = 12  # memories, of which every second is an echo


def consolidation_of(database: Database, now: datetime, name: str) -> Consolidation:
    numbers = count()

    def clock() -> datetime:
        return now

    def mint() -> str:
        return f"{name} {now:%j} {next(numbers)}"

    desk = replace(
        a_memory_desk(database),
        trail=AuditTrail(AuditLog(database), mint=mint, clock=clock),
        clock=clock,
        mint=mint,
        writer=this_process(),
        is_alive=is_alive,
    )
    return Consolidation(desk=desk, consolidations=Consolidations(database))


def consolidate(acknowledge: Acknowledge, path: Path, name: str, now: datetime) -> None:
    database = open_file(path)
    consolidation = consolidation_of(database, now, name)
    acknowledge("begun")
    for _ in consolidation.work():
        acknowledge("done")


def remember(database: Database, day: int) -> None:
    memories = a_memory_desk(database).memories
    with database.transaction():
        for number in range(_A_DAY):
            said = f"Boat {day} {number // 2} is blue"
            memory = a_memory(said, id=MemoryId(f"memory {day} {number}"))
            memories.add(memory)


def check(database: Database, days: int) -> None:
    """One run a day, nothing left to do, and each run's counts are what it did."""
    runs = database.query("SELECT id, at, consolidated_count FROM consolidation")
    assert len({run["at"] for run in runs}) == len(runs) == days
    assert database.query("SELECT id FROM job") == []
    for run in runs:
        changed = database.query(
            "SELECT count(*) AS merged FROM reversal JOIN memory"
            " ON memory.id = memory_id"
            " WHERE consolidation_id = :id AND memory.state = 'merged'",
            {"id": run["id"]},
        )
        assert changed[0]["merged"] == run["consolidated_count"] == _A_DAY // 2
    edges = database.query(
        "SELECT count(*) AS edges FROM depends_on WHERE source_kind = 'memory'"
    )
    assert edges[0]["edges"] == days * _A_DAY // 2


@pytest.mark.slow
def test_killed_again_and_again_every_day_is_done_once(tmp_path: Path) -> None:
    kill_and_check(tmp_path / "data" / "hearth.db", rounds=ROUNDS)


def kill_and_check(path: Path, *, rounds: int) -> int:
    """How many jobs were broken off."""
    chance = random.Random(7)
    database = open_file(path)
    Talk(database)
    broken_off = 0
    for day in range(rounds):
        now = START + timedelta(days=day, seconds=day)
        remember(database, day)
        database.close()
        kill_at_random(
            (consolidate, path, "one", now),
            (consolidate, path, "two", now),
            chance=chance,
            longest=0.05,
        )
        database = open_file(path)
        broken_off += len(database.query("SELECT id FROM job"))
        for _ in consolidation_of(database, now, "afterwards").work():
            pass
        check(database, day + 1)
    database.close()
    return broken_off


def tell(acknowledge: Acknowledge, path: Path, name: str) -> None:
    """Say things for ever; each with its job, in the one transaction."""
    database = open_file(path)
    talk = Talk(database)
    desk = replace(a_memory_desk(database), mint=partial(next, _ids(name)))
    for number in count():
        with database.transaction():
            said = talk.say(f"I like {name}{number}s.", id=f"{name} {number}")
            job = to_learn(CAPTURE, said.id, ME, mint=desk.mint, clock=desk.clock)
            desk.jobs.enqueue(job)
        acknowledge(said.id)


def learn(acknowledge: Acknowledge, path: Path, name: str) -> None:
    database = open_file(path)
    acknowledge("begun")
    for message_id in forever(learning_of(database, name)):
        acknowledge(message_id)


def forever(learning: Learning) -> Iterator[str]:
    while True:
        for part in learning.captured():
            yield from (str(kept.memory.message_id) for kept in part)


def learning_of(database: Database, name: str) -> Learning:
    desk = replace(
        a_memory_desk(database),
        mint=partial(next, _ids(name)),
        writer=this_process(),
        is_alive=is_alive,
    )
    return Learning(desk=desk, capture=Capture(desk=desk))


def _ids(name: str) -> Iterator[str]:
    return (f"{name} {os.getpid()} {number}" for number in count())


@pytest.mark.slow
def test_killed_again_and_again_what_was_said_is_learnt_once(tmp_path: Path) -> None:
    kill_learning(tmp_path / "data" / "hearth.db", rounds=ROUNDS)


def kill_learning(path: Path, *, rounds: int) -> tuple[int, int]:
    """How many messages there were, and how many jobs were broken off."""
    chance, broken_off = random.Random(5), 0
    Talk(database := open_file(path))
    database.close()
    for number in range(rounds):
        told = kill_at_random(
            (tell, path, f"fig{number}x"),
            (learn, path, f"one{number}"),
            (learn, path, f"two{number}"),
            chance=chance,
        )
        database = open_file(path)
        broken_off += len(database.query("SELECT id FROM job WHERE state = 'running'"))
        learning_of(database, f"then{number}").drain()
        assert database.query("SELECT id FROM job") == []
        taken = [row["id"] for row in database.query(_TAKEN)]
        said = [row["id"] for row in database.query("SELECT id FROM message")]
        assert sorted(taken) == sorted(said)
        assert set(told[0]) <= set(said)
        assert {word for words in told[1:] for word in words} - {"begun"} <= set(taken)
        database.close()
    return len(said), broken_off


_TAKEN = "SELECT message_id AS id FROM memory"
