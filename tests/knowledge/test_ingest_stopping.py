"""Whatever stops taking in, nothing is left half, and the next run goes on."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from assistant.entities.ids import LOCAL_USER
from assistant.entities.ingest import ChunksKept, FileIngested, IngestStatus
from assistant.errors import DiskFullError, EngineError, StorageError
from assistant.knowledge.library import Trouble
from assistant.storage.database import Database
from assistant.storage.people import People
from tests.knowledge.building import Papers, QuickEmbedder, a_desk, many_parts
from tests.storage.building import ME, open_file
from tests.storage.disk import Disk
from tests.storage.test_disk_faults import Fault

ADDED, UPDATED, UNCHANGED = (
    IngestStatus.ADDED,
    IngestStatus.UPDATED,
    IngestStatus.UNCHANGED,
)
LARGE = 600  # chunks; more than two parts


def dying(papers: Papers, word: str = "lamp") -> Callable[[str], None]:
    """Stops for good at the first text with the word, as Ctrl-C does."""

    def stop(text: str) -> None:
        if word in text:
            raise KeyboardInterrupt

    return stop


def test_a_large_file_is_seen_by_nobody_before_it_is_whole(papers: Papers) -> None:
    papers.write("large.md", many_parts("lamp", LARGE))

    parts = []
    for event in papers.events():
        if isinstance(event, ChunksKept):
            parts.append(event.chunks)
            assert papers.documents() == []
            assert papers.holding("lamp") == 0
            assert papers.rows("passage") == event.chunks

    assert parts == [256, 512, 600]
    assert papers.document("large.md").passage_count == papers.holding("lamp") == 600
    assert papers.is_whole()


def test_leaving_in_the_middle_of_a_large_file_leaves_nothing_of_it(
    papers: Papers,
) -> None:
    papers.write("large.md", many_parts("lamp", LARGE))

    with closing(papers.events()) as events:  # type: ignore[type-var]
        for event in events:
            if isinstance(event, ChunksKept):
                break

    assert papers.rows("document") == papers.rows("passage") == papers.rows("vector")
    assert papers.rows("document") == 0
    assert papers.statuses() == {"large.md": ADDED}
    assert papers.is_whole()


def test_a_changed_large_file_is_the_old_one_until_the_new_is_whole(
    papers: Papers,
) -> None:
    papers.write("large.md", many_parts("lamp", LARGE))
    papers.take_in()
    papers.write("large.md", many_parts("walrus", LARGE))

    with closing(papers.events()) as events:  # type: ignore[type-var]
        for event in events:
            if isinstance(event, ChunksKept):
                assert papers.holding("lamp") == LARGE
                break
    assert papers.holding("lamp") == LARGE

    assert papers.statuses() == {"large.md": UPDATED}
    assert papers.holding("lamp") == 0
    assert papers.holding("walrus") == LARGE
    assert papers.is_whole()


def test_a_large_copy_is_only_another_place_of_the_same(papers: Papers) -> None:
    """IN-14."""
    papers.write("a.md", many_parts("lamp", LARGE))
    papers.write("b.md", many_parts("lamp", LARGE))

    assert papers.statuses() == {"a.md": ADDED, "b.md": UNCHANGED}

    (document,) = papers.documents()
    assert len(papers.library.sources(document)) == 2
    assert papers.holding("lamp") == LARGE
    assert papers.is_whole()


@pytest.mark.parametrize("parts", [1, LARGE])
def test_ctrl_c_leaves_nothing_half_and_the_file_in_the_queue(
    papers: Papers, embedder: QuickEmbedder, parts: int
) -> None:
    papers.write("a.txt", "The gull cried.")
    papers.write("b.md", many_parts("lamp", parts))
    papers.write("c.txt", "The walrus slept.")
    embedder.meanwhile = dying(papers, f"number {parts - 1}.")

    with pytest.raises(KeyboardInterrupt):
        papers.take_in()

    assert [d.source for d in papers.documents()] == [papers.source("a.txt")]
    assert papers.rows("job WHERE state = 'running'") == 0
    assert papers.is_whole()
    embedder.meanwhile = None
    assert papers.statuses() == {"a.txt": UNCHANGED, "b.md": ADDED, "c.txt": ADDED}


def test_what_a_run_left_is_done_by_the_next_whatever_it_was_asked_for(
    papers: Papers,
) -> None:
    papers.write("a.txt", "The gull cried.")
    papers.write("b.txt", "The lamp was lit.")
    other = papers.write("other/c.txt", "The walrus slept.")
    with closing(papers.events(collection="home")) as events:  # type: ignore[type-var]
        for event in events:
            if isinstance(event, FileIngested):
                break

    planned, *rest = papers.events(str(other), collection="work")

    assert (planned.files, planned.left_over) == (3, 2)
    done = {(e.path.removeprefix(f"{papers.folder}/"), e.status) for e in rest}
    assert done == {("b.txt", ADDED), ("other/c.txt", ADDED)}
    collections = sorted(
        (d.collection, Path(d.source).name) for d in papers.documents()
    )
    assert collections == [
        ("home", "a.txt"),
        ("home", "b.txt"),
        ("home", "c.txt"),
        ("work", "c.txt"),
    ]


def test_halves_and_jobs_of_a_dead_process_are_cleared_up(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    dead = papers.at_another_desk(a_desk(papers.desk.database, embedder, writer="dead"))
    papers.write("large.md", many_parts("lamp", LARGE))
    events = dead.events()
    while not isinstance(next(events), ChunksKept):
        pass
    assert papers.library.troubles() == [Trouble.HALF_DOCUMENTS]

    statuses = papers.statuses()

    assert statuses == {"large.md": ADDED}
    assert papers.rows("document") == 1
    assert papers.is_whole()
    with pytest.raises(StorageError):  # so a process thought dead does no harm
        next(events)
    assert papers.is_whole()


def test_what_a_dead_process_held_is_done_by_whoever_runs_next(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    dead = papers.at_another_desk(a_desk(papers.desk.database, embedder, writer="dead"))
    held = papers.write("large.md", many_parts("lamp", LARGE))
    other = papers.write("b.txt", "The walrus slept.")
    events = dead.events(str(held))
    while not isinstance(next(events), ChunksKept):
        pass

    assert papers.statuses(str(other)) == {"b.txt": ADDED, "large.md": ADDED}
    assert papers.is_whole()


def test_two_runs_at_once_share_the_queue(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    for number in range(10):
        papers.write(f"{number}.txt", f"The lamp {number} was lit.")
    other = papers.at_another_desk(
        a_desk(papers.desk.database, embedder, writer="other")
    )

    mine, theirs = papers.events(), other.events()
    next(mine), next(theirs)
    done = []
    for one, two in zip(mine, theirs, strict=False):
        done += [one, two]

    assert [event.status for event in done] == [ADDED] * 10
    assert len({event.path for event in done}) == 10
    assert len(embedder.texts) == 10
    assert papers.is_whole()


def test_the_same_bytes_taken_in_twice_at_once_are_one_document(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    """IN-14."""
    papers.write("a.txt", "The lamp was lit.")
    copy = papers.write("copies/b.txt", "The lamp was lit.")
    rival = papers.at_another_desk(a_desk(papers.desk.database, QuickEmbedder()))

    def take_in_the_copy(text: str) -> None:
        embedder.meanwhile = None
        assert rival.statuses(str(copy)) == {"copies/b.txt": ADDED}

    embedder.meanwhile = take_in_the_copy

    taken = papers.take_in(papers.source("a.txt"))

    assert taken["a.txt"].status is UNCHANGED
    assert len(papers.documents()) == papers.holding("lamp") == 1
    assert papers.is_whole()


def test_a_file_read_twice_at_once_leaves_only_one_of_its_versions(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    papers.write("a.txt", "The lamp was lit.")
    rival = papers.at_another_desk(a_desk(papers.desk.database, QuickEmbedder()))

    def overtake(text: str) -> None:
        embedder.meanwhile = None
        papers.write("a.txt", "The walrus slept.")
        assert rival.statuses() == {"a.txt": ADDED}

    embedder.meanwhile = overtake

    papers.take_in()
    papers.take_in()

    assert len(papers.documents()) == papers.rows("passage") == 1
    assert papers.holding("walrus") == 1
    assert papers.is_whole()


def test_a_failing_embedder_keeps_the_words_and_leaves_the_meaning_for_later(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    """IN-19."""

    def fail(text: str) -> None:
        raise EngineError("it fell over")

    papers.write("a.txt", "The lamp was lit.")
    papers.write("large.md", many_parts("walrus", LARGE))
    embedder.meanwhile = fail

    taken = papers.take_in()

    assert {event.status for event in taken.values()} == {ADDED}
    assert all("vectors" in event.reason for event in taken.values())
    assert papers.holding("lamp") == 1
    assert papers.holding("walrus") == LARGE
    assert {d.embedding_model for d in papers.documents()} == {None}
    assert papers.library.missing_vectors() == LARGE + 1
    assert papers.library.troubles() == [Trouble.MISSING_VECTORS]

    embedder.meanwhile = None
    made = list(papers.library.embed_missing())

    assert made[-1] == LARGE + 1
    assert {d.embedding_model for d in papers.documents()} == {"quick"}
    assert papers.library.troubles() == []


def test_an_embedder_that_fails_for_one_part_leaves_only_that_for_later(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    def fail(text: str) -> None:
        if "number 300." in text:
            raise EngineError("it fell over")

    papers.write("large.md", many_parts("walrus", LARGE))
    embedder.meanwhile = fail

    papers.take_in()

    assert papers.library.missing_vectors() == 256
    assert papers.document("large.md").embedding_model is None
    embedder.meanwhile = None
    assert papers.library.repair() == []
    assert papers.document("large.md").embedding_model == "quick"


def test_without_an_embedder_words_are_kept_all_the_same(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    """IN-19."""
    bare = papers.at_another_desk(a_desk(papers.desk.database, None))
    papers.write("a.txt", "The lamp was lit.")

    assert bare.statuses() == {"a.txt": ADDED}

    assert bare.holding("lamp") == 1
    assert bare.library.troubles() == []
    assert list(bare.library.embed_missing()) == []
    assert papers.library.missing_vectors() == 1


def test_a_passage_removed_while_it_is_embedded_gets_no_vector(
    papers: Papers, embedder: QuickEmbedder
) -> None:
    """Its number may stand for another passage by then."""
    bare = papers.at_another_desk(a_desk(papers.desk.database, None))
    papers.write("a.txt", "The lamp was lit.")
    taken = bare.take_in()["a.txt"]
    papers.write("a.txt", "The walrus slept.")

    def replace_it(text: str) -> None:
        embedder.meanwhile = None
        assert taken.document_id is not None
        bare.library.remove(taken.document_id, ME)
        bare.take_in()

    embedder.meanwhile = replace_it

    made = list(papers.library.embed_missing())

    assert made == [0, 1]
    assert "walrus" in embedder.texts[-1]
    assert papers.is_whole()


def test_a_full_disk_ends_the_run_and_a_later_one_finishes_it(papers: Papers) -> None:
    """SQLite's own limit on the file's size, in place of a disk's."""
    papers.write("a.txt", "The gull cried.")
    papers.write("b.md", many_parts("lamp", LARGE))
    papers.write("c.txt", "The walrus slept.")
    database = papers.desk.database
    pages = database.query("PRAGMA page_count")[0]["page_count"]
    database.query(f"PRAGMA max_page_count = {pages + 30}")

    with pytest.raises(DiskFullError, match="No space left"):
        papers.take_in()

    assert papers.holding("gull") == 1
    assert papers.holding("lamp") == 0
    assert papers.is_whole()
    database.query("PRAGMA max_page_count = 1000000")
    assert papers.statuses() == {"a.txt": UNCHANGED, "b.md": ADDED, "c.txt": ADDED}
    assert papers.is_whole()


