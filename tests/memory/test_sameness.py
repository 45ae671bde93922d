"""The guards: what is near in meaning and yet not the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.memory.sameness import contradicts, normalised, same_value, turns_roles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the code is 4711", "the code is 4712"),
        ("I have two dogs", "I have three dogs"),
        ("I eat meat", "I don't eat meat"),
        ("I drink coffee", "I no longer drink coffee"),
        ("I drink coffee", "I don't drink coffee any more"),
        ("I drink coffee", "I used to drink coffee"),
        ("I love opera", "I hate opera"),
        ("The shop opens early", "The shop opens late"),
        ("My train goes to Porto", "My train goes to Faro"),
        ("The ferry goes from Porto to Faro", "The ferry goes from Faro to Porto"),
    ],
)
def test_what_turns_the_meaning_round_is_seen(one: str, other: str) -> None:
    assert contradicts(one, other)
    assert contradicts(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The key hangs in the shed", "the key hangs in the old shed"),
        ("I have 2 dogs", "I have two dogs"),
        ("My train goes to Porto", "My train goes to Porto, I think"),
    ],
)
def test_what_says_the_same_is_no_contradiction(one: str, other: str) -> None:
    assert not contradicts(one, other)


def test_who_does_it_to_whom_is_seen() -> None:
    assert turns_roles("I lent Ana my ladder", "Ana lent me her ladder")
    assert not turns_roles("I lent Ana my ladder", "Ana has my ladder")


@given(st.text())
def test_nothing_contradicts_itself(text: str) -> None:
    assert not contradicts(text, text)
    assert same_value(text, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Porto", "porto."), ("the harbour office", "Harbour  office"), ("a dog", "dog")],
)
def test_values_that_are_only_written_differently_are_one(one: str, other: str) -> None:
    assert same_value(one, other)
    assert normalised(one) == normalised(other)


def test_other_values_are_others() -> None:
    assert not same_value("Porto", "Braga")
