"""Every step aside can be taken back, and nothing is lost by it."""

import pytest

from assistant.app import Assistant
from assistant.entities.conversation import Message
from assistant.entities.turn import Ask, Edit, Intent, TurnFinished, TurnRequest
from assistant.errors import UsageError
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine


@pytest.fixture
def assistant(opened: OpenAssistant) -> Assistant:
    return opened(ScriptedEngine("One.", "Two.", "Three."))


def answered(assistant: Assistant, intent: Intent) -> Message:
    request = TurnRequest(audience=assistant.audience, intent=intent)
    finished = list(assistant.chat.send(request))[-1]
    assert isinstance(finished, TurnFinished)
    return finished.reply


def read(assistant: Assistant, conversation_id) -> list[str]:
    branch = assistant.history.transcript(conversation_id, assistant.audience)
    return [each.content for each in branch]


def test_taking_back_an_edit_reads_the_branch_that_was_left(
    assistant: Assistant,
) -> None:
    first = answered(assistant, Ask(text="Tea?"))
    second = answered(
        assistant, Ask(text="Coffee?", conversation_id=first.conversation_id)
    )
    assistant.steps.note(first.conversation_id, second.id)
    assert first.parent_id
    edited = answered(assistant, Edit(message_id=first.parent_id, text="Milk?"))
    assert read(assistant, edited.conversation_id) == ["Milk?", "Three."]

    assistant.steps.undo(first.conversation_id, assistant.audience)

    assert read(assistant, first.conversation_id) == ["Tea?", "One.", "Coffee?", "Two."]
    both = assistant.history.siblings(
        assistant.history.transcript(first.conversation_id, assistant.audience)[0],
        assistant.audience,
    )
    assert [each.content for each in both] == ["Tea?", "Milk?"]


def test_taking_back_a_fork_returns_to_where_it_was_made(assistant: Assistant) -> None:
    first = answered(assistant, Ask(text="Tea?"))
    assert first.parent_id
    fork = assistant.history.fork(first.parent_id, assistant.audience)
    assistant.steps.note(fork.id, first.id)

    back = assistant.steps.undo(fork.id, assistant.audience)

    assert back.id == first.conversation_id
    assert read(assistant, fork.id) == ["Tea?"]


def test_steps_are_taken_back_one_by_one_until_there_is_none(
    assistant: Assistant,
) -> None:
    first = answered(assistant, Ask(text="Tea?"))
    assert first.parent_id
    assistant.steps.note(first.conversation_id, first.parent_id)
    assistant.steps.note(first.conversation_id, first.id)

    assistant.steps.undo(first.conversation_id, assistant.audience)
    assert len(read(assistant, first.conversation_id)) == 2
    assistant.steps.undo(first.conversation_id, assistant.audience)
    assert len(read(assistant, first.conversation_id)) == 1
    with pytest.raises(UsageError, match="no step"):
        assistant.steps.undo(first.conversation_id, assistant.audience)
