"""Kill -9 in the middle of reflecting loses no job, and pays for nothing twice."""

import random
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from assistant.conversations.recovery import is_alive, this_process
from assistant.entities.ids import LayerRunId
from assistant.entities.reflection import EntryType, RunStatus
from assistant.reflection.reflection import RUN
from assistant.reflection.shelf import SHIPPED
from assistant.storage.database import Database
from assistant.storage.rows import moment_from_text
from tests.reflection.village import (
    ANA,
    BEN,
    CY,
    ELSEWHERE,
    GARDEN,
    KITCHEN,
    START,
    Village,
)
from tests.storage.building import open_file
from tests.storage.kill import Acknowledge, kill_at_random

ROUNDS = 4
_LONG_ENOUGH = 8  # days
WORDS = ("compost", "tomatoes", "frost", "soup", "bread", "seedlings")


def reflect(acknowledge: Acknowledge, path: Path, name: str, start: datetime) -> None:
    """Talk, and think it over, day after day, until the end."""
    day = (start - START).days
    database = open_file(path)
    village = Village(
        database,
        own_layers=path.parent / "layers",
        holder=this_process(),
        is_alive=is_alive,
        ids=f"{name}-{day}-",
    )
    village.now = start
    for number in count():
        for author in (ANA, BEN, CY):
            for channel in (GARDEN, KITCHEN, ELSEWHERE):
                word = WORDS[(number + len(author)) % len(WORDS)]
                text = f"I will see to the {word} on Friday, {name} {number}"
                seen = f"{name}-{day}-{number}-{author}-{channel}"
                village.say(author, text, channel, id=seen)
        village.wait(hours=25)
        for _ in village.reflection.work():
            # What the killing waits for; the other may be always ahead of this one.
            if holds_a_job(database) or number > _LONG_ENOUGH:
                acknowledge("in the middle of it")


def holds_a_job(database: Database) -> bool:
    mine = {"by": this_process()}
    sql = "SELECT id FROM job WHERE state = 'running' AND held_by = :by"
    return bool(database.query(sql, mine))


def latest(database: Database) -> datetime:
    """How far the clocks of those that were killed had come."""
    rows = database.query("SELECT max(run_after) AS last FROM job")
    return moment_from_text(rows[0]["last"])


def never_expiring(folder: Path) -> None:
    """The layers that came along, with insights that stay to be counted."""
    folder.mkdir(parents=True)
    for file in SHIPPED.glob("*.toml"):
        lines = file.read_text().splitlines()
        kept = [line for line in lines if not line.startswith("expires_days")]
        (folder / file.name).write_text("\n".join(kept))


def check(database: Database) -> None:
    """Whatever was begun was finished, once, and paid for once."""
    rows = database.query(
        "SELECT state, count(*) AS jobs FROM job WHERE kind = :kind GROUP BY state",
        {"kind": RUN},
    )
    assert [row["state"] for row in rows] == ["completed"]
    twice = database.query(
        "SELECT key FROM job WHERE kind = :kind GROUP BY key HAVING count(*) > 1",
        {"kind": RUN},
    )
    assert twice == []
    unfinished = database.query("SELECT id FROM layer_run WHERE status <> 'completed'")
    assert unfinished == []
    without_job = database.query(
        "SELECT id FROM layer_run WHERE layer_name || '|' || window NOT IN"
        " (SELECT key FROM job)"
    )
    assert without_job == []
    for row in database.query("SELECT id FROM layer_run"):
        check_run(database, LayerRunId(row["id"]))
    negative = database.query("SELECT topic_key FROM topic_salience WHERE balance < 0")
    assert negative == []


def check_run(database: Database, run_id: LayerRunId) -> None:
    """Its spending is its insights' cost, and each of them is tied to sources."""
    rows = database.query(
        "SELECT json_extract(metadata, '$.cost') AS cost, topic_key,"
        "       (SELECT count(*) FROM depends_on WHERE id = insight.id) AS sources"
        "  FROM insight WHERE layer_run_id = :id",
        {"id": run_id},
    )
    spends = database.query(
        "SELECT -amount AS cost, topic_key FROM salience_entry"
        " WHERE run_id = :id AND entry_type = :spend",
        {"id": run_id, "spend": EntryType.SPEND.value},
    )
    assert sorted((row["topic_key"], row["cost"]) for row in rows) == sorted(
        (row["topic_key"], row["cost"]) for row in spends
    )
    assert all(row["sources"] for row in rows)


@pytest.mark.slow
def test_killed_again_and_again_no_run_is_lost_and_none_is_paid_twice(
    tmp_path: Path,
) -> None:
    kill_and_check(tmp_path / "data" / "hearth.db", rounds=ROUNDS)


def kill_and_check(path: Path, *, rounds: int) -> tuple[int, int]:
    """How many runs had been broken off, and how many there were."""
    chance = random.Random(7)
    broken_off = 0
    never_expiring(path.parent / "layers")
    now = START
    for day in range(rounds):
        kill_at_random(
            (reflect, path, "one", now),
            (reflect, path, "two", now),
            chance=chance,
            longest=0.05,
        )
        database = open_file(path)
        broken_off += len(
            database.query(
                "SELECT id FROM job WHERE state = 'running' AND kind = :kind",
                {"kind": RUN},
            )
        )
        village = Village(
            database,
            own_layers=path.parent / "layers",
            is_alive=lambda _: False,
            ids=f"after-{day}-",
        )
        now = village.now = latest(database) + timedelta(hours=30)
        village.work()
        check(database)
        runs = village.desk.runs.recent(9999)
        assert {run.status for run in runs} == {RunStatus.COMPLETED}
        database.close()

    assert broken_off > 0
    return broken_off, len(runs)
