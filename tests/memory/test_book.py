"""Memories in a person's hands: added, corrected, approved, explained, forgotten."""

from dataclasses import replace

import pytest

from assistant.entities.audience import Audience
from assistant.entities.ids import MemoryId, UserId
from assistant.entities.memory import MemoryFilter, MemoryOrigin, MemoryState
from assistant.errors import NotFoundError, UsageError
from assistant.memory.book import MemoryBook
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import Outcome
from assistant.storage.dependencies import Source
from tests.storage.building import ME, Talk, a_user, at
from tests.storage.test_memories import a_memory


def texts(book: MemoryBook, *states: MemoryState) -> list[str]:
    wanted = MemoryFilter(states=states or (MemoryState.CURRENT,))
    return [memory.text for memory in book.browse(ME, wanted)]


def pending(desk: MemoryDesk, memory_id: str = "p1", **changes):
    memory = a_memory(memory_id, state=MemoryState.PENDING, **changes)
    with desk.database.transaction():
        desk.memories.add(memory)
    return memory


def test_what_a_person_adds_is_remembered_as_theirs(book: MemoryBook) -> None:
    [kept] = book.add("  The spare key\nhangs in the shed ", ME)

    assert texts(book) == ["The spare key hangs in the shed"]
    assert kept.outcome is Outcome.NEW
    assert kept.memory.origin is MemoryOrigin.PERSON
    assert book.open(kept.memory.id[:-1], ME) == kept.memory


def test_the_same_again_is_known_already(book: MemoryBook) -> None:
    first = book.add("The spare key hangs in the shed", ME)[0].memory

    [again] = book.add("the spare key hangs in the shed.", ME)

    assert again.outcome is Outcome.KNOWN
    assert again.memory.id == first.id
    assert again.memory.importance > first.importance
    assert len(texts(book)) == 1


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_what_is_no_sentence_is_refused(book: MemoryBook, text: str) -> None:
    with pytest.raises(UsageError):
        book.add(text, ME)
    assert texts(book) == []


def test_a_correction_takes_its_place_and_the_first_stays_readable(
    book: MemoryBook, desk: MemoryDesk
) -> None:
    first = book.add("The key hangs in the shed", ME)[0].memory
    derived = book.add("Keys are outside", ME)[0].memory
    with desk.database.transaction():
        desk.dependencies.add(
            Source("memory", derived.id), of=[Source("memory", first.id)]
        )

    right = book.edit(first.id, "The key hangs in the hall", ME)

    assert texts(book, MemoryState.SUPERSEDED) == ["The key hangs in the shed"]
    assert book.why(right.id, ME).earlier == [book.get(first.id, ME)]
    assert book.why(first.id, ME).later == right
    assert book.get(derived.id, ME).is_stale
    assert not right.is_stale
    with pytest.raises(UsageError, match="superseded"):
        book.edit(first.id, "Again", ME)


def test_a_yes_makes_it_count_and_closes_what_it_contradicts(
    book: MemoryBook, desk: MemoryDesk
) -> None:
    with desk.database.transaction():
        desk.memories.add(a_memory("m1"))
    waiting = pending(desk, text="I live in Braga", value="Braga", valid_from=at(3))

    kept = book.approve(waiting.id, ME)

    assert kept.outcome is Outcome.CHANGED
    assert texts(book) == ["I live in Braga"]
    closed = book.get(MemoryId("m1"), ME)
    assert (closed.state, closed.valid_until) == (MemoryState.SUPERSEDED, at(3))


def test_a_yes_to_what_is_known_adds_nothing(book, desk: MemoryDesk) -> None:
    with desk.database.transaction():
        desk.memories.add(a_memory("m1"))
    waiting = pending(desk)

    assert book.approve(waiting.id, ME).outcome is Outcome.KNOWN

    assert texts(book) == ["I live in Porto"]
    assert book.get(waiting.id, ME).state is MemoryState.MERGED


def test_a_no_is_for_good(book: MemoryBook, desk: MemoryDesk) -> None:
    waiting = pending(desk)

    book.reject(waiting.id, ME)

    assert texts(book) == []
    with pytest.raises(UsageError, match="rejected"):
        book.approve(waiting.id, ME)


def test_what_is_forgotten_is_gone_with_all_that_was_made_of_it(
    book: MemoryBook, desk: MemoryDesk
) -> None:
    gone = book.add("The key hangs in the shed", ME)[0].memory
    derived = book.add("Keys are outside", ME)[0].memory
    with desk.database.transaction():
        desk.dependencies.add(
            Source("memory", derived.id), of=[Source("memory", gone.id)]
        )

    book.forget([gone.id], ME)

    with pytest.raises(NotFoundError):
        book.open(gone.id, ME)
    with pytest.raises(NotFoundError):
        book.open(derived.id, ME)
    assert desk.memories.by_words('"shed"', ME, limit=5) == {}


def test_only_the_owner_changes_what_is_remembered(book, desk, talk: Talk) -> None:
    mine = book.add("The key hangs in the shed", ME)[0].memory
    with desk.database.transaction():
        desk.people.add_user(a_user("ben"))
    ben = Audience(user_id=UserId("ben"))

    for change in (
        lambda: book.forget([mine.id], ben),
        lambda: book.edit(mine.id, "Gone", ben),
        lambda: book.approve(mine.id, ben),
        lambda: book.why(mine.id, ben),
    ):
        with pytest.raises(NotFoundError):
            change()
    assert texts(book) == ["The key hangs in the shed"]


def test_why_names_the_message_it_is_from(book, desk, talk: Talk) -> None:
    said = talk.say("Well, I live in Porto.")
    with desk.database.transaction():
        desk.memories.add(
            replace(
                a_memory("m1"),
                message_id=said.id,
                conversation_id=said.conversation_id,
            )
        )

    why = book.why(MemoryId("m1"), ME)

    assert why.message == said
    assert why.conversation is not None
    assert why.conversation.title == "A talk"


def test_the_record_of_changes_holds_no_words(book, desk: MemoryDesk) -> None:
    kept = book.add("The key hangs in the shed", ME)[0].memory
    book.edit(kept.id, "The key hangs in the hall", ME)

    rows = desk.database.query("SELECT action, before, after FROM audit_entry")
    assert {row["action"] for row in rows} == {"memory add", "memory edit"}
    assert "key" not in str(rows)


def test_a_beginning_that_fits_several_is_refused(book: MemoryBook) -> None:
    first = book.add("One thing", ME)[0].memory
    book.add("Another thing", ME)

    with pytest.raises(UsageError, match="Several"):
        book.open(first.id[:10], ME)


def test_what_the_rules_understand_takes_its_place_among_the_facts(book) -> None:
    book.add("I live in Porto", ME)

    kept = book.add("My sister Ana lives in Faro, and I live in Braga now", ME)

    assert {each.outcome for each in kept} == {Outcome.NEW, Outcome.CHANGED}
    assert set(texts(book)) == {
        "My sister Ana",
        "My sister Ana lives in Faro",
        "I live in Braga now",
    }


def test_forgetting_what_was_wrong_keeps_the_correction(book: MemoryBook) -> None:
    wrong = book.add("The key hangs in the shed", ME)[0].memory
    right = book.edit(wrong.id, "The key hangs in the hall", ME)

    book.forget([wrong.id], ME)

    assert texts(book) == ["The key hangs in the hall"]
    assert book.why(right.id, ME).earlier == []
