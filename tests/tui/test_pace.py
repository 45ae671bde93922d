"""The laws of two small things: how often the screen is told, how a line is filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tui.pace import Pace
from tui.widgets.line import spread

moments = st.floats(0, 1e6)
spans = st.floats(0, 10)
texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)


def test_the_first_word_does_not_wait() -> None:
    assert Pace().wait(now=0.0, busy=5.0) <= 0


@given(moments, moments, spans)
def test_nobody_waits_longer_than_half_a_second(
    now: float, busy: float, spent: float
) -> None:
    pace = Pace()
    pace.note(now=now, busy=busy)

    assert pace.wait(now=now, busy=busy + spent) <= 0.5 + 1e-6


@given(moments, spans)
def test_the_screen_is_told_no_more_than_thirty_times_a_second(
    now: float, busy: float
) -> None:
    pace = Pace()
    pace.note(now=now, busy=busy)

    assert pace.wait(now=now, busy=busy) >= 1 / 30 - 1e-6


def test_what_takes_long_to_draw_is_drawn_less_often() -> None:
    pace = Pace()
    pace.note(now=0, busy=0)

    assert pace.wait(now=0.1, busy=0.05) == pytest.approx(0.2)


@given(moments, spans, spans, spans)
def test_however_one_types_words_come_twice_a_second(
    now: float, busy: float, typed_before: float, spent: float
) -> None:
    pace = Pace()
    pace.note(now=now, busy=busy)
    pace.make_way(now=now + spent - typed_before)

    assert pace.wait(now=now + spent, busy=busy) <= max(0.5 - spent, 0) + 1e-6


@pytest.mark.parametrize(
    ("since_the_letter", "wait"),
    [(0.0, 0.03), (0.02, 0.01), (0.04, 0), (0.1, 0.2), (0.25, 0.05), (0.4, 0)],
)
def test_it_is_drawn_behind_a_letter_and_not_before_the_next(
    since_the_letter: float, wait: float
) -> None:
    pace = Pace()
    pace.note(now=0, busy=0)
    pace.make_way(now=0.1)

    asked = pace.wait(now=0.1 + since_the_letter, busy=0)

    assert asked == pytest.approx(wait, abs=1e-6)


def test_the_first_word_waits_for_no_typist() -> None:
    pace = Pace()
    pace.make_way(now=1.0)

    assert pace.wait(now=1.1, busy=0) <= 0


@given(texts, st.lists(texts, max_size=5), st.integers(0, 100), st.integers(0, 2))
def test_a_line_is_never_longer_than_its_place(
    left: str, right: list[str], width: int, kept: int
) -> None:
    ends = [Content(part) for part in right]

    line = spread(Content(left), ends, width=width, kept=kept)

    assert line.cell_length <= width
    assert "\n" not in line.plain


@given(texts, st.lists(texts, max_size=5))
def test_with_room_enough_a_line_loses_nothing(left: str, right: list[str]) -> None:
    line = spread(Content(left), [Content(part) for part in right], width=300)

    assert line.plain.startswith(left)
    assert line.plain.endswith("  ".join(right))


def test_without_room_the_last_part_goes_first() -> None:
    parts = [Content("first"), Content("second")]

    assert spread(Content("left"), parts, width=12).plain == "left   first"
    assert spread(Content("left"), parts, width=8).plain == "left"


def test_a_part_that_matters_stays_and_the_left_end_gives_way() -> None:
    line = spread(Content("a long title"), [Content("private")], width=20, kept=1)

    assert line.plain == "a long tit…  private"
