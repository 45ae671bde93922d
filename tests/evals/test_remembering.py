"""What is taken from statements is right, and nothing is taken from the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.agents.remembering import TurnMemory
from assistant.memory.asking import answering
from assistant.memory.capture import Capture
from assistant.memory.learning import Learning
from tests.evals.remembering import (
    SAID_ON,
    Statement,
    named,
    not_named,
    score,
    small_talk,
    statements,
    taken_from,
)
from tests.evals.unseen import Half, later, tally, unseen
from tests.knowledge.building import a_desk, a_search
from tests.memory.building import a_book, a_memory_desk
from tests.storage.building import ME
from tests.storage.conftest import database, path, talk

__all__ = ["database", "path", "talk"]

TOLD = statements()
ASKED = [statement for statement in TOLD if statement.ask]
SAID_AT = datetime(SAID_ON.year, SAID_ON.month, SAID_ON.day, 12, tzinfo=UTC)


def test_the_set_is_large_enough_to_mean_something() -> None:
    assert len(TOLD) >= 60
    assert len(small_talk()) >= 60
    assert len({statement.text for statement in TOLD}) == len(TOLD)


@pytest.mark.parametrize("text", small_talk())
def test_nothing_is_taken_from_what_says_nothing_of_its_writer(text: str) -> None:
    assert not taken_from(text)


@pytest.mark.parametrize("statement", TOLD, ids=lambda statement: statement.text)
def test_what_is_taken_from_a_statement_is_what_it_says(statement: Statement) -> None:
    assert taken_from(statement.text) == statement.facts


@pytest.mark.parametrize(
    "statement", [*named(), *not_named()], ids=lambda statement: statement.text
)
def test_nothing_wrong_is_taken_by_name_or_as_a_correction(
    statement: Statement,
) -> None:
    assert taken_from(statement.text, statement.known) <= statement.facts


def test_most_people_known_by_name_and_most_corrections_are_understood() -> None:
    assert score(named(), []).recall >= 0.9


def test_a_mistake_would_be_counted() -> None:
    wrong = Statement(
        text="I live in Porto",
        facts=frozenset({("me", "home", "Rome")}),
        ask="Where do I live?",
        answer="Rome",
    )

    counted = score([wrong], ["I live in Porto"])

    assert (counted.precision, counted.recall) == (0.0, 0.0)
    assert len(counted.mistakes) == 3


@pytest.mark.parametrize("half", Half)
def test_words_of_no_rules_own_teach_little_that_is_wrong(half: Half) -> None:
    """A bound well below what was measured: it fails when a rule goes astray."""
    counted = tally(message for message in unseen() if message.half is half)

    assert counted.precision >= 0.9
    assert counted.recall >= 0.7


def test_what_was_mended_later_stays_mended() -> None:
    counted = tally(later())

    assert counted.precision == 1
    assert counted.recall >= 0.8


@pytest.fixture
def store(database, talk) -> TurnMemory:
    """Memory over a file of its own, without an embedder."""
    desk = a_memory_desk(database)
    capture = Capture(desk=desk)
    return TurnMemory(
        book=a_book(desk),
        capture=capture,
        learning=Learning(desk=desk, capture=capture),
        search=a_search(a_desk(database, None)),
    )


def answer_to(store: TurnMemory, question: str) -> str:
    known = store.book.browse(ME, limit=999)
    return "\n".join(memory.text for memory in answering(question, known))


@pytest.mark.parametrize("statement", ASKED, ids=lambda statement: statement.text)
def test_what_was_told_answers_a_question(store, talk, statement: Statement) -> None:
    said = talk.say(statement.text, created_at=SAID_AT)
    store.capture.take(said.id, ME)

    assert statement.answer in answer_to(store, statement.ask)


def test_everything_told_at_once_is_found_again(store, talk) -> None:
    """Later values take the place of earlier ones; whatever is current is found."""
    told_in = {}
    for number, statement in enumerate(TOLD):
        said = talk.say(statement.text, created_at=SAID_AT + timedelta(minutes=number))
        store.capture.take(said.id, ME)
        told_in[said.id] = statement
    current = store.book.browse(ME, limit=999)

    still = {told_in[memory.message_id].ask: memory.text for memory in current}
    asked = [each for each in ASKED if each.answer in still.get(each.ask, "")]
    lost = [each.ask for each in asked if each.answer not in answer_to(store, each.ask)]
    assert lost == []
    assert len(asked) > 40


def test_small_talk_is_no_question_to_memory(store, talk) -> None:
    """With everything known, the program answers only what was asked of it."""
    for statement in TOLD:
        said = talk.say(statement.text, created_at=SAID_AT)
        store.capture.take(said.id, ME)

    answered = [text for text in small_talk() if answer_to(store, text)]
    assert answered == ["Where do I live?"]
