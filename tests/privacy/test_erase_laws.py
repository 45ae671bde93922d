"""Whatever is forgotten, what stays is whole."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.entities.conversation import MessageRole
from assistant.entities.erasure import Erasable, Named
from assistant.entities.ids import ConversationId
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText
from tests.privacy.building import a_memory_row, an_eraser, ids_in, insert, made_of
from tests.storage.building import ME, Talk, open_plain

# For each message: what it answers (an earlier one, or nothing), and who says it.
TREES = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=12)
EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), max_size=15)


def grow(talk: Talk, tree: list[tuple[int, bool]]) -> list[str]:
    said: list[Any] = []
    for place, (parent, is_question) in enumerate(tree):
        above = said[parent % (len(said) + 1) - 1] if said and parent else None
        role = MessageRole.USER if is_question else MessageRole.ASSISTANT
        said.append(talk.say(f"word{place} said", above, role=role))
    head = said[tree[0][0] % len(said)]
    with talk.transaction():
        known = talk.conversations.get(ConversationId(talk.name), ME)
        talk.conversations.update(replace(known, head_id=head.id, title="word0 said"))
    return [message.id for message in said]


def remember(database: Database, messages: list[str], edges: Any) -> None:
    """Ten memories, made of messages and of each other."""
    for number in range(10):
        insert(database, "memory", **a_memory_row(f"memory{number}", f"m{number}"))
    for made, source in edges:
        kind = "memory" if source < 10 else "message"
        number = source % 10
        identity = f"memory{number}" if kind == "memory" else _any(messages, number)
        database.execute(
            "INSERT OR IGNORE INTO depends_on VALUES ('memory', :made, :kind, :id)",
            {"made": f"memory{made}", "kind": kind, "id": identity},
        )


def _any(messages: list[str], number: int) -> str:
    return messages[number % len(messages)]


@settings(max_examples=60)
@given(tree=TREES, edges=EDGES, chosen=st.sets(st.integers(0, 11), min_size=1))
def test_a_tree_that_lost_messages_is_still_one_and_everything_agrees(
    tmp_path_factory: Any, tree: Any, edges: Any, chosen: set[int]
) -> None:
    folder: Path = tmp_path_factory.mktemp("tree")
    database = open_plain(folder / "hearth.db")
    talk = Talk(database)
    messages = grow(talk, tree)
    remember(database, messages, edges)
    eraser = an_eraser(database)
    named = frozenset(_any(messages, each) for each in chosen)

    plan = eraser.plan(Named(ids={Erasable.MESSAGE: named}), ME)
    receipt = eraser.erase(plan, ME)

    left = ids_in(database, "message")
    assert left == set(messages) - plan.erased[Erasable.MESSAGE]
    assert left.isdisjoint(named)
    assert receipt.record.counts == plan.counts
    assert database.query("PRAGMA foreign_key_check") == []
    assert FullText(database).is_in_step()
    known = talk.conversations.find(ConversationId("talk"), ME)
    assert (known is None) == (not left)
    if known is not None:
        assert known.head_id in left
        assert known.message_count == len(left)
    gone = plan.erased.get(Erasable.MEMORY, frozenset())
    assert ids_in(database, "memory") == {f"memory{n}" for n in range(10)} - gone
    edges_left = database.query("SELECT id, source_id FROM depends_on")
    assert all(
        edge["id"] not in gone and edge["source_id"] not in gone | named
        for edge in edges_left
    )
    assert eraser.replay(eraser.records()) == 0
    database.close()


def test_a_circle_of_what_was_made_of_what_comes_to_an_end(talk: Talk) -> None:
    said = talk.say("Begin")
    for name in ("a", "b", "c"):
        insert(talk.database, "memory", **a_memory_row(name, name))
    made_of(talk.database, "memory", "a", f"message:{said.id}", "memory:c")
    made_of(talk.database, "memory", "b", "memory:a")
    made_of(talk.database, "memory", "c", "memory:b")
    eraser = an_eraser(talk.database)

    eraser.erase(eraser.plan(Named(ids={Erasable.MEMORY: frozenset({"b"})}), ME), ME)

    assert ids_in(talk.database, "memory") == set()
