"""How much may be asked for, by whom, however the clock is set."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ratelimit import Draw, Limit, RateLimit
from assistant.storage.database import Database
from tests.storage.building import START, open_plain

LIMIT = Limit(per_minute=6, burst=3)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_plain(tmp_path_factory.mktemp("limits") / "hearth.db")
    yield database
    database.close()


@pytest.fixture(autouse=True)
def emptied(database: Database) -> None:
    empty(database)


def empty(database: Database) -> None:
    with database.transaction():
        database.execute("DELETE FROM token_bucket")


def by(person: str, limit: Limit = LIMIT) -> Draw:
    return Draw(kind="chat.user", subject=person, limit=limit)


def test_a_burst_passes_and_what_follows_is_told_how_long_to_wait(
    database: Database,
) -> None:
    limits = RateLimit(database, clock=Watch())

    passed = [limits.take([by("ana")]) for _ in range(4)]

    assert passed[:3] == [None, None, None]
    assert passed[3] is not None
    assert passed[3].wait == timedelta(seconds=10)


def test_waiting_as_long_as_one_was_told_is_enough(database: Database) -> None:
    watch = Watch()
    limits = RateLimit(database, clock=watch)
    while (refusal := limits.take([by("ana")])) is None:
        pass

    watch.advance(refusal.wait.total_seconds())

    assert limits.take([by("ana")]) is None


def test_one_person_does_not_use_up_anothers(database: Database) -> None:
    limits = RateLimit(database, clock=Watch())
    while limits.take([by("ana")]) is None:
        pass

    assert limits.take([by("ben")]) is None


def test_whoever_is_refused_by_one_bucket_takes_from_none(database: Database) -> None:
    limits = RateLimit(database, clock=Watch())
    server = Draw(kind="chat.server", subject="100", limit=LIMIT)
    while limits.take([by("ana")]) is None:
        pass

    for _ in range(5):
        refusal = limits.take([server, by("ana")])
        assert refusal is not None
        assert refusal.draw.subject == "ana"

    assert [limits.take([server]) for _ in range(3)] == [None, None, None]


def test_a_restart_fills_no_bucket(database: Database) -> None:
    watch = Watch()
    while RateLimit(database, clock=watch).take([by("ana")]) is None:
        pass

    assert RateLimit(database, clock=watch).take([by("ana")]) is not None


def test_a_clock_set_back_locks_nobody_out(database: Database) -> None:
    """RL-01."""
    watch = Watch()
    limits = RateLimit(database, clock=watch)
    while limits.take([by("ana")]) is None:
        pass

    watch.advance(-86_400)

    refusal = limits.take([by("ana")])
    assert refusal is not None
    watch.advance(refusal.wait.total_seconds())
    assert limits.take([by("ana")]) is None


@given(st.lists(st.floats(-600, 600, allow_nan=False), max_size=40))
def test_never_more_passes_than_the_burst_and_the_time_that_passed_allow(
    database: Database, steps: list[float]
) -> None:
    """RL-01."""
    empty(database)
    watch = Watch()
    limits = RateLimit(database, clock=watch)
    passed, forward = 0, 0.0
    for step in steps:
        watch.advance(step)
        forward += max(step, 0)
        passed += limits.take([by("ana")]) is None

    assert passed <= LIMIT.burst + forward / 60 * LIMIT.per_minute + 1e-6
