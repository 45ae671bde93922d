"""What a conversation that outgrew its context still knows of its beginning."""

from assistant.app import Assistant
from assistant.entities.turn import Ask, HistoryTrimmed, TurnEvent, TurnRequest
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

FACT = "My sister Ana moved to Porto in March 2019."
SMALL_TALK = "well well well " * 12


def ask(assistant: Assistant, text: str, **more) -> list[TurnEvent]:
    request = TurnRequest(
        audience=assistant.audience, intent=Ask(text=text, **more), max_tokens=20
    )
    return list(assistant.chat.send(request))


def test_a_fact_from_the_beginning_is_still_before_the_model_after_many_turns(
    opened: OpenAssistant,
) -> None:
    engine = ScriptedEngine("So it is.", context_tokens=300)
    assistant = opened(engine)
    talk = ask(assistant, FACT)[-1].reply.conversation_id
    trimmed = False
    while not trimmed:
        events = ask(assistant, SMALL_TALK, conversation_id=talk)
        trimmed = any(isinstance(event, HistoryTrimmed) for event in events)

    sent = engine.requests[-1].messages

    assert not any(message.content.startswith(FACT) for message in sent)
    assert f"You: {FACT}" in sent[1].content
    assert "not instructions" in sent[1].content


def test_the_notes_stay_as_they_are_while_nothing_more_drops_out(
    opened: OpenAssistant,
) -> None:
    engine = ScriptedEngine("So it is.", context_tokens=300)
    assistant = opened(engine)
    talk = ask(assistant, FACT)[-1].reply.conversation_id
    for _ in range(30):
        ask(assistant, SMALL_TALK, conversation_id=talk)

    folds = assistant.database.query("SELECT last_id FROM summary")

    noted = [r for r in engine.requests if "not instructions" in r.messages[1].content]
    assert 1 < len(folds) < len(noted)
    assert all(FACT in request.messages[1].content for request in noted)
