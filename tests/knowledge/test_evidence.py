"""The sentence that answers comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embeddings.opening import bundled_embedder
from assistant.knowledge.evidence import Source, best_sentences, keyword_scores
from tests.fakes.embedder import WordEmbedder

SOURCES = [
    Source("# Keepers\n\nThe light was lit in 1871. Its keeper was Marta Quill. Ah."),
    Source("Bread rises because yeast makes gas. Salt slows it down."),
]


def test_the_sentence_that_shares_the_rare_words_comes_first() -> None:
    best = best_sentences("Who was the keeper of the light?", SOURCES)[0]

    assert best.passage == 0
    assert best.sentence.text == "Its keeper was Marta Quill."
    assert (
        SOURCES[0].text[best.sentence.start : best.sentence.end] == best.sentence.text
    )


def test_headings_and_scraps_are_no_answers() -> None:
    texts = [each.sentence.text for each in best_sentences("keepers", SOURCES, limit=9)]

    assert "# Keepers" not in texts
    assert "Ah." not in texts


def test_a_passage_of_nothing_else_still_gives_something() -> None:
    assert (
        best_sentences("keepers", [Source("# Keepers")])[0].sentence.text == "# Keepers"
    )


def test_without_an_embedder_nothing_is_said_of_meaning() -> None:
    assert best_sentences("yeast", SOURCES)[0].cosine is None
    best = best_sentences("yeast", SOURCES, embedder=WordEmbedder())[0]
    assert best.cosine is not None
    assert best.keyword_score > 0


def test_nothing_comes_of_nothing() -> None:
    assert best_sentences("anything", []) == []
    assert best_sentences("anything", [Source("")], embedder=WordEmbedder()) == []


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    scores = keyword_scores("red zebra", ["red door", "red roof", "red wall", "zebra"])

    assert max(scores) == scores[3]


def test_the_number_wanted_is_the_number_given() -> None:
    assert len(best_sentences("light", SOURCES, limit=2)) == 2
    assert len(best_sentences("light", SOURCES, limit=None)) == 4


def test_a_sentence_is_read_below_its_title() -> None:
    sources = [
        Source("It opened in 1904. Dogs are welcome.", prefix="Ostrand ferry"),
        Source("It opened in 1911. Cats are welcome.", prefix="Tarn Head light"),
    ]

    best = best_sentences("When did the Tarn Head light open?", sources)[0]

    assert best.sentence.text == "It opened in 1911."
    assert sources[1].text[best.sentence.start : best.sentence.end] == (
        best.sentence.text
    )


def test_a_better_passage_decides_between_equal_sentences() -> None:
    sources = [
        Source("The door is red.", score=0.2),
        Source("The door is red.", score=1),
    ]

    assert best_sentences("red door", sources)[0].passage == 1


@given(st.text(max_size=60), st.lists(st.text(max_size=120), max_size=4))
def test_every_sentence_stands_where_it_says(
    question: str, passages: list[str]
) -> None:
    for found in best_sentences(question, [*map(Source, passages)], limit=None):
        passage = passages[found.passage]
        assert passage[found.sentence.start : found.sentence.end] == found.sentence.text


@pytest.mark.weights
def test_a_paraphrase_finds_its_sentence() -> None:
    embedder = bundled_embedder(threads=1)

    best = best_sentences("Why does dough swell?", SOURCES, embedder=embedder)[0]

    assert best.sentence.text == "Bread rises because yeast makes gas."


def test_a_row_of_a_table_is_quoted_by_itself() -> None:
    rows = "Boat | Catch\nBoat: Petrel; Catch: cod\nBoat: Gannet; Catch: ling"

    best = best_sentences("what did the Gannet catch", [Source(rows, by_line=True)])

    assert best[0].sentence.text == "Boat: Gannet; Catch: ling"


def test_a_remark_in_code_is_no_heading() -> None:
    code = "def fee(tonnes):\n    # The fee doubles in spring.\n    return 2"

    found = best_sentences("when does the fee double", [Source(code, by_line=True)])

    assert found[0].sentence.text == "# The fee doubles in spring."
