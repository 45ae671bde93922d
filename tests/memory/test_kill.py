"""Kill -9 while memories are consolidated: no day is lost, and none is done twice."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from assistant.audit.log import AuditTrail
from assistant.conversations.recovery import is_alive, this_process
from assistant.entities.ids import MemoryId
from assistant.memory.consolidate import Consolidation
from assistant.storage.audit import AuditLog
from assistant.storage.consolidations import Consolidations
from assistant.storage.database import Database
from tests.memory.building import a_memory_desk
from tests.memory.test_consolidate import a_memory
from tests.storage.building import START, Talk, open_file
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
