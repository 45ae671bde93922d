"""The measures say what they should of rankings whose worth is known."""

import pytest

from tests.evals.measures import discounted_gain, found, separation


def test_the_right_one_first_is_all_there_is_to_gain() -> None:
    assert discounted_gain([3, 1, 2], {3}) == 1.0
    assert discounted_gain([1, 3, 2], {3}) == pytest.approx(0.6309, abs=1e-4)
    assert discounted_gain([1, 2], {3}) == 0.0
    assert discounted_gain([*range(10), 10], {10}) == 0.0


def test_recall_counts_what_is_among_the_first() -> None:
    assert found([1, 2, 3], {1, 9}) == 0.5
    assert found([1, 2, 3], {3}, k=2) == 0.0


def test_separation_is_one_when_all_are_above_and_half_when_it_is_chance() -> None:
    assert separation([2, 3], [0, 1]) == 1.0
    assert separation([0, 1], [2, 3]) == 0.0
    assert separation([1, 1], [1, 1]) == 0.5
