from datetime import UTC, datetime
from itertools import count

import pytest

from assistant.audit.trace import Trace

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def trace() -> Trace:
    ids = count(1)
    return Trace(mint=lambda: str(next(ids)), clock=lambda: NOON)


def test_stages_within_a_turn_become_a_tree(trace: Trace) -> None:
    with trace.span("turn"):
        with trace.span("write"):
            pass
        with trace.span("generate") as span:
            span.count(tokens=3)

    spans = {span.name: span for span in trace.spans()}
    assert spans["turn"].parent_id is None
    assert spans["write"].parent_id == spans["turn"].id
    assert spans["generate"].parent_id == spans["turn"].id
    assert spans["generate"].counts == {"tokens": 3}


def test_a_stage_is_never_longer_than_what_contains_it(trace: Trace) -> None:
    with trace.span("turn"), trace.span("write"):
        pass

    spans = {span.name: span for span in trace.spans()}
    assert 0 <= spans["write"].duration_ms <= spans["turn"].duration_ms


def test_a_failure_is_noted_without_its_words(trace: Trace) -> None:
    with pytest.raises(ValueError, match="secret"), trace.span("turn"):
        raise ValueError("a secret")

    assert trace.spans()[0].error == "ValueError"


def test_a_span_still_open_is_told_as_it_stands(trace: Trace) -> None:
    with trace.span("turn"):
        assert [span.name for span in trace.spans()] == ["turn"]


def test_whoever_has_heard_enough_is_no_failure(trace: Trace) -> None:
    def stages():
        with trace.span("turn"):
            yield

    listening = stages()
    next(listening)
    listening.close()

    assert trace.spans()[0].error is None
