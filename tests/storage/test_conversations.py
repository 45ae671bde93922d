"""Conversations are listed, continued, paused and deleted."""

from dataclasses import replace

import pytest

from assistant.entities.conversation import ConversationState, MessageState
from assistant.entities.ids import ConversationId, MessageId
from assistant.errors import NotFoundError, StorageError
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText
from tests.storage.building import ME, Talk, a_conversation, at


def fill(talk: Talk, minutes: dict[str, int]) -> None:
    for name, changed in minutes.items():
        talk.conversations.add(a_conversation(name, updated_at=at(changed)))


def test_the_last_changed_comes_first_and_archived_ones_are_left_out(
    talk: Talk,
) -> None:
    fill(talk, {"old": 1, "new": 3})
    talk.conversations.add(
        a_conversation("done", updated_at=at(9), state=ConversationState.ARCHIVED)
    )

    listed = [c.id for c in talk.conversations.recent(ME, limit=9)]
    everything = talk.conversations.recent(ME, limit=9, include_archived=True)
    latest = talk.conversations.latest(ME)

    assert listed == ["new", "old", "talk"]
    assert [c.id for c in everything] == ["done", *listed]
    assert latest is not None
    assert latest.id == "new"


def test_a_long_list_is_read_page_by_page_without_gap_or_repeat(talk: Talk) -> None:
    fill(talk, {f"c{number:02}": number // 4 for number in range(19)})
    whole = talk.conversations.recent(ME, limit=99)

    pages = []
    last = None
    while page := talk.conversations.recent(ME, limit=3, before=last):
        pages.extend(page)
        last = page[-1]

    assert pages == whole
    assert len(pages) == 20


def test_the_beginning_of_an_id_finds_it(talk: Talk) -> None:
    fill(talk, {"01AAA": 1, "01AAB": 2, "01_%": 3})

    def found(prefix: str) -> list[str]:
        return [c.id for c in talk.conversations.starting_with(prefix, ME)]

    assert found("01AAB") == ["01AAB"]
    assert found("01AA") == ["01AAA", "01AAB"]
    assert found("01_") == ["01_%"]
    assert found("02") == []


def test_an_update_keeps_what_changed(talk: Talk) -> None:
    first = talk.say("Hello")
    changed = replace(
        talk.conversations.get(ConversationId("talk"), ME),
        title="Greetings",
        state=ConversationState.PAUSED,
        head_id=first.id,
        summary="They greeted.",
        message_count=1,
        total_tokens=7,
        updated_at=at(5),
    )

    talk.conversations.update(changed)

    assert talk.conversations.get(changed.id, ME) == changed


def test_the_head_is_one_of_the_conversations_own_messages(talk: Talk) -> None:
    other = Talk(talk.database, "other").say("Elsewhere")
    here = talk.conversations.get(ConversationId("talk"), ME)

    with pytest.raises(StorageError):
        talk.conversations.update(replace(here, head_id=other.id))

    assert talk.conversations.get(here.id, ME).head_id is None


def test_changing_what_is_not_there_is_an_error(talk: Talk) -> None:
    gone = a_conversation("gone")

    with pytest.raises(NotFoundError):
        talk.conversations.update(gone)
    with pytest.raises(NotFoundError):
        talk.conversations.delete(gone.id)


def test_only_idle_active_conversations_are_paused(talk: Talk) -> None:
    fill(talk, {"idle": 1, "busy": 30})
    talk.conversations.add(
        a_conversation("kept", updated_at=at(1), state=ConversationState.ARCHIVED)
    )

    paused = talk.conversations.pause_idle(at(10))

    states = {
        c.id: c.state
        for c in talk.conversations.recent(ME, limit=9, include_archived=True)
    }
    assert paused == 2
    assert states == {
        "busy": ConversationState.ACTIVE,
        "kept": ConversationState.ARCHIVED,
        "idle": ConversationState.PAUSED,
        "talk": ConversationState.PAUSED,
    }


def test_deleting_one_deletes_all_that_was_said_in_it_and_nothing_else(
    talk: Talk, database: Database
) -> None:
    other = Talk(database, "other")
    kept = other.say("We keep cats")
    last = None
    with database.transaction():
        for number in range(1500):
            last = talk.say(f"We keep dog {number}", last)
    assert last is not None
    talk.start_reply(last)
    here = talk.conversations.get(ConversationId("talk"), ME)
    talk.conversations.update(replace(here, head_id=last.id))

    talk.conversations.delete(here.id)

    assert talk.messages.search("dog keep", ME, limit=9)[0].message == kept
    assert len(talk.messages.search("dog keep", ME, limit=9)) == 1
    assert talk.messages.all_of(here.id, ME) == []
    assert FullText(database).is_in_step()


def test_deleting_the_origin_of_a_fork_keeps_the_fork(talk: Talk) -> None:
    origin = talk.say("Hello")
    talk.conversations.add(a_conversation("fork", forked_from=origin.id))

    talk.conversations.delete(ConversationId("talk"))

    assert talk.conversations.get(ConversationId("fork"), ME).forked_from is None


def test_a_message_belongs_to_a_conversation(talk: Talk) -> None:
    with pytest.raises(StorageError):
        talk.say("Hello", conversation_id=ConversationId("nowhere"))

    assert talk.messages.find(MessageId("talk-1"), ME) is None
    assert talk.say("Hello").state is MessageState.COMPLETED
