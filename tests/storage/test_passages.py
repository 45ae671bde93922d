"""Passages come back as they were kept, and words find them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.knowledge import (
    Chunk,
    DocumentState,
    Location,
    Passage,
    SectionKind,
)
from assistant.entities.search import Within
from assistant.errors import StorageError
from assistant.storage.database import Database
from assistant.storage.documents import Documents
from assistant.storage.passages import Passages
from assistant.storage.vectors import Vectors
from tests.storage.building import ME, Talk, open_file, open_plain
from tests.storage.shelf import SPACE, Bookshelf, a_document, a_passage
from tests.storage.test_documents import undone
from tests.storage.test_secrecy import CANARY, residue

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
WORK = Within(collections=("work",))
PLACE = st.none() | st.integers(1, 2**53)
LOCATIONS = st.builds(
    Location,
    headings=st.lists(TEXT, max_size=3).map(tuple),
    page=PLACE,
    last_page=PLACE,
    slide=PLACE,
    last_slide=PLACE,
    sheet=st.none() | TEXT,
    row=PLACE,
    last_row=PLACE,
    line=PLACE,
    last_line=PLACE,
)
CHUNKS = st.builds(
    lambda start, text, **rest: Chunk(
        start=start, end=start + len(text), text=text, **rest
    ),
    start=st.integers(0, 2**53),
    text=TEXT.filter(lambda text: bool(text.strip()) and "\0" not in text),
    prefix=TEXT,
    tokens=st.integers(1, 2**53),
    kind=st.sampled_from(SectionKind),
    location=LOCATIONS,
)


@pytest.fixture
def shelf(database: Database) -> Bookshelf:
    return Bookshelf(database)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHUNKS, max_size=4))
def test_passages_come_back_as_they_were(shelf: Bookshelf, cut: list[Chunk]) -> None:
    passages = [
        Passage(
            id=PassageId(f"p{index}"),
            document_id=DocumentId("log"),
            index=index,
            chunk=chunk,
        )
        for index, chunk in enumerate(cut)
    ]
    with undone(shelf.database):
        shelf.documents.add(a_document())
        numbers = shelf.passages.add_all(reversed(passages))

        shelved = shelf.passages.by_number(numbers, ME)

        assert shelf.passages.of(DocumentId("log"), ME) == passages
        assert [each.passage for each in shelved] == passages[::-1]
        assert [each.number for each in shelved] == numbers


def test_what_is_found_says_which_document_it_is_from(shelf: Bookshelf) -> None:
    document = a_document(title="Logbook", source="/a", collection="work")
    numbers = shelf.add(document, "The lamp was lit")

    (found,) = shelf.passages.by_number(numbers, ME)

    assert (found.title, found.source, found.collection) == ("Logbook", "/a", "work")


def test_numbers_and_ids_that_are_not_there_are_left_out(shelf: Bookshelf) -> None:
    one, two = shelf.add(a_document(), "one", "two")

    by_number = shelf.passages.by_number([two, 99, one], ME)
    by_id = shelf.passages.by_id([PassageId("log-1"), PassageId("none")], ME)

    assert [each.number for each in by_number] == [two, one]
    assert [each.text for each in by_id] == ["two"]


def test_words_find_text_and_headings_in_all_their_forms(shelf: Bookshelf) -> None:
    lit, ran = shelf.add(a_document(), "The lamps were lighted", "He was running")

    assert list(shelf.all_by_words("lamp")) == [lit]
    assert list(shelf.all_by_words("run")) == [ran]
    assert set(shelf.all_by_words("log")) == {lit, ran}


def test_the_passage_that_says_it_most_comes_first(shelf: Bookshelf) -> None:
    texts = [f"Nothing of note on day {day}" for day in range(9)]
    *_, once, twice = shelf.add(
        a_document(), *texts, "A walrus and a seal and a gull", "A walrus, a walrus"
    )

    found = shelf.all_by_words("walrus")

    assert list(found) == [twice, once]
    assert found[twice] > found[once] > 0


def test_runs_of_letters_find_a_part_of_a_word(shelf: Bookshelf) -> None:
    _, named = shelf.add(a_document(), "nothing", "call getUserNameOrNull here")
    runs = ["use", "ser", "ern", "rna", "nam", "ame"]

    assert shelf.passages.by_runs(runs, ME, fewest=6, limit=9) == [named]
    assert shelf.passages.by_runs([*runs, "xyz"], ME, fewest=7, limit=9) == []
    assert shelf.passages.by_runs(['a"b', "* O"], ME, fewest=1, limit=9) == []


def test_only_words_that_stand_somewhere_are_known(shelf: Bookshelf) -> None:
    shelf.add(a_document(), "the lighthouses", "a lighthouse", "a lamp")

    known = shelf.passages.known(["lamp", "lighthouse", "lighthuose", "lighthouses"])

    assert known == ["lighthouse", "lamp"]


def test_how_often_a_term_stands_counts_all_its_forms(shelf: Bookshelf) -> None:
    shelf.add(a_document(), "lamps and lamps", "a lamp", "AB-12 is done", "12 of them")

    assert shelf.passages.frequency("lamp") == 2
    assert shelf.passages.frequency("ab-12") == 1
    assert shelf.passages.frequency("walrus") == 0
    assert shelf.passages.count() == 4


def test_one_collection_can_be_searched_alone(shelf: Bookshelf) -> None:
    home = shelf.add(a_document("one", collection="home"), "the lamp")
    work = shelf.add(a_document("two", collection="work"), "the lamp")
    every = [*home, *work]

    passages = shelf.passages
    by_words = passages.by_words('"lamp"', ME, within=WORK, limit=9)
    by_number = passages.by_number(every, ME, within=WORK)
    by_runs = passages.by_runs(["lam"], ME, fewest=1, within=WORK, limit=9)

    assert list(by_words) == [each.number for each in by_number] == by_runs == work
    assert passages.visible(ME, within=WORK) == work


def test_single_documents_are_searched_with_or_without_a_collection(
    shelf: Bookshelf,
) -> None:
    home = shelf.add(a_document("one", collection="home"), "the lamp")
    work = shelf.add(a_document("two", collection="work"), "the lamp")
    shelf.add(a_document("three", collection="other"), "the lamp")
    one = Within(documents=(DocumentId("one"),))
    both = replace(one, collections=("work",))

    passages = shelf.passages

    assert passages.visible(ME, within=one) == home
    assert list(passages.by_words('"lamp"', ME, within=one, limit=9)) == home
    assert passages.visible(ME, within=both) == [*home, *work]
    assert passages.visible(ME, within=Within(documents=(DocumentId("no"),))) == []


def test_who_may_see_everything_need_not_be_told_what(shelf: Bookshelf) -> None:
    shelf.add(a_document("one"), "the lamp")

    assert shelf.passages.visible(ME) is None


def test_what_is_arriving_is_found_by_nobody(shelf: Bookshelf) -> None:
    (lamp,) = shelf.add(a_document("whole"), "the lamp")
    half = a_document("half", state=DocumentState.ARRIVING, written_by="1")
    numbers = shelf.add(half, "the secret lamp", "more of it")

    passages = shelf.passages

    assert list(shelf.all_by_words("lamp")) == [lamp]
    assert passages.by_runs(["lam"], ME, fewest=1, limit=9) == [lamp]
    assert passages.by_number(numbers, ME) == []
    assert passages.by_id([PassageId("half-0")], ME) == []
    assert passages.of(half.id, ME) == []
    assert passages.visible(ME) == [lamp]


def test_a_passage_is_replaced_and_never_changed(shelf: Bookshelf) -> None:
    shelf.add(a_document(), "the lamp")

    with pytest.raises(StorageError, match="never changed"):
        shelf.database.execute("UPDATE passage SET text = 'another'")


def index_rows(database: Database) -> list[int]:
    """How much each index, and each table of vectors, still holds."""
    counted = [
        "SELECT count(*) AS n FROM passage_word",
        "SELECT count(*) AS n FROM passage_text_data"
        " WHERE id > 10 AND length(block) > 4",
        "SELECT count(*) AS n FROM passage_trigram_data"
        " WHERE id > 10 AND length(block) > 4",
        "SELECT count(*) AS n FROM passage_text_docsize",
        "SELECT count(*) AS n FROM passage_trigram_docsize",
        "SELECT count(*) AS n FROM vector",
        "SELECT count(*) AS n FROM vector_segment",
        "SELECT count(*) AS n FROM citation",
        "SELECT count(*) AS n FROM passage",
    ]
    return [database.query(sql)[0]["n"] for sql in counted]


def test_a_removed_document_leaves_no_index_row_and_no_vector(
    shelf: Bookshelf,
) -> None:
    shelf.add(a_document("one"), "the lamp", "the walrus")
    two = shelf.add(a_document("two"), "the lamp again")
    assert min(index_rows(shelf.database)[:6]) > 0  # so that this can fail

    shelf.remove("one")

    assert list(shelf.all_by_words("lamp")) == two
    assert shelf.all_by_words("walrus") == {}
    assert shelf.vectors.counts() == {SPACE: 1}
    assert shelf.vectors.orphans() == 0
    assert shelf.passages.indexes_are_in_step()
    shelf.remove("two")
    assert sum(index_rows(shelf.database)) == 0


def test_removed_words_are_gone_from_the_file_itself(
    tmp_path: Path, path: Path
) -> None:
    """In a plain file, where every byte can be looked at."""
    shelf = Bookshelf(open_plain(path))
    other = [f"Unrelated words {number} " * 9 for number in range(40)]
    shelf.add(a_document("other"), *other)
    shelf.add(
        a_document(CANARY, title=CANARY, details={CANARY: CANARY}),
        f"My secret is {CANARY}, in {CANARY.title()}",
    )
    shelf.found_at(f"/{CANARY}", a_document(CANARY))
    shelf.database.query("PRAGMA wal_checkpoint(TRUNCATE)")
    there = residue(tmp_path)

    shelf.remove(CANARY)
    shelf.database.close()

    assert there == ["hearth.db"]
    assert residue(tmp_path) == []


def test_an_index_out_of_step_is_seen_and_made_anew(shelf: Bookshelf) -> None:
    (lamp,) = shelf.add(a_document(), "the lamp")
    shelf.database.execute(
        "INSERT INTO passage_text (passage_text, rowid, prefix, text) "
        "VALUES ('delete', :number, 'The log', 'the lamp')",
        {"number": lamp},
    )
    was_in_step = shelf.passages.indexes_are_in_step()

    shelf.passages.rebuild_indexes()

    assert not was_in_step
    assert shelf.passages.indexes_are_in_step()
    assert list(shelf.all_by_words("lamp")) == [lamp]


class PlannedDatabase:
    """Asks the real one, and keeps how it goes about it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.plan: list[str] = []

    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        steps = self._database.query(f"EXPLAIN QUERY PLAN {sql}", params)
        self.plan += [step["detail"] for step in steps]
        return self._database.query(sql, params)

    def execute(self, sql: str, params: Any = None) -> int:
        return self._database.execute(sql, params)


