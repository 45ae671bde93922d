from contextlib import closing
from threading import Event

import pytest

from assistant.app import Assistant
from assistant.entities.conversation import (
    ConversationState,
    FinishReason,
    Message,
    MessageState,
)
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.turn import (
    Ask,
    Edit,
    HistoryTrimmed,
    Intent,
    QuestionSaved,
    Regenerate,
    Resume,
    TextFile,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    TurnRequest,
)
from assistant.errors import NotFoundError, UsageError
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine


def send(assistant: Assistant, intent: Intent, **more) -> list[TurnEvent]:
    request = TurnRequest(audience=assistant.audience, intent=intent, **more)
    return list(assistant.chat.send(request))


def ask(assistant: Assistant, text: str, **more) -> TurnFinished:
    finished = send(assistant, Ask(text=text, **more))[-1]
    assert isinstance(finished, TurnFinished), finished
    return finished


def transcript(assistant: Assistant, any_message: Message) -> list[str]:
    said = assistant.history.transcript(any_message.conversation_id, assistant.audience)
    return [message.content for message in said]


def test_an_answer_streams_and_is_kept(opened: OpenAssistant) -> None:
    assistant = opened(ScriptedEngine("Paris, of course."))

    events = send(assistant, Ask(text="What is the capital of France?"))

    words = "".join(e.text for e in events if isinstance(e, TokenArrived))
    assert words == "Paris, of course."
    assert isinstance(events[0], QuestionSaved)
    finished = events[-1]
    assert isinstance(finished, TurnFinished)
    assert finished.reason is FinishReason.STOP
    assert finished.reply.state is MessageState.COMPLETED
    assert transcript(assistant, finished.reply) == [
        "What is the capital of France?",
        "Paris, of course.",
    ]


def test_the_question_is_in_the_file_before_the_model_is_asked(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("Yes."))
    other = opened()

    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Is it safe?"))
    with closing(assistant.chat.send(request)) as events:
        saved = next(events)
        assert isinstance(saved, QuestionSaved)
        assert transcript(other, saved.question) == ["Is it safe?", ""]


def test_a_conversation_remembers_what_was_said(opened: OpenAssistant) -> None:
    engine = ScriptedEngine("Hello Ana.", "You are Ana.")
    assistant = opened(engine)
    first = ask(assistant, "I am Ana.")

    ask(assistant, "Who am I?", conversation_id=first.reply.conversation_id)

    sent = [message.content for message in engine.requests[-1].messages]
    assert sent[1:] == ["I am Ana.", "Hello Ana.", "Who am I?"]


def test_measures_and_model_are_kept_with_the_reply(opened: OpenAssistant) -> None:
    assistant = opened(ScriptedEngine("one two three"))

    reply = ask(assistant, "Count").reply

    assert reply.tokens == 3
    assert reply.prompt_tokens
    assert reply.response_time_ms is not None
    assert reply.model == assistant.models.in_use().name
    conversation = assistant.history.open(reply.conversation_id, assistant.audience)
    assert conversation.message_count == 2
    assert conversation.total_tokens == reply.tokens + reply.prompt_tokens
    assert conversation.state is ConversationState.ACTIVE


def test_stopping_keeps_the_part_that_was_said(opened: OpenAssistant) -> None:
    engine = ScriptedEngine("one two three four five")
    assistant = opened(engine)
    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Count"))

    events = assistant.chat.send(request)
    said: list[str] = []
    for event in events:
        if isinstance(event, TokenArrived):
            said.append(event.text)
        if len(said) == 2:
            break
    events.close()

    reply = assistant.history.unfinished(assistant.audience)[0]
    assert reply.content == "".join(said)
    assert reply.finish_reason is FinishReason.CANCELLED
    assert engine.stopped_early == 1


def test_an_answer_that_was_stopped_can_be_gone_on_with(
    opened: OpenAssistant,
) -> None:
    engine = ScriptedEngine("one two", " three four")
    assistant = opened(engine)
    request = TurnRequest(
        audience=assistant.audience, intent=Ask(text="Count"), max_tokens=1
    )
    broken = list(assistant.chat.send(request))[-1]
    assert isinstance(broken, TurnFinished)
    assert broken.reason is FinishReason.LENGTH

    finished = send(assistant, Resume(message_id=broken.reply.id))[-1]

    assert isinstance(finished, TurnFinished)
    assert finished.reply.content == "one three four"
    assert transcript(assistant, finished.reply) == ["Count", "one three four"]
    assert engine.requests[-1].messages[-1].content == "one"


