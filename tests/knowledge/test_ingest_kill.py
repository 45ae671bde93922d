"""Taking in a thousand files, killed a hundred times, with somebody searching."""

import random
from pathlib import Path

import numpy as np
import pytest

from assistant.app import mint_ulid, utc_now
from assistant.conversations.recovery import is_alive, this_process
from assistant.entities.ids import LOCAL_USER
from assistant.entities.ingest import FileIngested, IngestPlanned, IngestStatus
from assistant.knowledge.ingest import Ingest, Wanted
from assistant.media.extract import Reader
from assistant.storage.database import Database
from assistant.storage.matrix import from_halves
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import Vectors
from tests.knowledge.building import (
    WIDTH,
    Papers,
    QuickEmbedder,
    a_desk,
    many_parts,
    quick_direction,
)
from tests.storage.building import ME, open_file
from tests.storage.kill import Acknowledge, kill_at_random

FILES, ROUNDS, CHANGED = 1000, 100, 12
LARGE = 300  # chunks; more than are written at once
NEW = {IngestStatus.ADDED, IngestStatus.UPDATED}


def a_living_desk(database: Database):
    return a_desk(
        database,
        QuickEmbedder(),
        clock=utc_now,
        mint=mint_ulid,
        writer=this_process(),
        is_alive=is_alive,
    )


def take_in(
    acknowledge: Acknowledge, folder: str, path: Path, is_planning: bool
) -> None:
    """Everything, again and again; what is said to be kept is acknowledged.

    The kill comes while it plans, or as it reads.
    """
    desk = a_living_desk(open_file(path))
    if is_planning:
        acknowledge("")
    with Reader() as reader:
        while True:
            wanted = Wanted(sources=(folder,), owner_id=LOCAL_USER)
            for event in Ingest(desk=desk, reader=reader).run(wanted):
                if isinstance(event, IngestPlanned):
                    acknowledge("")
                elif isinstance(event, FileIngested) and event.status in NEW:
                    acknowledge(f"{event.document_id} {event.chunks}")


def search_on(acknowledge: Acknowledge, path: Path) -> None:
    """By words and by vectors; each hit must be a whole document's."""
    desk = a_living_desk(open_file(path))
    space = desk.space
    assert space is not None
    index = VectorIndex(desk.database, space, width=WIDTH)
    while True:
        by_words = desk.passages.by_words('"lamp"', ME, limit=20)
        near = [each.id for each in index.nearest(quick_direction("lamp"), k=20)]
        for shelved in desk.passages.by_number([*by_words, *near], ME):
            check_hit(desk, shelved)
        acknowledge(f"{len(by_words)} {len(near)}")


def check_hit(desk, shelved) -> None:
    document = desk.documents.find(shelved.passage.document_id, ME)
    if document is None:
        return  # replaced by a newer version since
    said = desk.passages.of(document.id, ME)
    if said and len(said) != document.passage_count:
        raise AssertionError(f"{document.source} is a half of a document")


def write_file(folder: Path, number: int, version: int) -> None:
    parts = LARGE if number % 250 == 7 else 1 + number % 3
    text = many_parts(f"lamp {number} version {version}", parts)
    (folder / f"{number:04d}.md").write_text(text)


def lost_of(told: list[str], database: Database) -> list[str]:
    """Documents said to be kept that are not there whole."""
    rows = database.query(
        "SELECT id || ' ' || passage_count AS said FROM document "
        "WHERE state = 'current' AND passage_count = "
        "(SELECT count(*) FROM passage WHERE document_id = document.id)"
    )
    kept = {row["said"] for row in rows}
    return [said for said in told if said and said not in kept]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_hundred_kills_leave_documents_index_and_vectors_in_step(
    tmp_path: Path,
) -> None:
    """IN-18."""
    chance = random.Random(4)
    path, folder = tmp_path / "data" / "hearth.db", tmp_path / "papers"
    folder.mkdir()
    version = dict.fromkeys(range(FILES), 0)
    for number in version:
        write_file(folder, number, 0)
    a_desk(open_file(path), None).database.close()
    kept = searched = halves = 0

    for turn in range(ROUNDS):
        told, looked = kill_at_random(
            (take_in, str(folder), path, turn % 5 == 4),
            (search_on, path),
            chance=chance,
        )
        database = open_file(path)
        assert lost_of(told, database) == []
        halves += len(
            database.query("SELECT id FROM document WHERE state = 'arriving'")
        )
        database.close()
        kept, searched = kept + sum(map(bool, told)), searched + len(looked)
        for number in chance.sample(range(FILES), CHANGED):
            version[number] += 1
            write_file(folder, number, version[number])

    assert kept > ROUNDS
    assert searched > ROUNDS
    assert halves > 0
    check_in_step(folder, path, version)


def check_in_step(folder: Path, path: Path, version: dict[int, int]) -> None:
    """One run to its end, and then every file, passage and vector is looked at."""
    with Reader() as reader:
        papers = Papers(folder, a_living_desk(open_file(path)), reader)
        papers.take_in()
        database = papers.desk.database
        assert papers.is_whole()
        assert database.query("PRAGMA integrity_check")[0]["integrity_check"] == "ok"
        assert database.query("PRAGMA foreign_key_check") == []
        assert papers.rows("document") == papers.rows("document_source") == FILES
        assert papers.rows("job WHERE state <> 'completed'") == 0
        for number, newest in version.items():
            check_file(papers, number, newest)
        check_vectors(papers)
        database.close()


def check_file(papers: Papers, number: int, newest: int) -> None:
    document = papers.document(f"{number:04d}.md")
    said = papers.library.passages(document, ME)
    assert document.passage_count == len(said)
    assert [passage.index for passage in said] == list(range(len(said)))
    wanted = f"lamp {number} version {newest} "
    assert all(wanted in passage.text for passage in said)


def check_vectors(papers: Papers) -> None:
    """Each is the vector of the very words it stands for, on disk and in memory."""
    space = papers.desk.space
    assert space is not None
    rows = papers.desk.database.query("SELECT number, prefix, text FROM passage")
    numbers = [row["number"] for row in rows]
    halves = Vectors(papers.desk.database).halves(space, numbers)
    wanted = np.array([quick_direction(f"{r['prefix']}\n{r['text']}") for r in rows])
    stored = from_halves([halves[number] for number in numbers], WIDTH)
    assert np.allclose(stored, wanted, atol=1e-3)
    index = VectorIndex(papers.desk.database, space, width=WIDTH)
    assert len(index) == len(rows) == papers.rows("vector")
    for row, vector in list(zip(rows, wanted, strict=True))[:: len(rows) // 50]:
        assert index.nearest(vector, k=1)[0].id == row["number"]


def test_the_test_above_would_see_a_half(tmp_path: Path) -> None:
    database = open_file(tmp_path / "data" / "hearth.db")
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.md").write_text(many_parts("lamp", 3))
    with Reader() as reader:
        papers = Papers(folder, a_living_desk(database), reader)
        taken = papers.take_in()["a.md"]
        database.execute("DELETE FROM passage WHERE position = 1")

        assert lost_of([f"{taken.document_id} {taken.chunks}"], database)
        assert not papers.is_whole()
        (shelved, *_) = papers.desk.passages.by_number([1], ME)
        with pytest.raises(AssertionError, match="half"):
            check_hit(papers.desk, shelved)
    database.close()
