"""What was begun is there again, and nobody else's."""

from dataclasses import replace

import pytest

from assistant.app import Assistant
from assistant.entities.audience import Place
from assistant.entities.conversation import Conversation
from assistant.entities.draft import Draft
from assistant.entities.ids import ServerId
from assistant.entities.turn import Ask, TextFile, TurnRequest
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

HALF = Draft(text="Half a thought", files=(TextFile(name="a.txt", text="x\ny"),))


@pytest.fixture
def assistant(opened: OpenAssistant) -> Assistant:
    return opened(ScriptedEngine("Of course."))


def talk(assistant: Assistant) -> Conversation:
    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Tea?"))
    list(assistant.chat.send(request))
    return assistant.history.recent(assistant.audience)[0]


def test_each_conversation_has_a_draft_of_its_own(assistant: Assistant) -> None:
    begun = talk(assistant)

    assistant.unsent.keep(begun.id, HALF, assistant.audience)
    assistant.unsent.keep(None, Draft(text="Something new"), assistant.audience)

    assert assistant.unsent.of(begun.id, assistant.audience) == HALF
    assert assistant.unsent.of(None, assistant.audience).text == "Something new"


def test_a_blank_draft_leaves_nothing(assistant: Assistant) -> None:
    assistant.unsent.keep(None, HALF, assistant.audience)

    assistant.unsent.keep(None, Draft(text=" \n"), assistant.audience)

    assert assistant.unsent.of(None, assistant.audience) == Draft()


def test_files_alone_are_worth_keeping(assistant: Assistant) -> None:
    only_files = replace(HALF, text="")

    assistant.unsent.keep(None, only_files, assistant.audience)

    assert assistant.unsent.of(None, assistant.audience) == only_files


def test_a_draft_goes_with_its_conversation(assistant: Assistant) -> None:
    begun = talk(assistant)
    assistant.unsent.keep(begun.id, HALF, assistant.audience)

    assistant.history.delete(begun.id, assistant.audience)
    assistant.unsent.keep(begun.id, HALF, assistant.audience)

    assert assistant.unsent.of(begun.id, assistant.audience).is_blank


def test_nobody_reads_a_draft_where_others_see(assistant: Assistant) -> None:
    assistant.unsent.keep(None, HALF, assistant.audience)
    public = Place(server_id=ServerId("s"), is_private=False)

    assert assistant.unsent.of(None, replace(assistant.audience, place=public)).is_blank
