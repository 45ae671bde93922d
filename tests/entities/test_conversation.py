from datetime import UTC, datetime, timedelta

import pytest

from assistant.entities.conversation import (
    Conversation,
    ConversationState,
    FinishReason,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.ids import ConversationId, MessageId, UserId

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
NEW, ACTIVE = ConversationState.NEW, ConversationState.ACTIVE
PAUSED, ARCHIVED = ConversationState.PAUSED, ConversationState.ARCHIVED


def conversation(**given) -> Conversation:
    fields = {
        "id": ConversationId("c"),
        "user_id": UserId("local"),
        "title": "Tea",
        "state": NEW,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Conversation(**(fields | given))


def message(**given) -> Message:
    fields = {
        "id": MessageId("m"),
        "conversation_id": ConversationId("c"),
        "owner_id": UserId("local"),
        "role": MessageRole.USER,
        "content": "Is there tea?",
        "created_at": NOON,
        "sequence": 1,
    }
    return Message(**(fields | given))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NEW, ACTIVE),
        (NEW, ARCHIVED),
        (ACTIVE, PAUSED),
        (ACTIVE, ARCHIVED),
        (PAUSED, ACTIVE),
        (PAUSED, ARCHIVED),
        (ARCHIVED, ACTIVE),
    ],
)
def test_a_conversation_takes_every_step_of_its_life(before, after) -> None:
    assert conversation(state=before).become(after).state is after


@pytest.mark.parametrize(
    ("before", "after"),
    [(NEW, PAUSED), (ACTIVE, NEW), (PAUSED, NEW), (ARCHIVED, PAUSED), (NEW, NEW)],
)
def test_a_conversation_refuses_steps_that_make_no_sense(before, after) -> None:
    with pytest.raises(ValueError, match="cannot go from"):
        conversation(state=before).become(after)


def test_a_conversation_cannot_change_before_it_began() -> None:
    with pytest.raises(ValueError, match="before it began"):
        conversation(updated_at=NOON - timedelta(seconds=1))


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_user_cannot_say_nothing(blank: str) -> None:
    with pytest.raises(ValueError, match="cannot be empty"):
        message(content=blank)


def test_a_reply_may_be_empty_only_until_it_is_finished() -> None:
    message(role=MessageRole.ASSISTANT, content="", state=MessageState.PROCESSING)

    with pytest.raises(ValueError, match="completed answer"):
        message(role=MessageRole.ASSISTANT, content="", state=MessageState.COMPLETED)


def test_a_failed_message_says_why() -> None:
    with pytest.raises(ValueError, match="says why"):
        message(state=MessageState.FAILED)


def test_tokens_and_sequence_are_never_nonsense() -> None:
    with pytest.raises(ValueError, match="negative"):
        message(tokens=-1)
    with pytest.raises(ValueError, match="starts at 1"):
        message(sequence=0)


@pytest.mark.parametrize("reason", FinishReason)
def test_only_answers_that_broke_off_can_be_gone_on_with(reason) -> None:
    broken_off = {
        FinishReason.LENGTH,
        FinishReason.CANCELLED,
        FinishReason.INTERRUPTED,
    }

    reply = message(role=MessageRole.ASSISTANT, finish_reason=reason)

    assert reply.is_unfinished is (reason in broken_off)
