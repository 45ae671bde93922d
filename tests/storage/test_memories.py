"""Memories at rest: who sees them, one current value, and what hangs on them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.ids import (
    LOCAL_USER,
    ConversationId,
    MemoryId,
    MessageId,
    ServerId,
    UserId,
)
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    MemoryTerm,
    Span,
)
from assistant.entities.people import Server
from assistant.errors import NotFoundError, StorageError
from assistant.storage.database import Database
from assistant.storage.dependencies import Dependencies, Source
from assistant.storage.memories import Memories
from assistant.storage.people import People
from tests.storage.building import ME, START, Talk, a_user, at

ANYTHING = MemoryFilter(states=())


def a_memory(memory_id: str = "m1", text: str = "I live in Porto", **changes) -> Memory:
    fields: dict[str, Any] = {
        "id": MemoryId(memory_id),
        "owner_id": LOCAL_USER,
        "kind": MemoryKind.FACT,
        "subject": "me",
        "attribute": "home",
        "value": "Porto",
        "text": text,
        "state": MemoryState.CURRENT,
        "origin": MemoryOrigin.RULE,
        "importance": 0.5,
        "valid_from": START,
        "created_at": START,
        "updated_at": START,
    }
    return Memory(**{**fields, **changes})


@pytest.fixture
def memories(database: Database, talk: Talk) -> Memories:
    return Memories(database)


@pytest.fixture
def add(database: Database, memories: Memories) -> Callable[..., Memory]:
    def add_one(memory_id: str = "m1", *words: str, **changes: Any) -> Memory:
        memory = a_memory(memory_id, *words, **changes)
        with database.transaction():
            memories.add(memory)
        return memory

    return add_one


def test_a_memory_comes_back_as_it_was(add, memories, talk: Talk) -> None:
    said = talk.say("Well, I live in Porto now.")
    first = add("m0", state=MemoryState.SUPERSEDED, valid_until=at(1))
    full = add(
        "m1",
        term=MemoryTerm.SHORT_TERM,
        is_stale=True,
        conversation_id=ConversationId("talk"),
        message_id=said.id,
        quote="I live in Porto",
        span=Span(start=6, end=21),
        supersedes=first.id,
        access_count=3,
        accessed_at=at(2),
        expires_at=at(9),
        updated_at=at(3),
    )

    assert memories.get(full.id, ME) == full
    assert memories.get(first.id, ME) == first


def test_one_thing_has_one_current_value(add) -> None:
    add("m1")

    with pytest.raises(StorageError):
        add("m2", "I live in Braga", value="Braga")


def test_of_what_may_be_many_there_are_many(add, memories) -> None:
    add("m1", "My locker is 4", attribute="", value="a")
    add("m2", "My gate is 7", attribute="", value="b")

    assert len(memories.browse(MemoryFilter(), ME, limit=9)) == 2


def in_public(database: Database) -> tuple[Audience, Audience]:
    """Somebody else, in a server's channel and at a terminal of their own."""
    people = People(database)
    server = Server(
        id=ServerId("s1"),
        name="Harbour",
        owner_id=LOCAL_USER,
        joined_at=START,
        updated_at=START,
    )
    with database.transaction():
        people.add_user(a_user("ben"))
        people.upsert_server(server)
    place = Place(server_id=server.id, is_private=False)
    return Audience(user_id=UserId("ben"), place=place), Audience(user_id=UserId("ben"))


def test_what_is_private_is_seen_by_its_owner_in_private(
    add, memories, database: Database
) -> None:
    mine = add()
    in_channel, alone = in_public(database)
    me_in_channel = replace(ME, place=in_channel.place)

    for stranger in (in_channel, alone, me_in_channel):
        assert memories.find(mine.id, stranger) is None
        assert memories.browse(ANYTHING, stranger, limit=9) == []
        assert memories.by_words('"porto"', stranger, limit=9) == {}
        assert memories.visible(stranger) == []
        assert memories.by_number([1], stranger) == {}
        assert memories.starting_with("m", stranger) == []
    assert memories.visible(ME) == [1]


