"""Messages branch, grow, and are found again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.conversation import FinishReason, Message, MessageState
from assistant.entities.ids import ConversationId, MessageId
from assistant.errors import NotFoundError, StorageError
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText, match_any
from assistant.storage.messages import Messages
from tests.storage.building import ME, Talk


def ids(messages: list[Message]) -> list[str]:
    return [message.id for message in messages]


@pytest.fixture
def branches(talk: Talk) -> Talk:
    """A question with two answers; the first was gone on from, and edited."""
    question = talk.say("Question", id="q")
    first = talk.say("First answer", question, id="a1")
    talk.say("Second answer", question, id="a2")
    talk.say("Follow-up", first, id="f1")
    edited = talk.say("Follow-up, edited", first, id="f2")
    talk.say("Its answer", edited, id="fa")
    talk.say("Another beginning", id="q2")
    return talk


def test_a_branch_is_read_from_its_first_message_to_its_leaf(branches: Talk) -> None:
    def read(leaf: str) -> list[str]:
        return ids(branches.messages.path(MessageId(leaf), ME))

    assert read("fa") == ["q", "a1", "f2", "fa"]
    assert read("f1") == ["q", "a1", "f1"]
    assert read("a2") == ["q", "a2"]
    assert read("q2") == ["q2"]
    assert read("nothing") == []


class PlannedDatabase:
    """Asks SQLite how it would read, for everything that is read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.plan: list[str] = []

    def query(self, sql: str, params: dict[str, Any] | None = None) -> list[Any]:
        steps = self._database.query(f"EXPLAIN QUERY PLAN {sql}", params)
        self.plan += [step["detail"] for step in steps]
        return self._database.query(sql, params)


def test_reading_a_branch_does_not_read_all_that_was_ever_said(
    branches: Talk,
) -> None:
    planned = PlannedDatabase(branches.database)
    messages = Messages(planned)

    leaf = messages.get(MessageId("fa"), ME)
    messages.path(leaf.id, ME)
    messages.siblings(leaf, ME)
    messages.children(leaf.id, ME)
    messages.newest_leaf(leaf.id, ME)
    messages.all_of(leaf.conversation_id, ME)
    messages.attachments_of(leaf.id, ME)
    messages.attachments_of_all([leaf.id], ME)
    messages.next_sequence(leaf.conversation_id)
    messages.abandoned(lambda _: True)

    whole = [step for step in planned.plan if step.startswith("SCAN message")]
    assert whole == ["SCAN message USING INDEX message_being_written"]
    assert not [step for step in planned.plan if "_by_owner" in step]
    assert len(planned.plan) > 10


def test_versions_of_a_message_are_its_siblings(branches: Talk) -> None:
    def versions(of: str) -> list[str]:
        message = branches.messages.get(MessageId(of), ME)
        return ids(branches.messages.siblings(message, ME))

    assert versions("a2") == ["a1", "a2"]
    assert versions("f1") == ["f1", "f2"]
    assert versions("q") == ["q", "q2"]
    assert versions("fa") == ["fa"]


def test_children_are_the_direct_replies(branches: Talk) -> None:
    messages = branches.messages

    assert ids(messages.children(MessageId("q"), ME)) == ["a1", "a2"]
    assert ids(messages.children(MessageId("fa"), ME)) == []


def test_the_newest_leaf_is_the_last_thing_said_below(branches: Talk) -> None:
    def leaf(below: str) -> str:
        return branches.messages.newest_leaf(MessageId(below), ME).id

    assert leaf("q") == "fa"
    assert leaf("a1") == "fa"
    assert leaf("a2") == "a2"
    assert leaf("fa") == "fa"


def test_a_conversation_is_read_in_the_order_of_writing(branches: Talk) -> None:
    everything = branches.messages.all_of(ConversationId("talk"), ME)

    assert [message.sequence for message in everything] == [1, 2, 3, 4, 5, 6, 7]
    assert branches.messages.next_sequence(ConversationId("talk")) == 8
    assert branches.messages.next_sequence(ConversationId("new")) == 1


def test_two_messages_cannot_have_the_same_place_in_a_conversation(
    talk: Talk,
) -> None:
    talk.say("Hello")

    with pytest.raises(StorageError):
        talk.say("Hello again", sequence=1)


def test_a_message_follows_one_of_the_same_conversation(talk: Talk) -> None:
    elsewhere = Talk(talk.database, "other").say("Elsewhere")

    with pytest.raises(StorageError):
        talk.say("Hello", elsewhere)

    assert talk.messages.all_of(ConversationId("talk"), ME) == []


