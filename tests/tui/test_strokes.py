"""The laws of keys pressed one after the other, and of moving by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.motions import MOTIONS, Seek, location, place_of, sought, span
from tui.strokes import MORE, Command, Commands, Strokes

texts = st.text(st.sampled_from("ab ,\n"), max_size=20)


@st.composite
def places(draw: st.DrawFn) -> tuple[str, int]:
    text = draw(texts)
    return text, draw(st.integers(0, len(text)))


def test_a_key_alone_means_what_the_table_says() -> None:
    assert Strokes({"x": "cut"}).take("x") == "cut"


def test_a_key_the_table_does_not_know_means_nothing() -> None:
    assert Strokes({"x": "cut"}).take("y") is None


def test_two_keys_mean_something_together() -> None:
    strokes = Strokes({"d d": "cut the line", "d": "never"})

    assert [strokes.take(key) for key in "dd"] == [MORE, "cut the line"]
    assert strokes.take("d") == MORE


def test_a_key_that_does_not_go_on_is_lost_with_what_was_begun() -> None:
    strokes = Strokes({"d d": "cut the line", "x": "cut"})

    assert [strokes.take(key) for key in "dxx"] == [MORE, MORE, "cut"]


@pytest.mark.parametrize("name", MOTIONS)
@given(where=places())
def test_no_motion_leaves_the_text(name: str, where: tuple[str, int]) -> None:
    text, at = where

    assert 0 <= MOTIONS[name](text, at) <= len(text)


@pytest.mark.parametrize("name", ["letter", "next", "end", "behind", "last"])
@given(where=places())
def test_motions_forward_never_go_back(name: str, where: tuple[str, int]) -> None:
    text, at = where

    assert MOTIONS[name](text, at) >= at


@pytest.mark.parametrize("name", ["back", "first", "top"])
@given(where=places())
def test_motions_back_never_go_forward(name: str, where: tuple[str, int]) -> None:
    text, at = where

    assert MOTIONS[name](text, at) <= at


@given(places())
def test_a_place_and_its_location_are_two_names_of_one_thing(
    where: tuple[str, int],
) -> None:
    text, at = where

    assert place_of(text, location(text, at)) == at


@given(places())
def test_the_next_word_is_where_one_came_from(where: tuple[str, int]) -> None:
    text, at = where
    there = MOTIONS["next"](text, at)

    if there < len(text):
        assert MOTIONS["back"](text, there) <= at
        assert not text[there].isspace()


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("next", 0, 3),
        ("next", 3, 5),
        ("next", 10, 13),
        ("back", 10, 5),
        ("back", 5, 3),
        ("end", 0, 2),
        ("end", 2, 3),
        ("behind", 0, 3),
        ("behind", 3, 10),
        ("first", 12, 11),
        ("last", 3, 10),
    ],
)
def test_words_are_those_of_vim_and_of_emacs(name: str, at: int, expected: int) -> None:
    assert MOTIONS[name]("say, hello\n  again", at) == expected


def commands() -> Commands:
    meant = {
        "d": "operate('cut')",
        "w": "go('next')",
        "x": "operate('cut', 'right')",
        "0": "go('first')",
        "f": "seek('to')",
        "g g": "go('top')",
    }
    return Commands(meant, {"i w": "go('word')"})


def read(keys: str) -> list[Command]:
    """The commands that these keys are, one letter a key."""
    reading = commands()
    meant = [reading.take(key, key) for key in keys]
    return [each for each in meant if isinstance(each, Command)]


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        ("w", Command("go('next')", None, "next")),
        ("3w", Command("go('next')", 3, "next")),
        ("10w", Command("go('next')", 10, "next")),
        ("0", Command("go('first')", None, "first")),
        ("2gg", Command("go('top')", 2, "top")),
        ("dw", Command("operate('cut')", None, "next")),
        ("2d3w", Command("operate('cut')", 6, "next")),
        ("d0", Command("operate('cut')", None, "first")),
        ("dd", Command("operate('cut')", None, "line")),
        ("diw", Command("operate('cut')", None, "word")),
        ("2fd", Command("seek('to')", 2, letter="d")),
        ("df3", Command("seek('to')", letter="3", operator="operate('cut')")),
    ],
)
def test_a_command_says_what_how_often_and_how_far(keys: str, command: Command) -> None:
    assert read(keys) == [command]


def test_an_operator_without_a_motion_is_lost_and_the_next_command_is_whole() -> None:
    assert read("2dxw") == [Command("go('next')", None, "next")]


def test_what_was_begun_is_told_key_by_key_until_it_is_done() -> None:
    reading = commands()

    begun = [(reading.take(key, key), reading.begun)[1] for key in "2dgg"]

    assert begun == ["2", "2 d", "2 d g", ""]


@given(st.text(st.sampled_from("dwx0123fgi"), max_size=8))
def test_no_keys_leave_a_reader_of_commands_stuck(keys: str) -> None:
    reading = commands()
    for key in keys:
        reading.take(key, key)
    reading.take("escape")
    reading.take("escape")

    assert reading.take("x") == Command("operate('cut', 'right')")


@pytest.mark.parametrize("motion", [*MOTIONS, "line", "word", "words"])
@given(where=places(), times=st.none() | st.integers(1, 4))
def test_no_span_leaves_the_text(
    motion: str, where: tuple[str, int], times: int | None
) -> None:
    text, at = where

    start, end, _ = span(text, at, motion, times=times)

    assert 0 <= start <= end <= len(text)


@given(places(), st.sampled_from(["to", "till", "back_to", "back_till"]))
def test_a_letter_is_looked_for_in_its_line_alone(
    where: tuple[str, int], how: str
) -> None:
    text, at = where

    there = sought(text, at, Seek(how, "b"))

    assert "\n" not in text[min(at, there) : max(at, there)]
