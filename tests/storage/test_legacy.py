"""A file of any released schema becomes one of the newest, with all it held."""

from pathlib import Path

import pytest

from assistant.entities.audit import AuditEntry
from assistant.entities.ids import DocumentId, MessageId, TraceId
from assistant.storage.audit import AuditLog
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText
from assistant.storage.jobs import Jobs
from assistant.storage.machine import MachineFacts
from assistant.storage.migrate import released_migrations
from assistant.storage.services import ModelServices
from assistant.storage.snapshot import snapshot_before_upgrade
from assistant.storage.spans import Spans
from assistant.storage.vectorindex import VectorIndex
from tests.storage.building import ME, Talk, at, clock, open_plain
from tests.storage.legacy.build import HERE, build
from tests.storage.shelf import SPACE, WIDTH, Bookshelf, a_direction
from tests.storage.test_migrations import schema_of

FILES = sorted(HERE.glob("schema-*.db"))
WITH_LIBRARY = [file for file in FILES if file.stem != "schema-3"]
NEWEST = len(released_migrations())


def _stem(file: Path) -> str:
    return file.stem


@pytest.fixture(params=FILES, ids=_stem)
def legacy(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    copy = tmp_path / "data" / "hearth.db"
    copy.parent.mkdir()
    copy.write_bytes(request.param.read_bytes())
    return copy


def test_it_gets_the_schema_of_a_new_file(legacy: Path, tmp_path: Path) -> None:
    old = open_plain(legacy)
    new = open_plain(tmp_path / "new" / "hearth.db")

    assert schema_of(old) == schema_of(new)
    assert old.version == new.version == NEWEST
    old.close()
    new.close()


def test_it_keeps_what_it_held(legacy: Path) -> None:
    database = open_plain(legacy)
    talk = Talk(database)
    question, reply, broken_off, other = talk.messages.all_of("talk", ME)

    assert question.content == "What is the capital of France?"
    assert reply.content == "The capital of France is Paris."
    assert [m.id for m in talk.messages.abandoned(lambda _: False)] == [broken_off.id]
    assert (other.server_id, other.channel_id) == ("100", "200")
    assert [a.text for a in talk.messages.attachments_of(question.id, ME)] == ["Paris"]
    hits = talk.messages.search("Paris", ME, limit=9)
    assert [hit.message.id for hit in hits] == [reply.id]
    _check_work(database)
    database.close()


def _check_work(database: Database) -> None:
    in_use = ModelServices(database).in_use()
    job = Jobs(database).claim(["title"], by="me", now=at(0))
    (entry,) = AuditLog(database).recent(9)
    assert in_use is not None
    assert job is not None
    assert (in_use.name, job.id) == ("small", "900")
    assert isinstance(entry, AuditEntry)
    assert len(Spans(database).trace(TraceId("700"))) == 1
    assert MachineFacts(database).find("cpu|small") == {"threads": 1}


@pytest.mark.parametrize("legacy", WITH_LIBRARY, ids=_stem, indirect=True)
def test_it_keeps_its_library(legacy: Path) -> None:
    shelf = Bookshelf(open_plain(legacy))

    atlas = shelf.documents.get(DocumentId("atlas"), ME)
    paris, rome = shelf.passages.of(atlas.id, ME)
    (found,) = shelf.all_by_words("Rome")
    index = VectorIndex(shelf.database, SPACE, width=WIDTH)
    (nearest,) = index.nearest(a_direction(found), k=1)
    (citation,) = shelf.citations.of(MessageId("talk-2"), ME)

    assert (atlas.title, atlas.collection) == ("Atlas", "maps")
    assert [source.source for source in shelf.documents.sources_of(atlas.id)] == [
        "/papers/atlas.txt"
    ]
    assert [paris.text, rome.text] == [
        "Paris is the capital of France.",
        "Rome is that of Italy.",
    ]
    assert nearest.id == found
    assert (citation.passage_id, citation.quote) == (paris.id, paris.text)
    assert shelf.passages.indexes_are_in_step()
    shelf.database.close()


def test_it_is_whole_afterwards(legacy: Path) -> None:
    database = open_plain(legacy)

    assert database.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert database.query("PRAGMA foreign_key_check") == []
    assert FullText(database).is_in_step()
    database.close()


def test_an_older_one_is_copied_first(legacy: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    number = int(legacy.read_bytes()[60:64].hex(), 16)  # the header's user_version
    take = snapshot_before_upgrade(backups, clock=clock)

    open_plain(legacy, before_upgrade=take).close()

    copies = [file.name.split("-")[1] for file in backups.glob("*")]
    assert copies == ([] if number == NEWEST else [f"schema{number}"])


def test_there_is_a_file_of_every_release() -> None:
    assert [file.name for file in FILES] == ["schema-3.db", "schema-4.db"]


def test_such_a_file_is_made_once(tmp_path: Path) -> None:
    made = build(tmp_path, NEWEST)

    assert made.name == f"schema-{NEWEST}.db"
    with pytest.raises(SystemExit, match="stays as it is"):
        build(tmp_path, NEWEST)