def test_what_is_looked_up_is_never_read_by_its_owner(shelf: Bookshelf) -> None:
    """A person's whole library would be read for one passage."""
    with shelf.database.transaction():
        for place in range(20):
            shelf.add(a_document(f"d{place}"), *(f"lamp {n}" for n in range(20)))
    shelf.database.execute("ANALYZE")
    planned: Any = PlannedDatabase(shelf.database)
    passages, documents = Passages(planned), Documents(planned)

    passages.by_words('"lamp"', ME, limit=9)
    assert passages.visible(ME) is None
    passages.by_runs(["lam"], ME, fewest=1, limit=9)
    passages.by_number([1, 2, 3], ME)
    passages.by_id([PassageId("d1-1")], ME)
    passages.of(DocumentId("d1"), ME)
    documents.find(DocumentId("d1"), ME)
    documents.sources_of(DocumentId("d1"))
    Vectors(planned).halves(SPACE, [1, 2])

    assert len(planned.plan) > 10
    assert not [step for step in planned.plan if "owner_id=" in step]
    assert not [
        step for step in planned.plan if step in {"SCAN passage", "SCAN document"}
    ]


def test_a_message_that_is_deleted_takes_its_vector_along(path: Path) -> None:
    shelf = Bookshelf(open_file(path))
    talk = Talk(shelf.database)
    said = [talk.say("The lamp"), talk.say("The walrus")]
    rows = shelf.database.query("SELECT number FROM message ORDER BY number")
    embed_messages(shelf, [row["number"] for row in rows])

    talk.conversations.delete(said[0].conversation_id)

    assert shelf.vectors.counts() == {}
    shelf.database.close()