def test_a_complete_answer_cannot_be_gone_on_with(opened: OpenAssistant) -> None:
    assistant = opened()
    reply = ask(assistant, "Hello").reply

    with pytest.raises(UsageError, match="complete"):
        send(assistant, Resume(message_id=reply.id))


def test_editing_a_question_keeps_both_branches(opened: OpenAssistant) -> None:
    assistant = opened(ScriptedEngine("Tea.", "Coffee."))
    first = send(assistant, Ask(text="Tea?"))
    question = first[0].question

    edited = send(assistant, Edit(message_id=question.id, text="Coffee?"))[-1]

    assert transcript(assistant, edited.reply) == ["Coffee?", "Coffee."]
    siblings = assistant.history.siblings(question, assistant.audience)
    assert [message.content for message in siblings] == ["Tea?", "Coffee?"]
    assistant.history.select(question.id, assistant.audience)
    assert transcript(assistant, question) == ["Tea?", "Tea."]


def test_another_answer_to_the_same_question(opened: OpenAssistant) -> None:
    assistant = opened(ScriptedEngine("First.", "Second."))
    first = ask(assistant, "Which?").reply

    second = send(assistant, Regenerate(message_id=first.id))[-1].reply

    assert transcript(assistant, second) == ["Which?", "Second."]
    siblings = assistant.history.siblings(second, assistant.audience)
    assert [message.content for message in siblings] == ["First.", "Second."]


def test_another_answer_may_wander_where_the_first_did_not(
    opened: OpenAssistant,
) -> None:
    engine = ScriptedEngine("First.", "Second.")
    assistant = opened(engine)
    first = ask(assistant, "Which?").reply

    send(assistant, Regenerate(message_id=first.id))

    temperatures = [request.sampling.temperature for request in engine.requests]
    assert temperatures == [0.0, 0.7]


def test_a_failing_model_leaves_the_question_and_says_what_to_do(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("one two three", fail_at=2))

    failed = send(assistant, Ask(text="Count"))[-1]

    assert isinstance(failed, TurnFailed)
    assert failed.exit_code == 4
    assert failed.reply.state is MessageState.FAILED
    assert transcript(assistant, failed.reply) == ["Count", "one two"]


def test_a_model_without_a_word_is_a_failure_not_an_empty_answer(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("   ", reason=FinishReason.EMPTY))

    failed = send(assistant, Ask(text="Well?"))[-1]

    assert isinstance(failed, TurnFailed)
    assert failed.error == "The model gave no answer"


def test_files_come_along_and_stay_with_the_question(opened: OpenAssistant) -> None:
    engine = ScriptedEngine("Milk.", "Milk and tea.")
    assistant = opened(engine)
    files = (TextFile(name="list.txt", text="milk"),)

    first = ask(assistant, "What is on it?", files=files)
    ask(assistant, "More?", conversation_id=first.reply.conversation_id)

    for request in engine.requests:
        assert "list.txt:\n```\nmilk\n```" in request.messages[1].content


def test_a_long_talk_tells_what_the_model_no_longer_sees(
    opened: OpenAssistant,
) -> None:
    engine = ScriptedEngine("word " * 60, context_tokens=400)
    assistant = opened(engine)
    conversation: ConversationId | None = None
    trimmed: list[HistoryTrimmed] = []

    for _ in range(8):
        events = send(assistant, Ask(text="Go on", conversation_id=conversation))
        conversation = events[0].question.conversation_id
        trimmed += [e for e in events if isinstance(e, HistoryTrimmed)]

    assert trimmed
    assert trimmed[-1].dropped + trimmed[-1].kept == 15


