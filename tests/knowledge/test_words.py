"""Words as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.words import content_stems, stem, words_of


@given(st.text(max_size=300))
def test_a_word_stands_where_it_says(text: str) -> None:
    ends = 0
    for word in words_of(text):
        assert text[word.start : word.end] == word.text
        assert word.start >= ends
        ends = word.end


@given(st.text(max_size=300))
def test_every_letter_and_digit_is_in_some_word(text: str) -> None:
    covered = {
        place for word in words_of(text) for place in range(word.start, word.end)
    }

    assert all(place in covered for place, c in enumerate(text) if c.isalnum())


@given(st.text(max_size=100))
def test_a_words_parts_stand_inside_it(text: str) -> None:
    for word in words_of(text):
        for part in word.parts():
            assert text[part.start : part.end] == part.text
            assert word.start <= part.start <= part.end <= word.end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 3.5 kg, or 1,000.", ["It's", "3.5", "kg", "or", "1,000"]),
        ("Rock-garden (new).", ["Rock-garden", "new"]),
        ("see a@b.org/x_y!", ["see", "a@b.org/x_y"]),
        ("cafe\u0301 d'Or", ["cafe\u0301", "d'Or"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
    ],
)
def test_words_are_cut_as_they_are_read(text: str, words: list[str]) -> None:
    assert [word.text for word in words_of(text)] == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bridges", "bridge"),
        ("painting", "painted"),
        ("running", "runs"),
        ("ferries", "ferry"),
        ("boxes", "box"),
        ("glasses", "glass"),
        ("bakes", "baking"),
        ("opened", "opening"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("sing", "s"), ("bus", "bu"), ("1871", "1872"), ("red", "r"), ("king", "k")],
)
def test_different_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_content_is_what_is_left_without_the_little_words() -> None:
    assert content_stems("What was the keeper's rock-garden?") == {
        "keeper",
        "rock",
        "garden",
    }


def test_a_possessive_is_the_word_itself() -> None:
    assert (
        words_of("Quill's")[0].folded == words_of("Quill\u2019s")[0].folded == "quill"
    )
