"""A question asked of some documents is asked of no other, however it is worded."""

from collections.abc import Sequence

import pytest

from assistant.app import Assistant
from assistant.entities.conversation import Message
from assistant.entities.ids import DocumentId
from assistant.entities.search import Named
from assistant.entities.turn import (
    Ask,
    Edit,
    Intent,
    LibraryAsked,
    Regenerate,
    TurnFinished,
    TurnRequest,
)
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine
from tests.storage.shelf import Bookshelf, a_document

LOG = Named(title="The log", document_id=DocumentId("log"))
WORK = Named(title="work", collection="work")


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine("Somebody.")


@pytest.fixture
def assistant(opened: OpenAssistant, engine: ScriptedEngine) -> Assistant:
    assistant = opened(engine)
    shelf = Bookshelf(assistant.database)
    shelf.add(a_document("log"), "The lamp was lit by Marta.")
    shelf.add(a_document("diary"), "The lamp was lit by Ines.")
    shelf.add(a_document("minutes", collection="work"), "The lamp was lit by Osk.")
    return assistant


def send(assistant: Assistant, intent: Intent) -> tuple[list[str], Message]:
    """The documents in which something was found, and the reply."""
    request = TurnRequest(audience=assistant.audience, intent=intent)
    events = list(assistant.chat.send(request))
    asked = next(each for each in events if isinstance(each, LibraryAsked))
    finished = events[-1]
    assert isinstance(finished, TurnFinished)
    found = {hit.document_id for hit in asked.evidence.hits if hit.document_id}
    return sorted(found), finished.reply


def ask(within: Sequence[Named]) -> Ask:
    return Ask(text="Who lit the lamp?", within=tuple(within))


@pytest.mark.parametrize(
    ("within", "found"),
    [
        ([], ["diary", "log", "minutes"]),
        ([LOG], ["log"]),
        ([WORK], ["minutes"]),
        ([WORK, LOG], ["log", "minutes"]),
    ],
)
def test_only_what_was_named_is_asked(
    assistant: Assistant, within: list[Named], found: list[str]
) -> None:
    assert send(assistant, ask(within))[0] == found


def test_another_answer_and_other_words_are_asked_of_the_same(
    assistant: Assistant,
) -> None:
    _, reply = send(assistant, ask([LOG]))
    assert reply.parent_id is not None

    again = send(assistant, Regenerate(message_id=reply.id))
    reworded = send(assistant, Edit(message_id=reply.parent_id, text="Who lit a lamp?"))

    assert again[0] == reworded[0] == ["log"]


def test_the_next_question_is_asked_of_everything_again(assistant: Assistant) -> None:
    _, reply = send(assistant, ask([LOG]))

    then = Ask(text="Who lit the lamp?", conversation_id=reply.conversation_id)

    assert send(assistant, then)[0] == ["diary", "log", "minutes"]


def test_the_note_on_a_question_is_no_part_of_the_prompt(
    assistant: Assistant, engine: ScriptedEngine
) -> None:
    named = Named(title="A title that nobody typed", document_id=DocumentId("nowhere"))

    send(assistant, ask([named]))

    assert engine.requests
    for request in engine.requests:
        assert all("nobody typed" not in said.content for said in request.messages)


def test_a_question_takes_a_new_conversation_off_the_record(
    assistant: Assistant,
) -> None:
    _, reply = send(assistant, Ask(text="Who lit the lamp?", is_incognito=True))

    held = assistant.history.open(reply.conversation_id, assistant.audience)
    assert held.is_incognito


def test_a_conversation_off_the_record_stays_so(assistant: Assistant) -> None:
    history, audience = assistant.history, assistant.audience
    _, reply = send(assistant, Ask(text="Who lit the lamp?"))
    here = reply.conversation_id
    assert not history.open(here, audience).is_incognito

    for is_incognito in (True, False):
        then = Ask(text="And?", conversation_id=here, is_incognito=is_incognito)
        send(assistant, then)

        assert history.open(here, audience).is_incognito
