from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.threads import candidates, choose, usable_cores

SPEEDS = st.dictionaries(
    st.integers(1, 64), st.floats(0, 1000, allow_nan=False), min_size=1
)


@given(st.integers(1, 512))
def test_one_core_is_always_left_over_unless_there_is_only_one(cores: int) -> None:
    tried = candidates(cores)

    assert tried[0] == 1
    assert tried[-1] == max(1, cores - 1)
    assert list(tried) == sorted(set(tried))
    assert len(tried) <= 17


def test_two_cores_leave_one_thread() -> None:
    assert list(candidates(2)) == [1]


@given(SPEEDS)
def test_the_choice_is_about_as_fast_as_the_fastest(speeds: dict[int, float]) -> None:
    chosen = choose(speeds)

    assert speeds[chosen] >= 0.95 * max(speeds.values())
    assert all(
        speeds[fewer] < 0.95 * max(speeds.values())
        for fewer in speeds
        if fewer < chosen
    )


def test_a_few_percent_are_not_worth_another_thread() -> None:
    assert choose({1: 98.0, 2: 100.0, 3: 101.0}) == 1
    assert choose({1: 50.0, 2: 95.0, 3: 96.0}) == 2


def test_this_machine_has_a_core() -> None:
    assert usable_cores() >= 1