def test_a_message_that_changes_loses_the_vector_of_its_old_words(
    path: Path,
) -> None:
    shelf = Bookshelf(open_file(path))
    talk = Talk(shelf.database)
    talk.say("The lamp")
    reply = talk.start_reply(talk.say("The walrus"))
    rows = shelf.database.query("SELECT number FROM message ORDER BY number")
    numbers = [row["number"] for row in rows]
    embed_messages(shelf, numbers)

    talk.finish(reply, "It sleeps")

    left = shelf.database.query("SELECT number FROM vector ORDER BY number")
    assert [row["number"] for row in left] == numbers[:2]
    shelf.database.close()


def embed_messages(shelf: Bookshelf, numbers: list[int]) -> None:
    from_passages = json.dumps(numbers)
    shelf.database.execute(
        "INSERT INTO vector (kind, number, model, seq, scale, codes, halves) "
        "SELECT 'message', value, 'small', 1, 1.0, x'00', x'0000' "
        "FROM json_each(:numbers)",
        {"numbers": from_passages},
    )


def test_two_passages_of_a_document_never_stand_in_one_place(
    shelf: Bookshelf,
) -> None:
    shelf.add(a_document(), "the lamp")

    with pytest.raises(StorageError), shelf.database.transaction():
        shelf.passages.add_all([a_passage("another", index=0)])
