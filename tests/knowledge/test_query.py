"""Questions become searches that any full-text index accepts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import apsw
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.knowledge.query import MOST_TERMS, any_of, keyword_query

ROWS = [
    "The lighthouse at Tarn Head was lit in 1871.",
    "Marta Quill painted eleven bridges and ran home.",
    "Version v1.2.3 was released on 2024-05-01, as ticket AB-12 had asked.",
    'He said "never" and left; the running water froze.',
    "It is what it is.",
    "The state-of-the-art engine of O'Brien's mill.",
]


@dataclass
class Counted:
    """Frequencies as told; a word not named is in one row."""

    rows: int = 10_000
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, term: str) -> int:
        return self.counts.get(term, 1)


@pytest.fixture(scope="module")
def index() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(t, tokenize='porter')")
    connection.executemany("INSERT INTO f VALUES (?)", [(row,) for row in ROWS])
    yield connection
    connection.close()


def hits(index: apsw.Connection, match: str) -> list[int]:
    sql = "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank"
    return [row[0] - 1 for row in index.execute(sql, (match,))]


@given(st.text(max_size=300))
@example('"')
@example("a\x00b")
@example("\ud800 lost half")
@example("NEAR(a b, 3) AND NOT c* ^d col:e {f g} : - + ( )")
@example("'; DROP TABLE f; --")
@example("'' OR \"\"\"\" OR ''''")
@example("𞤀𞤣𞤤𞤢𞤥 ᏣᎳᎩ 漢字 हिन्दी ﬁ Å ß İ")
@example("a.b/c:d@e'f&g+h_i-j." * 3)
def test_whatever_is_typed_is_a_valid_search(index, question: str) -> None:
    query = keyword_query(question)

    if query.match:
        hits(index, query.match)


@given(st.text(max_size=200))
def test_what_is_typed_is_never_syntax(question: str) -> None:
    match = keyword_query(question).match
    outside = match.split('"')[::2]

    assert all(part in {"", " OR "} for part in outside)


@given(st.text(max_size=200))
def test_a_question_with_any_letter_asks_for_something(question: str) -> None:
    query = keyword_query(question)

    has_word = any(character.isalnum() for character in question)
    assert bool(query.terms) == has_word


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("When was the lighthouse lit?", 0),
        ("how many BRIDGES did marta paint", 1),
        ("what came out on 2024-05-01?", 2),
        ("what is in v1.2.3", 2),
        ("Is AB-12 done?", 2),
        ("did the water freeze or run?", 3),
        ("O'Brien", 5),
        ("What is the state of the art?", 5),
        ("What is it?", 4),
    ],
)
def test_the_row_that_answers_comes_first(index, question: str, row: int) -> None:
    assert hits(index, keyword_query(question).match)[0] == row


def test_words_that_say_nothing_are_left_out() -> None:
    assert keyword_query("What is the colour of the door?").terms == ("colour", "door")


def test_a_question_of_nothing_else_keeps_them() -> None:
    assert keyword_query("Who is it?").terms == ("who", "is", "it")


def test_an_abbreviation_is_not_the_little_word_it_looks_like() -> None:
    assert keyword_query("Who leads IT here?").terms == ("leads", "it")


def test_a_date_stays_in_one_piece() -> None:
    assert keyword_query("before 2024-05-01?").terms == ("2024-05-01",)


def test_words_in_most_rows_are_left_out_and_named() -> None:
    frequencies = Counted(counts={"paint": 900, "bridge": 501, "colour": 500})

    query = keyword_query("which paint colour for a bridge", frequencies)

    assert query.terms == ("colour",)
    assert query.common == ("paint", "bridge")


def test_names_and_numbers_stay_however_common() -> None:
    frequencies = Counted(counts={"ostrand": 9000, "1871": 8000, "paint": 7000})

    query = keyword_query("Did they paint Ostrand in 1871?", frequencies)

    assert query.terms == ("1871", "ostrand")


def test_a_capital_that_begins_a_sentence_makes_no_name() -> None:
    frequencies = Counted(counts={"paint": 9000, "colour": 3})

    query = keyword_query("Paint is a colour. Paint!", frequencies)

    assert query.terms == ("colour",)


def test_when_every_word_is_common_the_rarest_are_asked_for() -> None:
    frequencies = Counted(counts={"paint": 9000, "bridge": 8000})

    assert keyword_query("paint bridge", frequencies).terms == ("bridge", "paint")


def test_in_a_small_library_no_word_is_too_common() -> None:
    frequencies = Counted(rows=40, counts={"paint": 38})

    assert keyword_query("paint bridge", frequencies).terms == ("bridge", "paint")


def test_words_found_nowhere_are_named_and_not_asked_for() -> None:
    frequencies = Counted(counts={"lighthuose": 0})

    query = keyword_query("lighthuose keeper", frequencies)

    assert query.terms == ("keeper",)
    assert query.unknown == ("lighthuose",)


def test_only_the_rarest_few_of_many_words_are_asked_for() -> None:
    words = [f"word{chr(97 + place)}" for place in range(20)]
    frequencies = Counted(counts={word: 40 - n for n, word in enumerate(words)})

    query = keyword_query(" ".join(words), frequencies)

    assert query.terms == tuple(reversed(words[-MOST_TERMS:]))


def test_a_page_pasted_as_a_question_stays_a_small_search() -> None:
    page = " ".join(f"thing{number}" for number in range(50_000))

    assert len(keyword_query(page).terms) <= 32
    assert len(keyword_query(page, Counted()).terms) == MOST_TERMS


def test_nothing_is_asked_of_no_words() -> None:
    assert any_of(()) == ""
