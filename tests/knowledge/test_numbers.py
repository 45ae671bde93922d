"""Figures mean the same however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.numbers import Date, all_numbers, figures_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,250.50 litres", ["1250.5"]),
        ("1250.5kg", ["1250.5"]),
        ("007 and 7.0", ["7", "7"]),
        ("the 21st of them", ["21"]),
        ("2\u00a0500 crowns", ["2500"]),
        ("5 200 people", ["5", "200"]),
        ("at -5 or \u22125 degrees", ["-5", "-5"]),
        ("from 10-15, 10\u201315", ["10-15", "10", "15"]),
        ("v1.2.3 of AB-12", ["v1.2.3", "ab-12"]),
        ("twelve, twenty-one, two hundred and five", ["12", "21", "205"]),
        ("three thousand two hundred ferries", ["3200"]),
        ("one of them", []),
        ("five and six, seven eight", ["5", "6", "7", "8"]),
        ("two hundred thousand and one", ["200001"]),
        ("a hundred. Five more", ["100", "5"]),
        ("at 10:30", ["10:30"]),
        ("no figures here", []),
        ("10 000", ["10", "0"]),
    ],
)
def test_numbers_are_brought_to_one_form(text: str, numbers: list[str]) -> None:
    assert list(figures_of(text).numbers) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "3 May 1871",
        "3rd of May, 1871",
        "May 3, 1871",
        "May 3rd 1871",
        "1871-05-03",
        "lit (3 May 1871).",
        "3\nMay  1871",
    ],
)
def test_a_date_is_one_date_in_any_order(text: str) -> None:
    assert figures_of(text) == ((Date(1871, 5, 3),), ())


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("in May 1871", Date(1871, 5, None)),
        ("on 3 Sept.", Date(None, 9, 3)),
        ("on December 12th", Date(None, 12, 12)),
    ],
)
def test_a_date_may_be_partly_given(text: str, date: Date) -> None:
    assert figures_of(text).dates == (date,)


def test_a_vaguer_date_is_said_by_a_fuller_one_but_not_the_reverse() -> None:
    assert Date(1871, 5, None).is_said_by(Date(1871, 5, 3))
    assert not Date(1871, 5, 3).is_said_by(Date(1871, 5, None))
    assert not Date(1871, 5, 4).is_said_by(Date(1871, 5, 3))


def test_a_verb_and_a_year_are_no_date() -> None:
    assert figures_of("you may 5 times in 1871") == ((), ("5", "1871"))


def test_numbers_inside_dates_and_codes_are_among_all() -> None:
    assert {"1871", "3", "12"} <= all_numbers("On 3 May 1871, ticket AB-12.")


@given(st.integers(0, 10**9))
def test_separators_do_not_change_a_number(value: int) -> None:
    written = figures_of(f"it is {value} or {value:,} or {value}.00").numbers

    assert set(written) == {str(value)}


@given(st.text(max_size=300))
def test_any_text_has_figures_or_none(text: str) -> None:
    figures = figures_of(text)

    assert set(figures.numbers) <= all_numbers(text) | {
        number for number in figures.numbers if number.startswith("-")
    }


def test_words_on_both_sides_of_a_date_are_not_one_number() -> None:
    assert figures_of("a hundred on 3 May 1871 hundred more").numbers == ("100", "100")
    assert figures_of("hundred 3 May 1871 hundred").numbers == ("100", "100")
