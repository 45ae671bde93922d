"""The laws of keys pressed one after the other, and of moving by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.strokes import MORE, MOTIONS, Strokes, location, place_of

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
