"""The questions can be answered from the corpus, or really cannot."""

from collections import Counter

import pytest

from assistant.knowledge.quotes import find_quote
from tests.evals.questions import Question, corpus, questions

CORPUS = corpus()
ANSWERABLE = [question for question in questions() if question.is_answerable]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_the_quotation_is_in_its_document_and_holds_the_answer(
    question: Question,
) -> None:
    assert find_quote(question.quote, CORPUS[question.document]) is not None
    assert find_quote(question.answer, question.quote) is not None


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_no_other_document_says_the_same(question: Question) -> None:
    holders = [
        name for name, text in CORPUS.items() if find_quote(question.quote, text)
    ]

    assert holders == [question.document]


def test_every_question_is_asked_once() -> None:
    asked = [question.question for question in questions()]
    ids = [question.id for question in questions()]

    assert len(set(asked)) == len(asked)
    assert len(set(ids)) == len(ids)


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(question.kind for question in questions())

    assert min(kinds.values()) >= 10
    assert {
        question.kind for question in questions() if not question.is_answerable
    } == {
        "missing",
        "absent",
    }
