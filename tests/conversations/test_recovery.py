import os
import subprocess
import sys

from assistant.app import Assistant
from assistant.conversations.recovery import is_alive, mark_interrupted, this_process
from assistant.entities.conversation import FinishReason, MessageState
from assistant.entities.turn import (
    Ask,
    QuestionSaved,
    Resume,
    TokenArrived,
    TurnFinished,
    TurnRequest,
)
from assistant.storage.messages import Messages
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine


def abandoned(assistant: Assistant) -> QuestionSaved:
    """A turn that stands still after its first words, as a killed one would."""
    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Count"))
    events = assistant.chat.send(request)
    saved = next(events)
    assert isinstance(saved, QuestionSaved)
    messages = Messages(assistant.database)
    messages.grow(saved.reply.id, "one two")
    _standing_still.append(events)
    return saved


_standing_still: list[object] = []


def test_this_process_is_alive_and_a_finished_one_is_not() -> None:
    child = subprocess.run(
        [
            sys.executable,
            "-c",
            "from assistant.conversations.recovery import this_process;"
            "print(this_process())",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert is_alive(this_process())
    assert not is_alive(child.stdout.strip())


def test_a_later_process_with_the_same_number_is_not_taken_for_the_writer() -> None:
    host, pid = os.uname().nodename, os.getpid()

    assert not is_alive(f"{host}/{pid}@1.00")


def test_another_machine_cannot_be_judged_from_here() -> None:
    assert is_alive("elsewhere/1@1.00")


def test_the_answer_of_a_dead_process_is_kept_and_marked(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("one two three"))
    saved = abandoned(assistant)

    marked = mark_interrupted(
        Messages(assistant.database),
        database=assistant.database,
        alive=lambda _: False,
    )

    said = assistant.history.transcript(
        saved.question.conversation_id, assistant.audience
    )
    assert marked == 1
    assert [message.content for message in said] == ["Count", "one two"]
    assert said[1].finish_reason is FinishReason.INTERRUPTED
    assert said[1].error == "Interrupted: Hearth stopped while it was answering"
    assert {message.state for message in said} == {MessageState.FAILED}


def test_an_answer_that_somebody_still_writes_is_left_alone(
    opened: OpenAssistant,
) -> None:
    assistant = opened()
    saved = abandoned(assistant)

    opened()

    said = assistant.history.transcript(
        saved.question.conversation_id, assistant.audience
    )
    assert said[1].state is MessageState.PROCESSING


def test_an_interrupted_answer_can_be_gone_on_with(opened: OpenAssistant) -> None:
    assistant = opened(ScriptedEngine(" three"))
    saved = abandoned(assistant)
    mark_interrupted(
        Messages(assistant.database),
        database=assistant.database,
        alive=lambda _: False,
    )
    unfinished = assistant.history.unfinished(assistant.audience)

    request = TurnRequest(
        audience=assistant.audience, intent=Resume(message_id=unfinished[0].id)
    )
    events = list(assistant.chat.send(request))

    assert [e.text for e in events if isinstance(e, TokenArrived)] == [" three"]
    finished = events[-1]
    assert isinstance(finished, TurnFinished)
    assert finished.reply.content == "one two three"
    assert finished.reply.id == saved.reply.id
    assert assistant.history.unfinished(assistant.audience) == []


def test_an_unfinished_answer_that_was_passed_over_is_not_offered(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("Never mind."))
    saved = abandoned(assistant)
    mark_interrupted(
        Messages(assistant.database),
        database=assistant.database,
        alive=lambda _: False,
    )

    again = Ask(text="Again", conversation_id=saved.question.conversation_id)
    list(assistant.chat.send(TurnRequest(audience=assistant.audience, intent=again)))

    assert assistant.history.unfinished(assistant.audience) == []