def test_what_was_said_in_public_is_seen_there_and_by_whoever_said_it(
    add, memories, database: Database
) -> None:
    in_channel, alone = in_public(database)
    said = add(scope=Scope.PUBLIC, server_id=ServerId("s1"))

    assert memories.find(said.id, in_channel) == said
    assert memories.by_words('"porto"', in_channel, limit=9, only_mine=True) == {}
    assert memories.find(said.id, alone) is None
    assert memories.find(said.id, ME) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"state": MemoryState.PENDING},
        {"state": MemoryState.REJECTED},
        {"state": MemoryState.SUPERSEDED, "valid_until": START},
        {"is_stale": True},
    ],
)
def test_a_search_finds_only_what_counts(add, memories, changes) -> None:
    add(**changes)

    assert memories.by_words('"porto"', ME, limit=9) == {}
    assert memories.visible(ME) == []
    assert memories.by_number([1], ME) == {}


def test_browsing_goes_by_state_kind_words_and_subject(add, memories) -> None:
    add("m1")
    add("m2", "I like figs", kind=MemoryKind.PREFERENCE, attribute="", value="figs")
    add("m3", "My dog is Rex", subject="dog", attribute="name", value="Rex")

    def ids(**wanted: Any) -> list[str]:
        found = memories.browse(MemoryFilter(**wanted), ME, limit=9)
        assert memories.count(MemoryFilter(**wanted), ME) == len(found)
        return [memory.id for memory in found]

    assert ids() == ["m3", "m2", "m1"]
    assert ids(kinds=[MemoryKind.PREFERENCE]) == ["m2"]
    assert ids(text="PORTO") == ["m1"]
    assert ids(subject="dog") == ["m3"]
    assert ids(states=[MemoryState.PENDING]) == []


def test_what_is_over_expires_and_nothing_else(add, memories, database) -> None:
    add("m1", expires_at=at(5))
    add("m2", attribute="work", expires_at=at(50))
    add("m3", attribute="age")

    with database.transaction():
        assert memories.expire(at(5)) == ["m1"]

    assert memories.get(MemoryId("m1"), ME).state is MemoryState.EXPIRED
    assert memories.count(MemoryFilter(), ME) == 2


def test_an_answers_memories_are_kept_in_their_order(
    add, memories, database, talk: Talk
) -> None:
    add("m1")
    add("m2", attribute="work")
    answer = talk.say("In Porto.")

    with database.transaction():
        memories.replace_uses(answer.id, [MemoryId("m2"), MemoryId("m1")])
        memories.note_access([MemoryId("m1")], at=at(4))

    assert memories.used_by(answer.id, ME) == ["m2", "m1"]
    assert memories.uses(MemoryId("m1"), ME) == [answer.id]
    assert memories.get(MemoryId("m1"), ME).access_count == 1
    assert memories.get(MemoryId("m1"), ME).accessed_at == at(4)


def test_a_use_of_a_memory_that_went_is_left_out(add, memories, database, talk) -> None:
    add("m1")
    answer = talk.say("In Porto.")

    with database.transaction():
        memories.delete(MemoryId("m1"))
        memories.replace_uses(answer.id, [MemoryId("m1")])

    assert memories.used_by(answer.id, ME) == []
    with pytest.raises(NotFoundError):
        memories.get(MemoryId("m1"), ME)


def test_everything_made_of_a_source_is_stale_when_it_changes(
    add, memories, database
) -> None:
    dependencies = Dependencies(database)
    for number in range(1, 5):
        add(f"m{number}", attribute=f"a{number}")
    with database.transaction():
        dependencies.add(Source("memory", "m2"), of=[Source("memory", "m1")])
        dependencies.add(Source("memory", "m3"), of=[Source("memory", "m2")])
        dependencies.add(Source("memory", "m2"), of=[Source("memory", "m3")])

    with database.transaction():
        made = dependencies.mark_stale([Source("memory", "m1")])

    assert made == [Source("memory", "m2"), Source("memory", "m3")]
    stale = {m.id: m.is_stale for m in memories.browse(ANYTHING, ME, limit=9)}
    assert stale == {"m1": False, "m2": True, "m3": True, "m4": False}


def test_edges_to_a_message_are_followed(add, database, talk: Talk) -> None:
    dependencies = Dependencies(database)
    add("m1")
    said = MessageId(talk.say("I live in Porto").id)
    with database.transaction():
        dependencies.add(Source("memory", "m1"), of=[Source("message", said)] * 2)

    assert dependencies.sources(Source("memory", "m1")) == [Source("message", said)]
    assert dependencies.dependants([Source("message", said)]) == [
        Source("memory", "m1")
    ]
    with database.transaction():
        dependencies.forget([Source("memory", "m1")])
    assert dependencies.dependants([Source("message", said)]) == []