def test_answers_to_a_schema_are_shown_only_when_they_meet_it(
    opened: OpenAssistant,
) -> None:
    schema = {
        "type": "object",
        "properties": {"age": {"type": "integer"}},
        "required": ["age"],
    }
    assistant = opened(ScriptedEngine('{"age": "old"}', '{"age": 7}'))

    events = send(assistant, Ask(text="How old?"), schema=schema)

    words = [e.text for e in events if isinstance(e, TokenArrived)]
    assert words == ['{"age": 7}']
    assert events[-1].reply.content == '{"age": 7}'


def test_a_schema_that_is_never_met_is_an_error_and_shows_nothing(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("not JSON"))

    events = send(assistant, Ask(text="How old?"), schema={"type": "object"})

    assert not [e for e in events if isinstance(e, TokenArrived)]
    assert isinstance(events[-1], TurnFailed)


@pytest.mark.parametrize("blank", ["", "  \n "])
def test_nothing_is_written_for_an_empty_question(
    opened: OpenAssistant, blank: str
) -> None:
    assistant = opened()

    with pytest.raises(UsageError):
        send(assistant, Ask(text=blank))

    assert assistant.history.recent(assistant.audience) == []


def test_a_conversation_that_is_not_there_is_not_made(opened: OpenAssistant) -> None:
    assistant = opened()

    with pytest.raises(NotFoundError):
        send(assistant, Ask(text="Hello", conversation_id=ConversationId("nowhere")))
    with pytest.raises(NotFoundError):
        send(assistant, Regenerate(message_id=MessageId("nowhere")))


def test_a_model_nobody_knows_is_named_and_the_question_kept(
    opened: OpenAssistant,
) -> None:
    assistant = opened()

    failed = send(assistant, Ask(text="Hello"), model="nobody")[-1]

    assert isinstance(failed, TurnFailed)
    assert failed.exit_code == 3
    assert "nobody" in failed.error
    assert transcript(assistant, failed.reply) == ["Hello", ""]


def test_deleting_a_conversation_while_it_is_answered_leaves_nothing_behind(
    opened: OpenAssistant,
) -> None:
    assistant = opened(ScriptedEngine("one two three"))
    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Count"))
    events = assistant.chat.send(request)
    saved = next(events)
    assert isinstance(saved, QuestionSaved)

    assistant.history.delete(saved.question.conversation_id, assistant.audience)
    last = list(events)[-1]

    assert isinstance(last, TurnFinished)
    assert assistant.history.recent(assistant.audience) == []


def test_every_stage_of_a_turn_is_in_the_trace(opened: OpenAssistant) -> None:
    assistant = opened(ScriptedEngine("one two"))

    ask(assistant, "Count")

    spans = {span.name: span for span in assistant.traces.last_trace()}
    stages = {"admit", "write", "remember", "recall", "compose", "generate"}
    assert set(spans) == {"turn", *stages, "finish"}
    assert spans["generate"].counts["completion_tokens"] == 2
    assert spans["write"].parent_id == spans["turn"].id


def test_the_prompt_begins_the_same_way_turn_after_turn(
    opened: OpenAssistant,
) -> None:
    engine = ScriptedEngine("Yes.")
    assistant = opened(engine)
    first = ask(assistant, "One?")
    ask(assistant, "Two?", conversation_id=first.reply.conversation_id)

    earlier, later = (request.messages for request in engine.requests)

    assert later[: len(earlier)] == earlier


def test_two_processes_may_talk_in_one_conversation(opened: OpenAssistant) -> None:
    one, two = opened(ScriptedEngine("From one.")), opened(ScriptedEngine("From two."))
    reply = ask(one, "Hello").reply

    ask(two, "Hello again", conversation_id=reply.conversation_id)

    assert transcript(one, reply) == [
        "Hello",
        "From one.",
        "Hello again",
        "From two.",
    ]


def test_a_blocked_model_can_still_be_stopped(opened: OpenAssistant) -> None:
    gate = Event()
    engine = ScriptedEngine("never", hold=gate, ahead=2)
    assistant = opened(engine)
    request = TurnRequest(audience=assistant.audience, intent=Ask(text="Well?"))
    events = assistant.chat.send(request)
    kinds = [type(next(events)).__name__ for _ in range(3)]

    events.close()

    assert kinds == ["QuestionSaved", "ModelChosen", "Waiting"]
    reply = assistant.history.unfinished(assistant.audience)[0]
    assert reply.error == "Stopped before the first word"
