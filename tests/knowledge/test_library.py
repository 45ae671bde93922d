"""The library as its owner handles it: look into it, take out, put in order."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.entities.audience import Audience
from assistant.entities.ids import UserId
from assistant.entities.ingest import FileIngested, IngestStatus
from assistant.errors import EngineError, NotFoundError, UsageError
from assistant.knowledge.ingest import Ingest
from assistant.knowledge.library import Trouble
from assistant.media.extract import Reader
from assistant.storage.audit import AuditLog
from tests.knowledge.building import Papers, QuickEmbedder
from tests.storage.building import ME
from tests.storage.shelf import a_document

STRANGER = Audience(user_id=UserId("ben"))


@pytest.fixture
def shelf(papers: Papers) -> Papers:
    papers.write("lamp.txt", "The lamp was lit.")
    papers.write("walrus.txt", "The walrus slept.")
    papers.take_in()
    return papers


def add(papers: Papers, *ids: str) -> None:
    with papers.desk.database.transaction():
        for each in ids:
            papers.desk.documents.add(a_document(each))


def test_a_document_is_opened_by_a_beginning_that_fits_only_it(papers: Papers) -> None:
    add(papers, "abc1", "abc2", "b", "bcd")

    assert papers.library.open("abc1", ME).id == "abc1"
    assert papers.library.open("bc", ME).id == "bcd"
    assert papers.library.open("b", ME).id == "b"  # itself, though others begin so
    with pytest.raises(UsageError, match="Several") as refusal:
        papers.library.open("abc", ME)
    assert "hearth documents list" in refusal.value.hint


@pytest.mark.parametrize("unknown", ["zzz", "%", "_", ""])
def test_what_is_not_there_cannot_be_opened(papers: Papers, unknown: str) -> None:
    add(papers, "abc")

    with pytest.raises(NotFoundError):
        papers.library.open(unknown, ME)


def test_what_a_document_says_is_read_in_order(papers: Papers) -> None:
    papers.write("a.md", "# One\n\nThe lamp.\n\n# Two\n\nThe walrus.\n")
    papers.take_in()

    said = papers.library.passages(papers.document("a.md"), ME)

    assert ["lamp" in said[0].text, "walrus" in said[1].text] == [True, True]
    assert papers.library.passages(papers.document("a.md"), STRANGER) == []


def test_removal_is_recorded_without_a_word_of_what_was_said(shelf: Papers) -> None:
    gone = shelf.document("lamp.txt")

    removed = shelf.library.remove(gone.id, ME)

    assert removed == gone
    assert shelf.holding("lamp") == 0
    assert [d.source for d in shelf.documents()] == [shelf.source("walrus.txt")]
    (entry,) = AuditLog(shelf.desk.database).recent(9)
    assert (entry.action, entry.resource_id) == ("document remove", gone.id)
    assert entry.before == {"passages": 1, "media_type": "text/plain"}
    assert "lamp" not in str(entry)
    assert shelf.is_whole()


def test_nobody_removes_the_document_of_another(shelf: Papers) -> None:
    document = shelf.document("lamp.txt")

    with pytest.raises(NotFoundError):
        shelf.library.remove(document.id, STRANGER)

    assert shelf.holding("lamp") == 1
    assert AuditLog(shelf.desk.database).recent(9) == []


def test_a_whole_library_has_no_troubles(shelf: Papers) -> None:
    assert shelf.library.troubles() == []
    assert shelf.library.repair() == []


BROKEN = {
    Trouble.MISSING_VECTORS: "DELETE FROM vector WHERE number = 1",
    Trouble.ORPHANED_VECTORS: (
        "INSERT INTO vector (kind, number, model, seq, scale, codes, halves) "
        "VALUES ('passage', 999, 'quick', 1, 1.0, x'00', x'0000')"
    ),
    Trouble.INDEX_OUT_OF_STEP: (
        "INSERT INTO passage_trigram (passage_trigram, rowid, text) "
        "VALUES ('delete', 1, 'The lamp was lit.')"
    ),
    Trouble.HALF_DOCUMENTS: (
        "UPDATE document SET state = 'arriving', written_by = 'dead' "
        "WHERE source LIKE '%walrus%'"
    ),
}


@pytest.mark.parametrize("trouble", list(Trouble))
def test_what_is_out_of_order_is_found_and_put_right(
    shelf: Papers, trouble: Trouble
) -> None:
    shelf.desk.database.execute(BROKEN[trouble])
    found = shelf.library.troubles()

    left = shelf.library.repair()

    assert found == [trouble]
    assert left == []
    assert shelf.is_whole()
    assert shelf.holding("lamp") == 1


def test_orphans_do_not_hide_what_is_missing(shelf: Papers) -> None:
    shelf.desk.database.execute(BROKEN[Trouble.MISSING_VECTORS])
    shelf.desk.database.execute(BROKEN[Trouble.ORPHANED_VECTORS])

    assert set(shelf.library.troubles()) == {
        Trouble.MISSING_VECTORS,
        Trouble.ORPHANED_VECTORS,
    }
    assert shelf.library.missing_vectors() == 1


def test_what_an_embedder_cannot_do_now_stays_a_trouble(
    shelf: Papers, embedder: QuickEmbedder
) -> None:
    def fail(text: str) -> None:
        raise EngineError("it fell over")

    shelf.desk.database.execute("DELETE FROM vector")
    embedder.meanwhile = fail

    assert shelf.library.repair() == [Trouble.MISSING_VECTORS]


def test_documents_are_read_again_where_they_were_found(shelf: Papers) -> None:
    shelf.write("lamp.txt", "The lamp is out.")
    (shelf.folder / "walrus.txt").unlink()

    with Reader() as reader:
        ingest = Ingest(desk=shelf.desk, reader=reader)
        events = list(ingest.again(shelf.library.documents(ME), owner_id=ME.user_id))

    done = {
        Path(each.path).name: each.status
        for each in events
        if isinstance(each, FileIngested)
    }
    assert done == {
        "lamp.txt": IngestStatus.UPDATED,
        "walrus.txt": IngestStatus.SKIPPED,
    }


def test_a_document_without_the_embedders_vectors_is_not_indexed_yet(
    shelf: Papers,
) -> None:
    (lamp, _) = shelf.library.documents(ME)
    nobody = replace(shelf.desk, embedder=None)

    assert shelf.library.is_indexed(lamp)
    assert not shelf.library.is_indexed(replace(lamp, embedding_model=None))
    assert replace(shelf.library, desk=nobody).is_indexed(lamp)
