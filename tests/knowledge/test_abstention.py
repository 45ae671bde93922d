"""What only resembles an answer is not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embeddings.bundled import BGE_SMALL
from assistant.entities.search import Hit, HitKind, Why
from assistant.knowledge.abstention import (
    BGE_SMALL_GATE,
    WORDS_GATE,
    Signals,
    gate_for,
    is_answered,
    signals_of,
)
from assistant.knowledge.evidence import Supporting
from assistant.knowledge.sentences import Sentence

QUESTION = "When was the light at Tarn Head lit?"
SHARES = st.floats(0, 1)


def hit(text: str, *, cosine: float | None = None, title: str = "") -> Hit:
    why = Why(vector_score=cosine)
    return Hit(kind=HitKind.PASSAGE, id="p", title=title, text=text, score=1, why=why)


def sentence(cosine: float | None) -> Supporting:
    return Supporting(
        passage=0,
        sentence=Sentence(0, "It was lit in 1871."),
        score=1.0,
        keyword_score=1.0,
        cosine=cosine,
    )


def test_a_passage_with_all_the_words_and_near_in_meaning_answers() -> None:
    found = hit("It was first lit in 1871.", cosine=0.8, title="Light at Tarn Head")

    assert is_answered(QUESTION, [found], [sentence(0.7)])


def test_a_passage_of_another_subject_does_not() -> None:
    found = hit("Bread rises because yeast makes gas.", cosine=0.5)

    assert not is_answered(QUESTION, [found], [sentence(0.48)])


def test_another_wording_may_still_answer() -> None:
    asked = "In what year did the lamp start to shine?"
    found = hit("The beacon began to shine in 1871.", cosine=0.66)

    assert is_answered(asked, [found], [sentence(0.68)])


def test_without_an_embedder_most_of_the_words_must_be_there() -> None:
    all_of_them = hit("The light at Tarn Head was lit in 1871.")
    one_of_them = hit("The light in the kitchen is broken.")

    assert is_answered(QUESTION, [all_of_them], [sentence(None)])
    assert not is_answered(QUESTION, [one_of_them], [sentence(None)])


@pytest.mark.parametrize("question", ["", "?!", "\U0001f600"])
def test_a_question_without_words_has_no_answer(question: str) -> None:
    found = hit("Anything at all.", cosine=0.9)

    assert not is_answered(question, [found], [sentence(0.9)])


def test_where_nothing_was_found_nothing_is_answered() -> None:
    assert not is_answered(QUESTION, [], [])
    assert not is_answered(QUESTION, [hit("Tarn Head light lit")], [])


@given(SHARES, SHARES, SHARES, SHARES)
def test_more_of_any_signal_never_means_less_confidence(
    coverage: float, passage: float, near: float, more: float
) -> None:
    low = Signals(coverage=coverage, passage_cosine=passage, sentence_cosine=near)
    raised = [
        Signals(
            coverage=max(coverage, more), passage_cosine=passage, sentence_cosine=near
        ),
        Signals(
            coverage=coverage, passage_cosine=max(passage, more), sentence_cosine=near
        ),
        Signals(
            coverage=coverage, passage_cosine=passage, sentence_cosine=max(near, more)
        ),
    ]

    for gate in (BGE_SMALL_GATE, WORDS_GATE):
        assert 0 < gate.confidence(low) < 1
        for high in raised:
            assert gate.confidence(high) >= gate.confidence(low)


def test_the_best_of_each_signal_counts() -> None:
    hits = [hit("light", cosine=0.4), hit("Tarn Head light lit", cosine=0.3)]

    signals = signals_of(QUESTION, hits, [sentence(0.2), sentence(0.6)])

    assert signals == Signals(coverage=1.0, passage_cosine=0.4, sentence_cosine=0.6)


def test_cosines_of_another_embedder_are_not_weighed() -> None:
    assert gate_for(BGE_SMALL.name) is BGE_SMALL_GATE
    assert gate_for("nomic") is WORDS_GATE
    assert gate_for(None) is WORDS_GATE
