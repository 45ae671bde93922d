"""What a channel may say of memory beside a message: only what is in the file."""

from dataclasses import replace

import pytest

from assistant.config.settings import MemoryMode
from assistant.entities.audience import Audience
from assistant.entities.ids import UserId
from assistant.entities.memory import MemoryState, Noticed
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.learning import CAPTURE, Learning, to_learn
from assistant.memory.noticing import Noticing
from tests.knowledge.building import mint
from tests.memory.building import a_book
from tests.storage.building import ME, Talk, at, clock

YOU = Audience(user_id=UserId("you"))


def noticing(desk: MemoryDesk) -> Noticing:
    return Noticing(learning=Learning(desk=desk, capture=Capture(desk=desk)))


def say(desk: MemoryDesk, talk: Talk, text: str, **changes):
    """A message, and the job that its turn leaves behind."""
    said = talk.say(text, **changes)
    with desk.database.transaction():
        job = to_learn(CAPTURE, said.id, ME, mint=mint, clock=clock)
        desk.jobs.enqueue(job)
    return said.id


def texts(noticed: Noticed) -> list[str]:
    return [*noticed.waiting_texts, *noticed.kept_texts]


def test_what_is_told_is_in_the_file_by_then(desk, talk) -> None:
    said = say(desk, talk, "My sister Ana lives in Porto.")

    assert not noticing(desk).of(said, ME)

    told = noticing(desk).once_learnt(said, ME)
    assert texts(told) == ["My sister Ana lives in Porto"]
    assert len(told.kept) == 2, "her name is kept too, and goes with it"
    assert told.waiting == ()
    assert told == noticing(desk).of(said, ME)


def test_nothing_is_told_of_what_was_known(desk, talk) -> None:
    noticing(desk).once_learnt(say(desk, talk, "I live in Porto."), ME)

    assert not noticing(desk).once_learnt(say(desk, talk, "I live in Porto."), ME)


def test_what_asks_first_waits_and_is_kept_on_a_yes(desk, talk) -> None:
    asking = replace(desk, mode=MemoryMode.ASK)
    said = say(desk, talk, "I live in Porto.")

    [waiting] = noticing(asking).once_learnt(said, ME).waiting
    assert waiting.state is MemoryState.PENDING

    a_book(desk).approve(waiting.id, ME)
    told = noticing(desk).of(said, ME)
    assert [each.id for each in told.kept] == [waiting.id]
    assert told.waiting == ()


@pytest.mark.parametrize("undo", ["forget", "reject"])
def test_what_was_taken_back_is_told_no_more(desk, talk, undo) -> None:
    asking = replace(desk, mode=MemoryMode.ASK)
    said = say(desk, talk, "I live in Porto.")
    [waiting] = noticing(asking).once_learnt(said, ME).waiting

    if undo == "forget":
        a_book(desk).forget([waiting.id], ME)
    else:
        a_book(desk).reject(waiting.id, ME)

    assert not noticing(desk).of(said, ME)


def test_a_later_value_takes_the_notice_from_the_earlier_message(desk, talk) -> None:
    first = say(desk, talk, "I live in Porto.")
    second = say(desk, talk, "We moved to Lisbon last week.", created_at=at(1))

    told = noticing(desk).once_learnt(second, ME)

    assert texts(told) == ["We moved to Lisbon last week"]
    assert not noticing(desk).of(first, ME)


def test_nobody_is_told_of_anothers_memory(desk, talk) -> None:
    said = say(desk, talk, "I live in Porto.")
    noticing(desk).once_learnt(said, ME)

    assert not noticing(desk).of(said, YOU)


def test_what_another_thread_is_at_is_waited_for_but_not_for_ever(desk, talk) -> None:
    said = say(desk, talk, "I live in Porto.")
    desk.jobs.claim((CAPTURE,), by="other", now=clock())

    assert not noticing(desk).once_learnt(said, ME)
