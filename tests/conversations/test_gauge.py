"""How full a context is, before anything is sent."""

from dataclasses import replace

import pytest

from assistant.app import Assistant
from assistant.entities.conversation import Message
from assistant.entities.draft import Draft
from assistant.entities.turn import Ask, TextFile, TurnFinished, TurnRequest
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

WORDS = Draft(text="one two three four five")


@pytest.fixture
def assistant(opened: OpenAssistant) -> Assistant:
    return opened(ScriptedEngine("Of course."))


def reply(assistant: Assistant) -> Message:
    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Tea?"))
    finished = list(assistant.chat.send(request))[-1]
    assert isinstance(finished, TurnFinished)
    return finished.reply


def test_what_is_written_comes_on_top_of_what_was_said(assistant: Assistant) -> None:
    said = replace(reply(assistant), prompt_tokens=300, tokens=12)

    blank = assistant.gauge.fill(Draft(), after=said)
    written = assistant.gauge.fill(WORDS, after=said)

    assert blank.used == 312
    assert 312 + 5 <= written.used < 312 + 30
    assert written.of == assistant.models.in_use().context_tokens


def test_a_new_conversation_begins_with_what_the_model_is_told(
    assistant: Assistant,
) -> None:
    blank = assistant.gauge.fill(Draft(), after=None)

    assert 10 < blank.used < 50


def test_files_count_and_can_fill_it(assistant: Assistant) -> None:
    large = Draft(
        text="What is this?", files=(TextFile(name="a", text="word " * 9000),)
    )

    assert not assistant.gauge.fill(WORDS, after=None).is_full
    assert assistant.gauge.fill(large, after=None).is_full
