"""The first time, which ends with a greeting or with a word."""

from assistant.entities.turn import Ask, TurnRequest
from tests.conftest import OpenAssistant


def test_nothing_said_and_nobody_greeted_is_the_first_time(
    opened: OpenAssistant,
) -> None:
    hearth = opened()

    assert hearth.beginning.is_first_time(hearth.audience)


def test_a_greeting_is_given_once(opened: OpenAssistant) -> None:
    hearth = opened()
    hearth.beginning.note_greeted()

    assert not hearth.beginning.is_first_time(hearth.audience)


def test_whoever_has_said_something_needs_no_greeting(opened: OpenAssistant) -> None:
    hearth = opened()
    list(hearth.chat.send(TurnRequest(audience=hearth.audience, intent=Ask(text="Hi"))))

    assert not hearth.beginning.is_first_time(hearth.audience)
