"""A folder of files becomes documents, and stays in step with them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.entities.ids import LOCAL_USER, UserId
from assistant.entities.ingest import FileIngested, IngestPlanned, IngestStatus
from assistant.entities.knowledge import DocumentState
from assistant.errors import NotFoundError
from assistant.knowledge.ingest import Ingest, Wanted
from assistant.storage.people import People
from tests.knowledge.building import Papers, QuickEmbedder, many_parts
from tests.storage.building import ME, a_user, open_file

ADDED, UPDATED, UNCHANGED = (
    IngestStatus.ADDED,
    IngestStatus.UPDATED,
    IngestStatus.UNCHANGED,
)
SKIPPED, FAILED = IngestStatus.SKIPPED, IngestStatus.FAILED


def test_every_file_below_a_folder_is_taken_in(papers: Papers) -> None:
    papers.write("lamp.txt", "The lamp was lit in 1871.")
    papers.write("deep/down/walrus.md", "# Walrus\n\nIt slept on the slipway.")

    taken = papers.take_in()

    assert {name: event.status for name, event in taken.items()} == {
        "deep/down/walrus.md": ADDED,
        "lamp.txt": ADDED,
    }
    assert taken["lamp.txt"].chunks == 1
    assert taken["lamp.txt"].size_bytes == 25
    assert papers.holding("lamp") == papers.holding("slipway") == 1
    assert papers.is_whole()


def test_what_was_taken_in_is_described(papers: Papers) -> None:
    papers.write("walrus.md", "# The walrus\n\nIt slept.")

    taken = papers.take_in(collection="animals")["walrus.md"]

    (document,) = papers.documents()
    assert document.id == taken.document_id
    assert document.title == "The walrus"
    assert document.source == papers.source("walrus.md")
    assert document.media_type == "text/markdown"
    assert document.collection == "animals"
    assert document.passage_count == taken.chunks == 1
    assert document.embedding_model == "quick"
    assert document.written_by is None


def test_how_much_there_is_to_do_is_said_first(papers: Papers) -> None:
    papers.write("a.txt", "twelve bytes")
    papers.write("b.txt", "eight by")
    papers.write(".hidden", "not this")

    first, *rest = papers.events()

    assert first == IngestPlanned(files=2, size_bytes=20, passed_over=1)
    assert len(rest) == 3


class WritingMeanwhile(list[str]):
    """Sources; while they are gone through, somebody else writes to the file."""

    def __init__(self, sources: list[str], other: People) -> None:
        super().__init__(sources)
        self._other = other
        self.written = 0

    def __iter__(self) -> Iterator[str]:
        for source in super().__iter__():
            self.written += 1
            self._other.add_user(a_user(f"guest-{self.written}"))
            yield source


def test_others_can_write_while_folders_are_gone_through(
    papers: Papers, tmp_path: Path
) -> None:
    papers.write("a/lamp.txt", "The lamp was lit.")
    papers.write("b/walrus.txt", "The walrus slept.")
    other = open_file(papers.desk.database.path, busy_seconds=0.2)
    folders = [papers.source("a"), papers.source("b")]
    sources = WritingMeanwhile(folders, People(other))
    wanted = Wanted(sources=sources, owner_id=LOCAL_USER)

    events = list(Ingest(desk=papers.desk, reader=papers.reader).run(wanted))

    assert events[0] == IngestPlanned(files=2, size_bytes=34, passed_over=0)
    assert sources.written >= 4
    other.close()


def test_what_has_not_changed_is_not_read_again(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    papers.write("lamp.txt", "The lamp was lit.")
    before = papers.take_in()["lamp.txt"]
    read = list(embedder.texts)

    again = papers.take_in()["lamp.txt"]

    assert again.status is UNCHANGED
    assert again.document_id == before.document_id
    assert embedder.texts == read
    assert papers.rows("passage") == 1


def test_a_file_that_was_only_touched_stays_the_document_it_was(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    path = papers.write("lamp.txt", "The lamp was lit.")
    before = papers.take_in()["lamp.txt"]
    os.utime(path, ns=(1, 1))

    touched = papers.take_in()["lamp.txt"]
    planned = papers.planned()

    assert (touched.status, touched.reason) == (UNCHANGED, "")
    assert touched.document_id == before.document_id
    assert planned.files == 0
    assert len(embedder.texts) == 1


def test_a_large_file_is_not_embedded_again_when_its_bytes_are_known(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    """IN-14."""
    path = papers.write("lamps.md", many_parts("lamp", 300))
    before = papers.take_in()["lamps.md"]
    read = len(embedder.texts)
    os.utime(path, ns=(1, 1))
    papers.write("copy.md", path.read_text())

    taken = papers.take_in()

    assert taken["lamps.md"].status is taken["copy.md"].status is UNCHANGED
    assert taken["lamps.md"].reason == ""
    assert taken["copy.md"].reason == f"the same as {path}"
    assert taken["copy.md"].document_id == before.document_id
    assert len(embedder.texts) == read >= 300
    assert papers.planned().files == 0
    assert papers.is_whole()


def test_a_changed_file_takes_the_place_of_what_it_said(papers: Papers) -> None:
    papers.write("lamp.txt", "The lamp was lit.")
    before = papers.take_in()["lamp.txt"]
    papers.write("lamp.txt", "The walrus slept on the slipway.")

    after = papers.take_in()["lamp.txt"]

    assert after.status is UPDATED
    assert after.document_id != before.document_id
    assert papers.holding("walrus") == 1
    assert papers.holding("lit") == 0
    assert len(papers.documents()) == papers.rows("vector") == 1
    assert papers.is_whole()


def test_the_same_bytes_in_two_places_are_one_document(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    """IN-14."""
    papers.write("a.txt", "The lamp was lit.")
    papers.write("b.txt", "The lamp was lit.")

    taken = papers.take_in()

    (document,) = papers.documents()
    assert taken["b.txt"].status is UNCHANGED
    assert taken["b.txt"].reason == f"the same as {papers.source('a.txt')}"
    assert taken["b.txt"].document_id == document.id
    assert papers.library.sources(document) == [
        papers.source("a.txt"),
        papers.source("b.txt"),
    ]
    assert len(embedder.texts) == papers.holding("lamp") == 1


def test_a_shared_document_stays_when_one_of_its_files_changes(papers: Papers) -> None:
    papers.write("a.txt", "The lamp was lit.")
    papers.write("b.txt", "The lamp was lit.")
    papers.take_in()
    papers.write("a.txt", "The walrus slept.")

    assert papers.statuses() == {"a.txt": UPDATED, "b.txt": UNCHANGED}

    assert papers.holding("lamp") == papers.holding("walrus") == 1
    assert papers.document("b.txt").source == papers.source("b.txt")
    papers.write("b.txt", "The gull cried.")
    papers.take_in()
    assert papers.holding("lamp") == 0
    assert papers.is_whole()


def test_a_file_that_becomes_the_same_as_another_leaves_nothing_behind(
    papers: Papers,
) -> None:
    papers.write("a.txt", "The lamp was lit.")
    papers.write("b.txt", "The walrus slept.")
    papers.take_in()
    papers.write("b.txt", "The lamp was lit.")

    assert papers.take_in()["b.txt"].status is UNCHANGED

    assert papers.holding("walrus") == 0
    assert len(papers.documents()) == 1
    assert papers.is_whole()


def test_collections_hold_documents_of_their_own(papers: Papers) -> None:
    papers.write("a.txt", "The lamp was lit.")
    papers.take_in(collection="home")

    assert papers.statuses(collection="work") == {"a.txt": ADDED}

    assert sorted(d.collection for d in papers.documents()) == ["home", "work"]


def test_a_vanished_file_is_told_once_and_what_it_said_stays(papers: Papers) -> None:
    path = papers.write("lamp.txt", "The lamp was lit.")
    papers.write("walrus.txt", "The walrus slept.")
    papers.take_in()
    path.unlink()

    gone = papers.take_in()["lamp.txt"]
    again = papers.take_in()

    assert gone.status is SKIPPED
    assert "not there any more" in gone.reason
    assert papers.document("lamp.txt").state is DocumentState.VANISHED
    assert papers.holding("lamp") == 1
    assert set(again) == {"walrus.txt"}


@pytest.mark.parametrize("modified_ns", [None, 5])
def test_a_file_that_is_back_is_current_again(
    papers: Papers, modified_ns: int | None
) -> None:
    path = papers.write("lamp.txt", "The lamp was lit.")
    times = path.stat().st_mtime_ns
    papers.write("walrus.txt", "The walrus slept.")
    papers.take_in()
    path.unlink()
    papers.take_in()
    papers.write("lamp.txt", "The lamp was lit.")
    os.utime(path, ns=(times, modified_ns or times))

    assert papers.take_in()["lamp.txt"].status is UNCHANGED

    assert papers.document("lamp.txt").state is DocumentState.CURRENT
    assert len(papers.documents()) == 2


def test_a_vanished_copy_leaves_the_document_current(papers: Papers) -> None:
    path = papers.write("a.txt", "The lamp was lit.")
    papers.write("b.txt", "The lamp was lit.")
    papers.take_in()
    path.unlink()

    gone = papers.take_in()["a.txt"]

    (document,) = papers.documents()
    assert gone.status is SKIPPED
    assert document.state is DocumentState.CURRENT
    assert document.source == papers.source("b.txt")
    assert papers.library.sources(document) == [papers.source("b.txt")]


def test_a_file_that_was_renamed_is_known_by_its_new_name(papers: Papers) -> None:
    path = papers.write("old.txt", "The lamp was lit.")
    before = papers.take_in()["old.txt"]
    path.rename(papers.folder / "new.txt")

    papers.take_in()

    (document,) = papers.documents()
    assert document.id == before.document_id
    assert document.source == papers.source("new.txt")
    assert document.state is DocumentState.CURRENT


def test_a_folder_that_is_gone_as_a_whole_is_looked_at_too(papers: Papers) -> None:
    path = papers.write("deep/lamp.txt", "The lamp was lit.")
    papers.take_in()
    path.unlink()
    path.parent.rmdir()

    gone = papers.take_in(str(path.parent))

    assert [event.status for event in gone.values()] == [SKIPPED]


def test_what_is_no_document_is_skipped_and_said_why(papers: Papers) -> None:
    papers.write("lamp.txt", "The lamp was lit.")
    papers.write("empty.txt", "")
    papers.write("blank.txt", " \n\n ")
    papers.write(".hidden.txt", "A secret.")
    papers.write(".gitignore", "ignored.txt\n")
    papers.write("ignored.txt", "A draft.")
    (papers.folder / "noise.txt").write_bytes(bytes(range(256)) * 9)
    (papers.folder / "link.txt").symlink_to("/etc/hostname")
    os.mkfifo(papers.folder / "pipe.txt")

    taken = papers.take_in()

    reasons = {name: e.reason for name, e in taken.items() if e.status is SKIPPED}
    assert taken["lamp.txt"].status is ADDED
    assert set(reasons) == set(taken) - {"lamp.txt"}
    assert "empty" in reasons["empty.txt"]
    assert "no text" in reasons["blank.txt"]
    assert "hidden" in reasons[".hidden.txt"]
    assert ".gitignore" in reasons["ignored.txt"]
    assert "out of the folder" in reasons["link.txt"]
    assert "pipe" in reasons["pipe.txt"]
    assert all(reasons.values())
    assert len(papers.documents()) == 1


def test_hidden_and_ignored_files_are_read_when_asked_for(papers: Papers) -> None:
    papers.write(".hidden.txt", "A secret.")
    papers.write(".gitignore", "ignored.txt\n")
    papers.write("ignored.txt", "A draft.")

    statuses = papers.statuses(hidden=True, ignored=True)

    assert statuses[".hidden.txt"] is statuses["ignored.txt"] is ADDED


def test_a_file_that_goes_while_others_are_read_fails_alone(papers: Papers) -> None:
    papers.write("a.txt", "The lamp was lit.")
    path = papers.write("b.txt", "The walrus slept.")
    papers.write("c.txt", "The gull cried.")

    events = papers.events()
    next(events)
    path.unlink()
    done = [event for event in events if isinstance(event, FileIngested)]

    assert [event.status for event in done] == [ADDED, FAILED, ADDED]
    assert papers.rows("job WHERE state <> 'completed'") == 0


def test_a_bug_that_one_file_meets_does_not_stop_the_others(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    for name in ("a", "b", "c"):
        papers.write(f"{name}.txt", f"This is {name * 3}.")

    def trip(text: str) -> None:
        if "bbb" in text:
            raise ZeroDivisionError

    embedder.meanwhile = trip

    taken = papers.take_in()

    assert [event.status for event in taken.values()] == [ADDED, FAILED, ADDED]
    assert "ZeroDivisionError" in taken["b.txt"].reason
    assert papers.rows("job WHERE state <> 'completed'") == 0
    assert papers.is_whole()


def test_names_of_any_bytes_are_taken_in_and_seen_to_vanish(papers: Papers) -> None:
    """IN-13."""
    names = [b"caf\xe9.txt", b"new\nline.txt", b"\x1b[31mred.txt", b"n" * 251 + b".txt"]
    for number, name in enumerate(names):
        path = Path(os.fsdecode(os.fsencode(papers.folder) + b"/" + name))
        path.write_text(f"The lamp {number} was lit.")

    assert set(papers.statuses().values()) == {ADDED}
    assert set(papers.statuses().values()) == {UNCHANGED}
    assert papers.holding("lamp") == 4

    for path in papers.folder.iterdir():
        path.unlink()
    assert [event.status for event in papers.take_in().values()] == [SKIPPED] * 4


def test_a_path_that_is_not_there_is_refused_before_anything_is_read(
    papers: Papers,
) -> None:
    papers.write("a.txt", "The lamp was lit.")

    for missing in (papers.source("none.txt"), "~nobody-of-that-name/x", "a\0b"):
        with pytest.raises(NotFoundError):
            papers.take_in(str(papers.folder), missing)

    assert papers.documents() == []


def test_one_file_can_be_named_by_itself(papers: Papers) -> None:
    papers.write("a.txt", "The lamp was lit.")
    papers.write("b.txt", "The walrus slept.")

    assert papers.statuses(papers.source("b.txt")) == {"b.txt": ADDED}


def test_a_removed_document_is_taken_in_again_when_it_is_still_there(
    papers: Papers,
) -> None:
    papers.write("a.txt", "The lamp was lit.")
    taken = papers.take_in()["a.txt"]
    assert taken.document_id is not None
    papers.library.remove(taken.document_id, ME)

    assert papers.statuses() == {"a.txt": ADDED}


def test_people_have_libraries_of_their_own(papers: Papers) -> None:
    with papers.desk.database.transaction():
        People(papers.desk.database).add_user(a_user("ben"))
    papers.write("a.txt", "The lamp was lit.")
    papers.take_in()

    wanted = Wanted(sources=(str(papers.folder),), owner_id=UserId("ben"))
    events = list(Ingest(desk=papers.desk, reader=papers.reader).run(wanted))

    assert isinstance(events[-1], FileIngested)
    assert events[-1].status is ADDED
    assert [d.owner_id for d in papers.documents()] == [ME.user_id]
    assert papers.holding("lamp") == 1
