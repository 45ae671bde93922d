"""How a model is doing: quickly worse, slowly better, never flickering."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.entities.ids import ModelId
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.models.health import (
    FAILURES_UNTIL_UNAVAILABLE,
    QUICK_MS,
    SLOW_MS,
    SUCCESSES_UNTIL_HEALTHY,
    after_check,
    after_failure,
    after_success,
    is_worth_trying,
)

HEALTHY, DEGRADED, UNAVAILABLE = ServiceStatus
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALLOWED = {
    (HEALTHY, DEGRADED),
    (DEGRADED, HEALTHY),
    (HEALTHY, UNAVAILABLE),
    (DEGRADED, UNAVAILABLE),
    (UNAVAILABLE, HEALTHY),
}


def service(status: ServiceStatus = HEALTHY, **more) -> ModelService:
    return ModelService(
        id=ModelId("1"),
        name="small",
        kind=ModelKind.LOCAL_LLM,
        location="x",
        context_tokens=100,
        status=status,
        **more,
    )


def answered(before: ModelService, response_ms: float = 100.0) -> ModelService:
    return after_success(before, response_ms=response_ms, at=NOW)


def failed(before: ModelService, **more) -> ModelService:
    return after_failure(before, error="no", at=NOW, **more)


def live(before: ModelService, outcomes: list[float | None]) -> list[ModelService]:
    """A time in milliseconds is an answer, None a failure."""
    lives = [before]
    for outcome in outcomes:
        step = failed(lives[-1]) if outcome is None else answered(lives[-1], outcome)
        lives.append(step)
    return lives


times = st.floats(0, 100_000)
outcomes = st.lists(times | st.none(), max_size=60)


def test_one_failure_degrades_and_three_make_unavailable() -> None:
    statuses = [s.status for s in live(service(), [None] * 4)]

    assert statuses == [HEALTHY, DEGRADED, DEGRADED, UNAVAILABLE, UNAVAILABLE]


def test_missing_weights_are_unavailable_at_once() -> None:
    assert failed(service(), is_lasting=True).status is UNAVAILABLE


def test_three_good_answers_heal_a_degraded_service() -> None:
    statuses = [s.status for s in live(service(), [None, 9, 9, 9])]

    assert statuses == [HEALTHY, DEGRADED, DEGRADED, DEGRADED, HEALTHY]


def test_an_answer_in_passing_alone_does_not_restore_an_unavailable_service() -> None:
    lives = live(service(UNAVAILABLE, consecutive_failures=3), [9, 9])

    assert [s.status for s in lives] == [UNAVAILABLE, UNAVAILABLE, HEALTHY]


def test_a_check_that_succeeds_restores_at_once() -> None:
    gone = service(UNAVAILABLE, consecutive_failures=9, last_error="no")

    back = after_check(gone, response_ms=5.0, at=NOW)

    assert (back.status, back.last_error) == (HEALTHY, None)


def test_a_slow_service_is_degraded_until_it_is_quick_again() -> None:
    slow = live(service(), [SLOW_MS + 1] * 9)
    between = live(slow[-1], [(SLOW_MS + QUICK_MS) / 2] * 50)
    quick = live(between[-1], [0.0] * 9)

    assert slow[-1].status is DEGRADED
    assert {s.status for s in between} == {DEGRADED}
    assert quick[-1].status is HEALTHY


@given(times, st.integers(1, 50))
def test_the_average_of_equal_times_is_that_time(time: float, count: int) -> None:
    assert live(service(), [time] * count)[-1].average_response_ms == time


@given(st.lists(times, min_size=1, max_size=40))
def test_the_average_stays_between_the_quickest_and_the_slowest(
    taken: list[float],
) -> None:
    average = live(service(), list(taken))[-1].average_response_ms

    assert average is not None
    assert average >= min(taken) or average == pytest.approx(min(taken))
    assert average <= max(taken) or average == pytest.approx(max(taken))


def test_an_answer_without_a_time_leaves_the_average_alone() -> None:
    assert answered(service(), 5.0).average_response_ms == 5.0
    untimed = after_success(service(average_response_ms=7.0), response_ms=None, at=NOW)
    assert untimed.average_response_ms == 7.0


@given(st.sampled_from(list(ServiceStatus)), outcomes)
def test_only_the_known_steps_are_ever_taken(
    start: ServiceStatus, happened: list[float | None]
) -> None:
    statuses = [s.status for s in live(service(start), happened)]

    steps = {(a, b) for a, b in pairwise(statuses) if a is not b}
    assert steps <= ALLOWED


@given(st.sampled_from(list(ServiceStatus)), st.booleans())
def test_answers_that_come_and_go_never_make_it_flicker(
    start: ServiceStatus, fails_first: bool
) -> None:
    turns: list[float | None] = [None, 50.0] if fails_first else [50.0, None]
    statuses = [s.status for s in live(service(start), turns * 20)]

    changes = [(a, b) for a, b in pairwise(statuses) if a is not b]
    assert len(changes) <= 1


@given(outcomes)
def test_getting_well_takes_several_answers_in_a_row(
    happened: list[float | None],
) -> None:
    lives = live(service(), happened)

    for before, after in pairwise(lives):
        if after.status is HEALTHY and before.status is not HEALTHY:
            assert after.consecutive_successes >= 2
        if before.status is DEGRADED and after.status is HEALTHY:
            assert after.consecutive_successes >= SUCCESSES_UNTIL_HEALTHY


@given(outcomes)
def test_it_is_gone_only_after_several_failures_in_a_row(
    happened: list[float | None],
) -> None:
    for before, after in pairwise(live(service(), happened)):
        if after.status is UNAVAILABLE and before.status is not UNAVAILABLE:
            assert after.consecutive_failures >= FAILURES_UNTIL_UNAVAILABLE


@given(st.integers(3, 50), st.floats(0, 3600))
def test_an_unavailable_service_is_tried_again_less_and_less_often(
    failures: int, waited: float
) -> None:
    gone = service(UNAVAILABLE, consecutive_failures=failures, last_check=NOW)
    worse = service(UNAVAILABLE, consecutive_failures=failures + 1, last_check=NOW)
    now = NOW + timedelta(seconds=waited)

    assume(is_worth_trying(worse, now=now))
    assert is_worth_trying(gone, now=now)


def test_waiting_for_a_service_has_a_least_and_a_most() -> None:
    gone = service(UNAVAILABLE, consecutive_failures=3, last_check=NOW)
    long_gone = service(UNAVAILABLE, consecutive_failures=99, last_check=NOW)

    assert not is_worth_trying(gone, now=NOW + timedelta(seconds=29))
    assert is_worth_trying(gone, now=NOW + timedelta(seconds=30))
    assert not is_worth_trying(long_gone, now=NOW + timedelta(minutes=9))
    assert is_worth_trying(long_gone, now=NOW + timedelta(minutes=10))


def test_a_service_that_just_answered_is_tried_again_at_once() -> None:
    gone = service(UNAVAILABLE, consecutive_failures=9, last_check=NOW)

    assert is_worth_trying(answered(gone), now=NOW)


@pytest.mark.parametrize("status", [HEALTHY, DEGRADED])
def test_a_service_that_is_not_gone_is_always_worth_trying(
    status: ServiceStatus,
) -> None:
    assert is_worth_trying(service(status, last_check=NOW), now=NOW)