def test_a_reply_grows_until_it_is_finished(talk: Talk) -> None:
    reply = talk.start_reply(talk.say("Hello"))

    talk.messages.grow(reply.id, "Hi")
    talk.messages.grow(reply.id, "Hi there")
    growing = talk.messages.get(reply.id, ME)
    finished = replace(
        growing,
        content="Hi there!",
        state=MessageState.COMPLETED,
        finish_reason=FinishReason.STOP,
        tokens=3,
        model="small",
        written_by=None,
    )
    talk.messages.replace(finished)

    assert growing.content == "Hi there"
    assert talk.messages.get(reply.id, ME) == finished
    with pytest.raises(NotFoundError, match="being written"):
        talk.messages.grow(reply.id, "Hi there! And")
    assert talk.messages.get(reply.id, ME) == finished


def test_a_deleted_message_can_neither_grow_nor_be_replaced(talk: Talk) -> None:
    reply = talk.start_reply(talk.say("Hello"))
    talk.conversations.delete(ConversationId("talk"))

    with pytest.raises(NotFoundError):
        talk.messages.grow(reply.id, "Hi")
    with pytest.raises(NotFoundError):
        talk.messages.replace(reply)


def test_replies_of_dead_writers_are_found_and_those_of_the_living_are_not(
    talk: Talk,
) -> None:
    question = talk.say("Hello")
    dead = talk.start_reply(question, by="dead")
    nobody = talk.start_reply(question, by=None)
    talk.start_reply(question, by="alive")

    abandoned = talk.messages.abandoned(lambda writer: writer == "alive")

    assert ids(abandoned) == [dead.id, nobody.id]


def find(talk: Talk, text: str) -> list[str]:
    return ids([hit.message for hit in talk.messages.search(text, ME, limit=9)])


def test_a_natural_question_finds_what_shares_any_of_its_words(talk: Talk) -> None:
    talk.say("The capital of France is Paris", id="paris")
    talk.say("Berlin is the capital of Germany", id="berlin")
    talk.say("Cats sleep all day", id="cats")

    assert find(talk, "What was it that I said about the capital of France?") == [
        "paris",
        "berlin",
    ]
    assert find(talk, "sleeping cat") == ["cats"]
    assert find(talk, "dogs") == []


def test_a_search_of_only_common_words_still_finds_them(talk: Talk) -> None:
    talk.say("To be or not to be", id="hamlet")
    talk.say("Cats sleep", id="cats")

    assert find(talk, "to be") == ["hamlet"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "?!",
        '"',
        'cat" OR "dog',
        "cat*",
        "cat AND",
        "NEAR(",
        "content:cat",
        "-",
        "^",
        "a\x00b",
        "\N{CJK UNIFIED IDEOGRAPH-4E2D}",
        "'",
        "c'a't",
        "(" * 999,
    ],
)
def test_whatever_is_typed_is_a_search_and_no_syntax(talk: Talk, text: str) -> None:
    talk.say("A cat", id="cat")

    assert find(talk, text) in ([], ["cat"])


@given(st.text())
def test_any_text_becomes_terms_or_nothing(text: str) -> None:
    words = match_any(text)

    assert words is None or words.startswith('"')


def test_a_hit_shows_the_words_around_with_the_marks_asked_for(talk: Talk) -> None:
    talk.say("We met in Paris, in the rain", id="rain")

    plain = talk.messages.search("raining", ME, limit=1)[0]
    marked = talk.messages.search("raining", ME, limit=1, marks=("\x02", "\x03"))[0]

    assert plain.snippet == "We met in Paris, in the [rain]"
    assert plain.conversation_title == "A talk"
    assert "\x02rain\x03" in marked.snippet


def test_a_reply_is_found_once_it_is_finished_with_its_last_words(talk: Talk) -> None:
    reply = talk.start_reply(talk.say("Question"))

    talk.messages.grow(reply.id, "About foxes")
    assert find(talk, "fox") == []

    done = replace(reply, content="About hares", state=MessageState.COMPLETED)
    talk.messages.replace(done)
    assert find(talk, "hare") == [reply.id]
    assert find(talk, "fox") == []

    talk.messages.replace(replace(done, content="About wolves"))
    assert find(talk, "hare") == []
    assert find(talk, "wolf wolves") == [reply.id]

    talk.messages.replace(replace(done, state=MessageState.PROCESSING))
    assert find(talk, "hare wolves") == []
    assert FullText(talk.database).is_in_step()


def test_an_index_out_of_step_is_noticed_and_made_anew(
    talk: Talk, database: Database
) -> None:
    talk.say("About foxes", id="fox")
    text = FullText(database)
    database.execute("INSERT INTO message_text (message_text) VALUES ('delete-all')")

    noticed = not text.is_in_step()
    text.rebuild()

    assert noticed
    assert text.is_in_step()
    assert find(talk, "fox") == ["fox"]
