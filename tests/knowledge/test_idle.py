"""Idle work gives way, goes on, and ends when it is told to."""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from threading import Event, Thread, get_native_id

import pytest

from assistant.errors import EmbeddingError
from assistant.knowledge.idle import IdleWork, in_turn
from assistant.storage.waiting import Waiters
from tests.fakes.elsewhere import Elsewhere

_PATIENCE = 30  # seconds until a test gives up; never waited for when it passes


class Parts:
    """Work in parts; each waits at the gate."""

    def __init__(self, count: int = 3) -> None:
        self.left = count
        self.rounds = 0
        self.reached = Event()
        self.gate = Event()
        self.ended = Event()

    def __call__(self) -> Generator[None, None, None]:
        self.rounds += 1
        while self.left:
            self.reached.set()
            assert self.gate.wait(_PATIENCE)
            self.left -= 1
            yield
        self.ended.set()


def test_nothing_is_done_before_somebody_starts_it() -> None:
    parts = Parts()
    work = IdleWork(parts, calm_seconds=0)

    with work.paused():
        pass
    work.close()

    assert parts.rounds == 0


def test_a_turn_does_not_wait_for_the_part_under_way() -> None:
    parts = Parts(count=2)
    work = IdleWork(parts, calm_seconds=0)
    work.start()
    assert parts.reached.wait(_PATIENCE)

    with work.paused():  # the gate is closed: waiting here would be for ever
        assert parts.left == 2
        parts.gate.set()

    assert parts.ended.wait(_PATIENCE)
    work.close()


def test_no_part_begins_during_a_turn_and_the_rest_is_done_after_it() -> None:
    parts = Parts(count=3)
    work = IdleWork(parts, calm_seconds=0)
    work.start()
    assert parts.reached.wait(_PATIENCE)

    with work.paused():
        parts.reached.clear()
        parts.gate.set()
        assert not parts.reached.wait(0.2)  # more parts, but nobody begins one
        assert parts.left == 2
    assert parts.ended.wait(_PATIENCE)
    work.close()

    assert parts.left == 0
    assert parts.rounds == 2


def test_after_a_turn_there_may_be_more_to_do() -> None:
    parts = Parts(count=1)
    parts.gate.set()
    work = IdleWork(parts, calm_seconds=0)
    work.start()
    assert parts.ended.wait(_PATIENCE)

    parts.ended.clear()
    with work.paused():
        parts.left = 1
    assert parts.ended.wait(_PATIENCE)
    work.close()

    assert parts.left == 0


def test_while_it_is_not_calm_nothing_begins_and_it_still_ends_at_once() -> None:
    parts = Parts()
    work = IdleWork(parts, calm_seconds=3600)
    work.start()
    work.start()

    work.close()

    assert parts.rounds == 0


def test_closing_stops_between_two_parts() -> None:
    parts = Parts(count=1000)
    work = IdleWork(parts, calm_seconds=0)
    work.start()
    assert parts.reached.wait(_PATIENCE)

    with work.paused():
        parts.gate.set()
        work.close()

    assert parts.left == 999


def test_work_that_fails_is_tried_again_after_the_next_turn() -> None:
    tried: list[Event] = [Event(), Event()]
    rounds = iter(tried)

    def failing() -> Generator[None, None, None]:
        next(rounds).set()
        raise EmbeddingError("no")
        yield

    work = IdleWork(failing, calm_seconds=0)
    work.start()
    assert tried[0].wait(_PATIENCE)
    with work.paused():
        pass
    assert tried[1].wait(_PATIENCE)
    work.close()


def test_what_falls_due_by_the_clock_is_done_without_a_turn() -> None:
    rounds = [Event(), Event()]
    left = iter(rounds)

    def due() -> Generator[None, None, None]:
        next(left, Event()).set()
        yield

    work = IdleWork(due, calm_seconds=0, look_again_seconds=0.01)
    work.start()

    assert rounds[0].wait(_PATIENCE)
    assert rounds[1].wait(_PATIENCE)
    work.close()


