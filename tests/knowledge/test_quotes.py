"""A quotation counts only when its passage really says it."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from assistant.knowledge.quotes import find_quote

PASSAGE = (
    "The **Tarn Head** light was lit on 3 May 1871. Its keeper, Mrs. O\u2019Brien, "
    "burned 1,250.5 litres of well-\nknown colza oil a year \u2013 \u201cnot a drop "
    "more\u201d \u2014 at \u22125 \u00b0C; the resum\u00e9 of 10\u00b2 nights cost "
    "2\u00a0500 crowns, or 7\u00bd a night."
)
text = st.text(
    alphabet=st.sampled_from(list("aAb1 2,.-'*_\n\u00ad\u0301\u201c\u2014\u00a0½²"))
    | st.characters(codec="utf-8"),
    max_size=120,
)


@given(text, st.data())
@example("a\u0323\u0307 b", None)
def test_whole_words_cut_from_a_passage_are_always_found(passage: str, data) -> None:
    words = [match.span() for match in re.finditer(r"[^ \n\t]+", passage)]
    assume(words)
    first = data.draw(st.integers(0, len(words) - 1)) if data else 0
    last = data.draw(st.integers(first, len(words) - 1)) if data else len(words) - 1
    quote = passage[words[first][0] : words[last][1]]
    assume(any(character.isalnum() for character in quote))
    assume(_is_whole(passage, words[first][0], words[last][1]))

    place = find_quote(quote, passage)

    assert place is not None
    assert 0 <= place.start < place.end <= len(passage)
    assert find_quote(passage[place.start : place.end], quote) is not None


def _is_whole(passage: str, start: int, end: int) -> bool:
    """Marks and invisible signs may tie what a blank seems to separate."""
    inside = passage[start:end]
    return not (
        unicodedata.combining(inside[0])
        or (passage[end:].strip() and unicodedata.combining(passage[end:].strip()[0]))
    )


numbers = st.one_of(
    st.integers(0, 99_999).map(str),
    st.decimals(0, 999, places=2).map(str),
    st.integers(1000, 999_999).map("{:,}".format),
    st.integers(1, 99).map("-{}".format),
    st.dates().map(str),
)


@given(st.lists(numbers, min_size=1, max_size=6), st.data())
def test_an_altered_number_is_never_found(values: list[str], data) -> None:
    passage = " and ".join(f"the gauge showed {value} units" for value in values)
    target = data.draw(st.sampled_from(values))
    altered = data.draw(st.one_of(*_alterations(target)))
    assume(altered.rstrip(".,") not in values)
    assume(any(map(str.isdigit, altered)))

    assert find_quote(f"the gauge showed {altered} units", passage) is None
    assert find_quote(f"{altered} units", passage) is None
    assert find_quote(f"showed {altered}", passage) is None
    assert find_quote(altered, passage) is None


def _alterations(number: str) -> list[st.SearchStrategy[str]]:
    places = [place for place, each in enumerate(number) if each.isdigit()]
    swap = st.tuples(st.sampled_from(places), st.sampled_from("0123456789")).map(
        lambda change: number[: change[0]] + change[1] + number[change[0] + 1 :]
    )
    drop = st.sampled_from(range(len(number))).map(
        lambda place: number[:place] + number[place + 1 :]
    )
    add = st.tuples(st.integers(0, len(number)), st.sampled_from("0123456789")).map(
        lambda change: number[: change[0]] + change[1] + number[change[0] :]
    )
    head = st.integers(1, len(number)).map(lambda place: number[:place])
    tail = st.integers(0, len(number) - 1).map(lambda place: number[place:])
    return [swap, drop, add, head, tail]


@pytest.mark.parametrize(
    "quote",
    [
        "The Tarn Head light was lit on 3 May 1871.",
        "the tarn head light",
        "\u201cTarn Head\u201d",
        "Mrs. O'Brien",
        "burned 1,250.5 litres of well-known colza oil a year",
        "wellknown colza",
        'a year - "not a drop more" - at -5 \u00b0C',
        "at -5",
        "resume\u0301 of",
        "2 500 crowns",
        "7\u00bd a night",
        "10\u00b2   nights",
        "**Tarn Head**",
        "…drop more"[1:],
    ],
)
def test_what_only_looks_different_is_found(quote: str) -> None:
    assert find_quote(quote, PASSAGE) is not None


@pytest.mark.parametrize(
    "quote",
    [
        "lit on 3 May 1872",
        "lit on 13 May 1871",
        "871",
        "250.5 litres",
        "1,250",
        "5 litres",
        "5 \u00b0C",
        "102 nights",
        "10 nights",
        "500 crowns",
        "71\u20442 a night",
        "resume of",
        "arn Head",
        "Tarn Hea",
        "The Tarn Head light was lit and burned",
        "",
        "  \u201c \u201d ",
        "...",
        "*",
    ],
)
def test_what_the_passage_does_not_say_is_not_found(quote: str) -> None:
    assert find_quote(quote, PASSAGE) is None


@pytest.mark.parametrize(
    ("quote", "stored"),
    [
        ("well-known colza", "well-\nknown colza"),
        ('"not a drop more"', "not a drop more"),
        ("TARN HEAD LIGHT", "Tarn Head** light"),
        ("o'brien", "O\u2019Brien"),
    ],
)
def test_a_quotation_is_shown_as_it_is_stored(quote: str, stored: str) -> None:
    place = find_quote(quote, PASSAGE)

    assert place is not None
    assert PASSAGE[place.start : place.end] == stored


def test_a_quotation_may_end_where_a_line_did() -> None:
    assert find_quote("for exam-", "for exam-\nple, this") == (0, 9)
    assert find_quote("ple, this", "for exam-\nple, this") == (10, 19)


def test_a_star_between_numbers_is_no_emphasis() -> None:
    assert find_quote("2 3", "2 * 3") is None
    assert find_quote("23", "2*3") is None
    assert find_quote("snakecase", "snake_case") is None
    assert find_quote("is 5 kg", "it is **5** _kg_") is not None


def test_the_whole_word_is_found_behind_a_longer_one() -> None:
    place = find_quote("art", "cart, artful, art.")

    assert place == (14, 17)


def test_a_long_passage_is_searched_in_good_time() -> None:
    passage = "a-b " * 50_000 + "the end"

    assert find_quote("the end", passage) is not None
    assert find_quote("not there", passage) is None
