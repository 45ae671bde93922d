"""How far taking documents in has come, by the events and a clock that is turned."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.ingest import (
    ChunksKept,
    FileIngested,
    IngestPlanned,
    IngestStatus,
)
from assistant.knowledge.tally import Tally


class Stopwatch:
    """Shows the seconds it is set to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


def file(
    name: str,
    status: IngestStatus = IngestStatus.ADDED,
    *,
    chunks: int = 3,
    size: int = 100,
    reason: str = "",
) -> FileIngested:
    return FileIngested(
        path=f"/home/ana/{name}",
        status=status,
        chunks=chunks,
        size_bytes=size,
        reason=reason,
    )


def test_it_says_how_many_files_and_passages_there_are_so_far(watch: Stopwatch) -> None:
    tally = Tally(watch)
    tally.take(IngestPlanned(files=4, size_bytes=400))
    tally.take(file("one.md"))
    tally.take(ChunksKept(path="/home/ana/two.md", chunks=2))

    assert tally.progress() == "1/4 files · 5 passages"
    assert tally.name == "two.md"
    assert tally.share == 0.25


def test_after_a_while_it_says_how_fast_it_goes_and_how_long_it_takes(
    watch: Stopwatch,
) -> None:
    tally = Tally(watch)
    tally.take(IngestPlanned(files=4, size_bytes=400))
    watch.seconds = 3
    tally.take(file("one.md", chunks=30))

    assert tally.progress() == "1/4 files · 30 passages · 10/s · 9.0 s left"


def test_what_is_known_at_once_is_no_progress(watch: Stopwatch) -> None:
    tally = Tally(watch)
    tally.take(IngestPlanned(files=1, size_bytes=100, passed_over=1))
    tally.take(file("old.md", IngestStatus.UNCHANGED))

    assert tally.done == 0
    tally.take(file("new.md"))
    assert (tally.done, tally.share) == (1, 1.0)


def test_a_second_plan_adds_to_the_first(watch: Stopwatch) -> None:
    tally = Tally(watch)
    tally.take(IngestPlanned(files=1, size_bytes=100, passed_over=1))
    tally.take(file("old.md", IngestStatus.UNCHANGED))
    tally.take(file("new.md"))
    tally.take(IngestPlanned(files=1, size_bytes=100, passed_over=1))
    tally.take(file("older.md", IngestStatus.UNCHANGED))

    assert (tally.done, tally.planned) == (1, 2)


def test_what_was_left_out_is_told_by_reason_failures_first(watch: Stopwatch) -> None:
    tally = Tally(watch)
    tally.take(file("a.png", IngestStatus.SKIPPED, reason="it holds no text"))
    tally.take(file("b.png", IngestStatus.SKIPPED, reason="it holds no text"))
    tally.take(file("c.pdf", IngestStatus.FAILED, reason="it may not be read"))

    told = [(each.what, each.reason, each.names) for each in tally.told()]

    assert told == [
        ("Failed", "it may not be read", ("c.pdf",)),
        ("Skipped", "it holds no text", ("a.png", "b.png")),
    ]
    assert tally.summary() == "2 skipped, 1 failed · 0.0 s"
    assert not tally.has_shelved_any


def test_the_summary_is_one_line(watch: Stopwatch) -> None:
    tally = Tally(watch)
    assert tally.summary() == ""
    tally.take(file("one.md"))
    tally.take(file("two.md", IngestStatus.UNCHANGED))
    watch.seconds = 12

    assert tally.summary() == "Added 1 document, 1 unchanged · 3 passages · 12 s"


statuses = st.sampled_from(IngestStatus)
runs = st.lists(st.lists(statuses, max_size=6), max_size=4)


@given(runs)
def test_progress_never_goes_back_within_a_plan_and_ends_whole(
    plans: list[list[IngestStatus]],
) -> None:
    tally = Tally(lambda: 0.0)
    for plan in plans:
        tally.take(IngestPlanned(files=len(plan), size_bytes=0))
        for before in _each(tally, plan):
            assert tally.done == before + 1
    assert tally.done == tally.planned == sum(map(len, plans))


def _each(tally: Tally, plan: list[IngestStatus]) -> Iterator[int]:
    for status in plan:
        before = tally.done
        tally.take(file("x.md", status))
        yield before