def test_one_sort_of_work_that_fails_keeps_none_of_the_others_from_working() -> None:
    def failing() -> Generator[None, None, None]:
        raise EmbeddingError("no")
        yield

    def working() -> Generator[str, None, None]:
        yield "done"

    assert list(in_turn(failing, working)()) == ["done"]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no rank of their own")
def test_it_comes_after_what_somebody_waits_for() -> None:
    ranks: list[int] = []
    is_done = Event()

    def part() -> Generator[None, None, None]:
        ranks.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))
        is_done.set()
        yield

    work = IdleWork(part, calm_seconds=0)
    work.start()
    assert is_done.wait(_PATIENCE)
    work.close()

    assert ranks[0] > os.getpriority(os.PRIO_PROCESS, get_native_id())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hearth.db"


@pytest.fixture
def elsewhere(file: Path):
    other = Elsewhere(file)
    yield other
    other.close()


@pytest.mark.parametrize("ending", ["answered", "killed"])
def test_nothing_begins_before_whoever_waits_in_another_process_is(
    ending: str, file: Path, elsewhere: Elsewhere
) -> None:
    parts = Parts(count=1)
    parts.gate.set()
    work = IdleWork(parts, others=Waiters(file), calm_seconds=0)
    work.start()
    assert not parts.reached.wait(0.2)

    elsewhere.is_answered() if ending == "answered" else elsewhere.is_killed()

    assert parts.ended.wait(_PATIENCE)
    work.close()


def test_no_part_follows_the_one_under_way_when_somebody_asks_in_another_process(
    file: Path,
) -> None:
    parts = Parts(count=3)
    work = IdleWork(parts, others=Waiters(file), calm_seconds=0)
    work.start()
    assert parts.reached.wait(_PATIENCE)

    elsewhere = Elsewhere(file)
    parts.reached.clear()
    parts.gate.set()
    assert not parts.reached.wait(0.2)
    assert parts.left == 2
    elsewhere.is_answered()
    assert parts.ended.wait(_PATIENCE)
    work.close()
    elsewhere.close()

    assert parts.rounds == 2


def test_it_ends_at_once_though_somebody_waits_in_another_process(
    file: Path, elsewhere: Elsewhere
) -> None:
    parts = Parts()
    work = IdleWork(parts, others=Waiters(file), calm_seconds=0)
    work.start()
    assert not parts.reached.wait(0.1)

    work.close()

    assert parts.rounds == 0
    elsewhere.is_answered()


def test_while_a_turn_lasts_here_other_processes_see_it(file: Path) -> None:
    here = IdleWork(Parts(), others=Waiters(file))

    with here.paused():
        assert Waiters(file).is_anybody()

    assert not Waiters(file).is_anybody()


def test_what_is_read_in_the_background_lets_whoever_waits_elsewhere_pass(
    file: Path, elsewhere: Elsewhere
) -> None:
    reads = IdleWork(Parts(), others=Waiters(file), calm_seconds=0.1)
    read: list[int] = []
    first = Event()

    def reading() -> None:
        for number in reads.in_calm(range(3)):
            read.append(number)
            first.set()

    background = Thread(target=reading)
    background.start()
    assert not first.wait(0.2)

    elsewhere.is_killed()
    background.join(_PATIENCE)

    assert read == [0, 1, 2]


def test_what_is_read_in_the_background_keeps_nobody_else_away(file: Path) -> None:
    reads = IdleWork(Parts(), others=Waiters(file))
    is_seen: list[bool] = []

    def reading() -> None:
        is_seen.extend(Waiters(file).is_anybody() for _ in reads.in_calm(range(2)))

    background = Thread(target=reading)  # its rank stays low
    background.start()
    background.join(_PATIENCE)

    assert is_seen == [False, False]
