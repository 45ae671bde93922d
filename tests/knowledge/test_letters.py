"""Slips of the fingers are undone, and parts of words recognised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.letters import least_alike, likeness, runs_of, slips_of

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=12)


@given(WORDS, st.data())
def test_every_single_slip_is_undone(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("aqz"))
    typed = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )

    assert word == typed or word in slips_of(typed)


@pytest.mark.parametrize("term", ["lamp", "ab", "", "1871", "ab-12", "v1.2.3", "x9zzz"])
def test_short_words_and_numbers_are_taken_as_typed(term: str) -> None:
    assert slips_of(term) == []


@given(st.text(max_size=20), st.text(max_size=60))
def test_likeness_is_a_share(term: str, text: str) -> None:
    assert 0 <= likeness(term, text) <= 1


@given(WORDS, st.text(max_size=20), st.text(max_size=20))
def test_a_part_of_a_word_is_wholly_alike(word: str, before: str, after: str) -> None:
    assert likeness(word.upper(), f"{before}{word}{after}") == 1


def test_runs_scattered_over_a_text_make_no_likeness() -> None:
    scattered = " ".join(runs_of("constitution"))

    assert likeness("constitution", scattered) < 0.2


def test_only_a_long_word_may_differ_in_part() -> None:
    assert least_alike("getusernmaeornull") < 1
    assert least_alike("unlocks") == 1
    assert least_alike("2024-05-01-10-20") == 1


def test_too_short_a_term_has_no_runs() -> None:
    assert runs_of("ab") == frozenset()
    assert likeness("ab", "abc ab") == 0