def test_a_disk_that_fails_at_any_moment_leaves_every_file_whole_or_absent(
    papers: Papers, tmp_path: Path
) -> None:
    names = {f"{number}.txt" for number in range(3)}
    for name in names:
        papers.write(name, f"The lamp of {name} was lit.")
    struck = 0
    while _strike(papers, tmp_path / f"{struck}" / "hearth.db", struck, names):
        struck += 1

    assert struck > 10


def _strike(papers: Papers, path: Path, moment: int, names: set[str]) -> bool:
    """Fail one write of a run; whether there was one left to fail."""
    open_prepared(path).close()
    fault = Fault("write", apsw.FullError, lasting=False)
    disk = Disk(fault.watch)
    database = open_file(path, vfs=disk.vfs, busy_seconds=0.1)
    struck = papers.at_another_desk(a_desk(database, QuickEmbedder()))
    fault.strike_at(moment * 3)
    try:
        struck.take_in()
    except DiskFullError:
        assert struck.is_whole()
    happened = fault.happened
    fault.strike_at(-1)

    struck.take_in()

    assert {Path(d.source).name for d in struck.documents()} == names
    assert struck.is_whole()
    database.close()
    disk.close()
    return bool(happened)


def open_prepared(path: Path) -> Database:
    database = open_file(path)
    a_desk(database, None)
    assert People(database).find_user(LOCAL_USER) is not None
    return database
