"""Notes on what fits no more: whose words, which ones, and how long they hold."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.conversation import Message, MessageRole
from assistant.entities.ids import MessageId
from assistant.memory.window import Windows, take_notes
from assistant.memory.worth import worth
from assistant.storage.summaries import Summaries
from tests.storage.building import ME, Talk, a_message, clock, open_plain

FACT = "My sister Ana moved to Porto in March."
CHAT = "Well, that is a nice thing to hear indeed."


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    database = open_plain(tmp_path / "data" / "hearth.db")
    yield Talk(database)
    database.close()


@pytest.fixture
def windows(talk: Talk) -> Windows:
    numbers = count(1)
    return Windows(
        database=talk.database,
        messages=talk.messages,
        summaries=Summaries(talk.database),
        clock=clock,
        mint=lambda: f"fold {next(numbers)}",
    )


def said(number: int, text: str, role: MessageRole = MessageRole.USER) -> Message:
    return a_message(f"m{number}", text, sequence=number, role=role)


def a_branch(talk: Talk, *texts: str) -> list[Message]:
    messages = []
    for number, text in enumerate(texts, start=1):
        role = MessageRole.USER if number % 2 else MessageRole.ASSISTANT
        parent = messages[-1].id if messages else None
        messages.append(replace(said(number, text, role), parent_id=parent))
    with talk.transaction():
        for message in messages:
            talk.messages.add(message)
        conversation = talk.conversations.get(messages[0].conversation_id, ME)
        talk.conversations.update(replace(conversation, head_id=messages[-1].id))
    return messages


def lines(messages: list[Message], *, room: int) -> list[str]:
    return [note.line for note in take_notes(messages, room=room)]


def test_facts_are_worth_more_than_small_talk_and_than_questions() -> None:
    assert worth(FACT) > worth("Did my sister Ana move to Porto in March?")
    assert worth(FACT) > worth(CHAT)
    assert worth("Yes.") == 0


def test_a_note_is_a_sentence_word_for_word_with_its_day_and_speaker() -> None:
    notes = lines([said(1, f"{CHAT} {FACT}")], room=25)

    assert notes == [f"- 2026-11-22 You: {FACT}"]


def test_notes_keep_their_order_and_say_who_spoke() -> None:
    first = said(1, "My boat is called Nelly.")
    reply = said(2, "You bought Nelly in 2019.", MessageRole.ASSISTANT)

    assert lines([first, reply], room=100) == [
        "- 2026-11-22 You: My boat is called Nelly.",
        "- 2026-11-22 Hearth: You bought Nelly in 2019.",
    ]


def test_code_is_no_note() -> None:
    code = f"```\n{FACT}\n```\nMy code was written in 2019."

    assert lines([said(1, code)], room=100) == [
        "- 2026-11-22 You: My code was written in 2019."
    ]


@given(
    st.lists(st.text(min_size=1, max_size=400).filter(str.strip), min_size=1),
    st.integers(0, 120),
)
def test_notes_never_take_more_room_than_they_have(texts: list[str], room: int) -> None:
    messages = [said(number, text) for number, text in enumerate(texts, start=1)]

    notes = lines(messages, room=room)

    assert sum(len(line.encode()) + 1 for line in notes) <= room * 3


def test_a_fold_is_kept_and_names_its_range_and_its_sources(
    talk: Talk, windows: Windows
) -> None:
    branch = a_branch(talk, FACT, CHAT, "Which day is it?", "Sunday.")

    fold = windows.fold(branch[:2], ME, room=25)

    assert fold is not None
    assert (fold.first_id, fold.last_id, fold.sources) == ("m1", "m2", ("m1",))
    assert windows.fold(branch[:2], ME, room=25) == fold
    assert windows.open(fold, ME) == branch[:2]


def test_another_room_makes_other_notes_in_the_same_place(
    talk: Talk, windows: Windows
) -> None:
    branch = a_branch(talk, f"{FACT} My boat is called Nelly.", CHAT)
    narrow = windows.fold(branch, ME, room=25)
    wide = windows.fold(branch, ME, room=100)

    assert narrow is not None
    assert wide is not None
    assert len(wide.text) > len(narrow.text)
    assert Summaries(talk.database).of(wide.conversation_id, ME) == [wide]


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM message WHERE id = 'm2'", "UPDATE message SET content = 'No.'"],
)
def test_notes_go_with_the_words_they_quote(
    talk: Talk, windows: Windows, change: str
) -> None:
    branch = a_branch(talk, "Tell me.", "You were born in Oslo in 1987.")
    assert windows.fold(branch, ME, room=100)

    with talk.transaction():
        talk.database.execute("UPDATE conversation SET head_id = NULL")
        talk.database.execute(change)

    left = talk.database.query("SELECT id FROM summary UNION SELECT id FROM depends_on")
    assert left == []


def test_what_is_stale_is_made_anew(talk: Talk, windows: Windows) -> None:
    branch = a_branch(talk, FACT, CHAT)
    first = windows.fold(branch, ME, room=25)
    with talk.transaction():
        talk.database.execute("UPDATE summary SET is_stale = 1")

    second = windows.fold(branch, ME, room=25)

    assert first is not None
    assert second is not None
    assert second.id != first.id
    assert second.text == first.text


def test_a_window_is_the_notes_and_what_was_said_since(
    talk: Talk, windows: Windows
) -> None:
    branch = a_branch(talk, FACT, CHAT, "Which day is it?", "Sunday.")
    fold = windows.fold(branch[:2], ME, room=25)
    conversation = talk.conversations.get(branch[0].conversation_id, ME)
    told = replace(windows, facts=lambda *_: ["Ana lives in Porto"])

    window = told.of(conversation, ME, count=lambda text: len(text.split()))

    assert window.fold == fold
    assert [message.id for message in window.messages] == ["m3", "m4"]
    assert window.facts == ("Ana lives in Porto",)
    assert window.token_count == len(["Which", "day", "is", "it?", "Sunday."]) + 11
    assert window.summary == f"- 2026-11-22 You: {FACT}"


def test_notes_of_one_branch_are_not_those_of_another(
    talk: Talk, windows: Windows
) -> None:
    branch = a_branch(talk, FACT, CHAT, "Which day is it?", "Sunday.")
    other = replace(
        said(9, "The other way.", MessageRole.ASSISTANT),
        id=MessageId("other"),
        parent_id=branch[0].id,
    )
    with talk.transaction():
        talk.messages.add(other)
    windows.fold(branch[:2], ME, room=25)
    conversation = talk.conversations.get(branch[0].conversation_id, ME)

    window = windows.of(replace(conversation, head_id=other.id), ME, count=lambda _: 1)

    assert window.fold is None
    assert [message.id for message in window.messages] == ["m1", "other"]
