"""A second opinion moves hits a little, and is never waited for too long."""

import threading
from collections.abc import Callable, Iterator
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EngineError
from assistant.knowledge.crossencoder import BundledCrossEncoder
from assistant.knowledge.rerank import TOP, Hit, rerank

ENDLESS = 3600.0


class Opinion:
    """Scores a text by the number it is, or as told."""

    def __init__(self, of: Callable[[str], float] = float) -> None:
        self._of = of
        self.asked: list[str] = []

    def score(self, question: str, passage: str) -> float:
        self.asked.append(passage)
        return self._of(passage)


def hits(count: int) -> list[Hit[int]]:
    return [Hit(id=place, text=str(-place)) for place in range(count)]


def still() -> float:
    return 0.0


@given(st.integers(0, 40), st.randoms())
def test_reranking_invents_nothing_and_loses_nothing(count: int, random) -> None:
    found = rerank(
        "q",
        hits(count),
        Opinion(lambda _: random.random()),
        budget_seconds=ENDLESS,
        seconds=still,
    )

    assert sorted(found.order) == list(range(count))
    assert set(found.scores) == set(range(min(count, TOP)))


@given(st.integers(0, 40))
def test_an_opinion_that_agrees_changes_nothing(count: int) -> None:
    found = rerank("q", hits(count), Opinion(), budget_seconds=ENDLESS, seconds=still)

    assert list(found.order) == list(range(count))


def test_what_is_beyond_the_best_few_is_neither_judged_nor_moved() -> None:
    opinion = Opinion(lambda text: -float(text))

    found = rerank("q", hits(30), opinion, budget_seconds=ENDLESS, seconds=still)

    assert len(opinion.asked) == TOP
    assert list(found.order[TOP:]) == list(range(TOP, 30))


def test_an_opinion_is_blended_and_does_not_rule() -> None:
    only_last = Opinion(lambda text: 1.0 if text == "-9" else float(text) - 100)

    found = rerank("q", hits(10), only_last, budget_seconds=ENDLESS, seconds=still)

    assert found.order.index(9) < 9
    assert found.order[0] == 0


def test_what_is_not_judged_in_time_stays_where_it_was() -> None:
    clock = iter([0.0, *(step * 0.1 for step in range(1, 100))])
    opposite = Opinion(lambda text: -float(text))

    found = rerank(
        "q", hits(20), opposite, budget_seconds=0.5, seconds=lambda: next(clock)
    )

    judged = len(found.scores)
    assert 0 < judged < 20
    assert sorted(found.order[:judged]) == list(range(judged))
    assert list(found.order[judged:]) == list(range(judged, 20))


@pytest.fixture
def stuck() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def test_an_opinion_that_never_comes_is_not_waited_for(stuck: Event) -> None:
    class Stuck:
        def score(self, question: str, passage: str) -> float:
            stuck.wait()
            return 0.0

    found = rerank("q", hits(5), Stuck(), budget_seconds=0.05)

    assert list(found.order) == list(range(5))
    assert found.scores == {}


def test_judging_stops_after_the_one_it_was_at(stuck: Event) -> None:
    opinion = Opinion(lambda text: 0.0 if text != "-2" else float(stuck.wait()))

    rerank("q", hits(20), opinion, budget_seconds=0.2)
    stuck.set()
    for thread in threading.enumerate():
        if thread.name == "rerank":
            thread.join()

    assert len(opinion.asked) <= 3


@pytest.mark.parametrize("budget", [0, -1])
def test_without_a_budget_nothing_is_judged(budget: float) -> None:
    opinion = Opinion()

    found = rerank("q", hits(3), opinion, budget_seconds=budget)

    assert list(found.order) == [0, 1, 2]
    assert opinion.asked == []


def test_a_failing_model_leaves_the_ranking_and_says_why() -> None:
    def fail(text: str) -> float:
        if text == "-2":
            raise EngineError("the runtime failed")
        return float(text)

    found = rerank("q", hits(5), Opinion(fail), budget_seconds=ENDLESS, seconds=still)

    assert list(found.order) == list(range(5))
    assert set(found.scores) == {0, 1}
    assert found.problem == "the runtime failed"


@pytest.mark.weights
def test_the_bundled_model_knows_an_answer_from_another_subject() -> None:
    encoder = BundledCrossEncoder(threads=1)
    question = "When was the lighthouse at Tarn Head lit?"

    answer = encoder.score(question, "The light at Tarn Head first shone in 1871.")
    other = encoder.score(question, "Sourdough needs flour, water and patience.")
    odd = [encoder.score(text, text) for text in ("", "\ud800", "a " * 9000, "漢字")]

    assert answer > other + 3
    assert all(isinstance(score, float) for score in odd)
