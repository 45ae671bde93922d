"""What nobody looks at any more goes; what is waited for, or kept by hand, stays."""

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.entities.ids import JobId, SpanId, TraceId
from assistant.entities.job import Job
from assistant.entities.trace import Span
from assistant.storage.claims import Claims
from assistant.storage.database import Database
from assistant.storage.housekeeping import EVERY, Housekeeping
from assistant.storage.jobs import Jobs
from assistant.storage.snapshot import KEPT, KEPT_FOR, prune_snapshots, take_snapshot
from assistant.storage.spans import Spans
from tests.storage.building import START, clock


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self):
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def house(database: Database, copies: Path, hands: Hands) -> Housekeeping:
    return Housekeeping(database, copies=copies, clock=hands)


def a_job(name: str) -> Job:
    return Job(
        id=JobId(name), kind="title", key=name, created_at=START, run_after=START
    )


def a_span(trace: str, name: str = "turn", parent: str | None = None) -> Span:
    return Span(
        id=SpanId(f"{trace} {name}"),
        trace_id=TraceId(trace),
        parent_id=SpanId(f"{trace} {parent}") if parent else None,
        name=name,
        started_at=START,
        duration_ms=1.0,
    )


def test_jobs_that_ended_go_after_a_week_and_no_others(
    database: Database, house: Housekeeping, hands: Hands
) -> None:
    jobs = Jobs(database)
    for name in ("done", "failed", "running", "queued"):
        jobs.enqueue(a_job(name))
    for _ in range(3):
        jobs.claim(["title"], by="me", now=START)
    held = {
        row["id"] for row in database.query("SELECT id FROM job WHERE held_by > ''")
    }
    done, failed, _ = sorted(held)
    jobs.complete(JobId(done))
    jobs.fail(JobId(failed), "no model")

    hands.pass_days(6)
    assert sum(house.work()) == 0
    hands.pass_days(2)
    assert sum(house.work()) == 2

    left = {row["id"]: row["state"] for row in database.query("SELECT * FROM job")}
    assert sorted(left.values()) == ["queued", "running"]
    assert not {done, failed} & left.keys()


def test_more_than_goes_at_once_goes_in_parts(
    database: Database, house: Housekeeping, hands: Hands
) -> None:
    jobs = Jobs(database)
    with database.transaction():
        for number in range(450):
            jobs.enqueue(a_job(f"job {number}"))
        database.execute("UPDATE job SET state = 'completed'")
    hands.pass_days(8)

    parts = [gone for gone in house.work() if gone]

    assert parts == [200, 200, 50]
    assert database.query("SELECT id FROM job") == []


def test_traces_and_events_go_when_they_are_old(
    database: Database, house: Housekeeping, hands: Hands
) -> None:
    spans, claims = Spans(database), Claims(database)
    with database.transaction():
        spans.add_all([a_span("t1"), a_span("t1", "write", parent="turn")])
    claims.take("discord", "901", at=START)

    hands.pass_days(29)
    assert sum(house.work()) == 0
    hands.pass_days(2)
    assert sum(house.work()) == 1
    assert claims.take("discord", "901", at=hands.now)
    hands.pass_days(60)
    assert sum(house.work()) == 3
    assert spans.trace(TraceId("t1")) == []


def test_it_looks_once_a_day(
    database: Database, house: Housekeeping, hands: Hands
) -> None:
    list(house.work())
    hands.pass_days(0.5)
    assert list(house.work()) == []
    hands.pass_days(0.6)
    assert hands.now - START > EVERY
    assert list(house.work()) != []


def test_what_was_broken_off_goes_on_where_it_was(
    database: Database, house: Housekeeping, hands: Hands
) -> None:
    jobs = Jobs(database)
    with database.transaction():
        for number in range(300):
            jobs.enqueue(a_job(f"job {number}"))
        database.execute("UPDATE job SET state = 'completed'")
    hands.pass_days(8)

    disturbed = house.work()
    first = next(disturbed)
    disturbed.close()

    assert (first, sum(house.work())) == (200, 100)


def test_the_last_copies_stay_and_none_longer_than_a_month(
    database: Database, house: Housekeeping, copies: Path, hands: Hands
) -> None:
    made = []
    for _ in range(KEPT + 2):
        made.append(take_snapshot(database, copies, hands))
        hands.pass_days(1)

    assert sum(house.work()) == 2
    assert sorted(copies.iterdir()) == sorted(made[-KEPT:])

    hands.now = START + timedelta(days=KEPT + 1) + KEPT_FOR
    list(house.work())
    assert list(copies.iterdir()) == made[-1:]

    hands.pass_days(1)
    list(house.work())
    assert list(copies.iterdir()) == []


def test_the_newest_copies_are_told_by_their_time_and_not_by_their_schema(
    copies: Path,
) -> None:
    named = [
        "hearth-schema10-20261120T080000000000.db",
        "hearth-schema9-20261121T080000000000.db",
        "hearth-schema11-20261119T080000000000.db",
        "hearth-schema2-20261122T080000000000.db",
    ]
    for name in named:
        (copies / name).touch()

    gone = prune_snapshots(copies, clock)

    assert [file.name for file in gone] == [named[2]]


def test_a_copy_goes_with_its_journals_and_nothing_that_is_not_ours_goes(
    copies: Path,
) -> None:
    ours = "hearth-schema1-20200101T000000000000.db"
    theirs = ["hearth-schema1-before-my-journey.db", "notes.txt", "hearth.db"]
    for name in [ours, f"{ours}-wal", f"{ours}-shm", *theirs]:
        (copies / name).touch()

    prune_snapshots(copies, clock)

    assert sorted(file.name for file in copies.iterdir()) == sorted(theirs)


def test_no_folder_of_copies_is_no_fault(tmp_path: Path) -> None:
    assert prune_snapshots(tmp_path / "none", clock) == []
