"""The canary drill: planted everywhere, forgotten once, and then nowhere at all."""

import logging
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.entities.conversation import Attachment, ContentKind, Message
from assistant.entities.erasure import Erasable, Mentioning, Named, OfPerson
from assistant.entities.ids import LOCAL_USER, AttachmentId, JobId
from assistant.entities.job import Job
from assistant.entities.search import HitKind
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.search import Question, Search
from assistant.logs import configure_logging
from assistant.privacy.erase import Eraser
from assistant.storage.database import Database
from assistant.storage.jobs import Jobs
from assistant.storage.snapshot import take_snapshot
from assistant.storage.vectors import VectorKind, VectorSpace
from tests.knowledge.building import QuickEmbedder, a_desk, a_search
from tests.privacy.building import (
    NOW,
    a_memory_row,
    an_eraser,
    cells_with,
    decrypted,
    insert,
    made_of,
)
from tests.storage.building import (
    ME,
    START,
    Talk,
    clock,
    open_file,
    open_plain,
)

CANARY = "zanzibarquokka"
INDEXES = (
    "message_text",
    "passage_text",
    "memory_text",
    "observed_text",
    "insight_text",
)
FORMS = (
    CANARY.encode(),
    CANARY.title().encode(),
    CANARY.encode("utf-16-le"),
    b"zanzibarquok",  # what the index keeps of a word is its stem
)


@dataclass(frozen=True)
class Planted:
    """A file with the canary in every place that keeps words."""

    database: Database
    search: Search
    message: Message

    def recalled(self) -> list[str]:
        """Every road by which words are found again."""
        talk = Talk(self.database)
        asked = Question(text=f"What of {CANARY}?", kinds=tuple(HitKind), k=50)
        hits = self.search.find(asked, ME).hits
        found = [hit.text for hit in hits if CANARY in hit.text.casefold()]
        found += [hit.snippet for hit in talk.messages.search(CANARY, ME, limit=9)]
        for index in INDEXES:
            found += _matched(self.database, index, word=CANARY)
        found += _matched(self.database, "passage_trigram", word=CANARY[:3])
        found += [c.title for c in talk.conversations.recent(ME, limit=9)]
        return [text for text in found if CANARY in text.casefold()]


def _matched(database: Database, index: str, *, word: str) -> list[str]:
    rows = database.query(
        f"SELECT rowid FROM {index} WHERE {index} MATCH :word", {"word": word}
    )
    return [f"{CANARY} in {index}" for _ in rows]


def plant(database: Database, *, embedded: bool = True) -> Planted:
    """A talk, a document, memories, notes, insights, jobs and drafts, all telling."""
    talk = Talk(database)
    question = talk.say(
        f"My secret is {CANARY}, in {CANARY.title()}", author_id="local"
    )
    reply = talk.finish(talk.start_reply(question), f"So it is {CANARY}.")
    talk.messages.add_attachment(
        Attachment(
            id=AttachmentId("notes"),
            message_id=question.id,
            name=f"{CANARY}.txt",
            kind=ContentKind.TEXT,
            size_bytes=9,
            text=CANARY,
            details={CANARY: CANARY},
        )
    )
    database.execute(
        "UPDATE conversation SET title = :title, summary = :title",
        {"title": f"About {CANARY}"},
    )
    desk = a_desk(database, QuickEmbedder() if embedded else None)
    _a_book(database, reply)
    _memories(database, question, reply)
    _reflection(database)
    _work(database, question)
    search = a_search(desk)
    if embedded:
        for _ in Remembering(desk=desk, opened_at=desk.vectors.seq()).work():
            pass
        _pack(search)
    return Planted(database=database, search=search, message=question)


def _a_book(database: Database, reply: Message) -> None:
    with database.transaction():
        insert(
            database,
            "document",
            **_document_row(),
        )
        insert(
            database,
            "document_source",
            owner_id="local",
            source=f"/papers/{CANARY}.txt",
            document_id="book",
            size_bytes=1,
            seen_at=NOW,
        )
        insert(
            database,
            "passage",
            id="passage",
            document_id="book",
            position=0,
            starts_at=0,
            ends_at=len(f"The book says {CANARY} too."),
            text=f"The book says {CANARY} too.",
            prefix=f"{CANARY} > chapter",
            tokens=5,
            kind="prose",
        )
        insert(
            database,
            "citation",
            message_id=reply.id,
            position=1,
            number=1,
            passage_id="passage",
            document_id="book",
            title=CANARY,
            location="page 1",
            quote=CANARY,
        )


def _document_row() -> dict[str, object]:
    return {
        "id": "book",
        "owner_id": "local",
        "title": f"On {CANARY}",
        "source": f"/papers/{CANARY}.txt",
        "media_type": "text/plain",
        "size_bytes": 1,
        "sha256": "0" * 64,
        "passage_count": 1,
        "created_at": NOW,
        "updated_at": NOW,
    }


def _memories(database: Database, question: Message, reply: Message) -> None:
    rows = (
        a_memory_row("said", f"You said {CANARY}", message_id=question.id),
        a_memory_row("typed", f"Note {CANARY}", origin="person", quote=CANARY),
        a_memory_row("made", f"In short: {CANARY}", origin="model"),
    )
    for row in rows:
        insert(database, "memory", **row)
    insert(database, "memory_use", message_id=reply.id, memory_id="said", position=1)
    made_of(database, "memory", "said", f"message:{question.id}")
    made_of(database, "memory", "made", "memory:said", "memory:typed")
    insert(
        database,
        "summary",
        id="fold",
        conversation_id="talk",
        first_id=question.id,
        last_id=reply.id,
        text=f"They spoke of {CANARY}",
        tokens=4,
        created_at=NOW,
    )
    made_of(database, "summary", "fold", f"message:{question.id}")
    insert(
        database,
        "consolidation",
        id="run",
        owner_id="local",
        status="completed",
        consolidated_count=1,
        retained_count=0,
        discarded_count=0,
        new_insights=f'["{CANARY}"]',
        detail=CANARY,
        at=NOW,
    )
    insert(
        database,
        "reversal",
        consolidation_id="run",
        memory_id="made",
        was=f'{{"text": "{CANARY}"}}',
    )


def _reflection(database: Database) -> None:
    insert(
        database,
        "channel",
        id="line",
        name="line",
        kind="direct",
        created_at=NOW,
        updated_at=NOW,
    )
    insert(
        database,
        "observed_message",
        id="seen",
        channel_id="line",
        author_id="local",
        content=f"Directly: {CANARY}",
        visibility_scope="dm",
        created_at=NOW,
        ingested_at=NOW,
    )
    insert(
        database,
        "topic",
        key=f"subject:{CANARY}",
        category="subject",
        metadata=f'{{"word": "{CANARY}"}}',
        created_at=NOW,
    )
    insert(
        database,
        "salience_entry",
        id="earned",
        topic_key=f"subject:{CANARY}",
        entry_type="earn",
        amount=1.0,
        cause="message:seen",
        created_at=NOW,
    )
    insert(
        database,
        "layer_run",
        id="thinking",
        layer_name="daily",
        window="day",
        started_at=NOW,
        status="running",
        targets=f'["subject:{CANARY}", "user:local"]',
    )
    insert(database, "topic", key="user:local", category="user", created_at=NOW)
    insert(
        database,
        "insight",
        id="thought",
        topic_key="user:local",
        category="daily",
        content=f"They care about {CANARY}",
        sources_scope_max="dm",
        layer_run_id="thinking",
        confidence=0.5,
        strength=1.0,
        metadata=f'{{"tags": ["{CANARY}"]}}',
        created_at=NOW,
    )
    insert(database, "insight_owner", insight_id="thought", user_id="local")
    made_of(database, "insight", "thought", "observed:seen")


def _work(database: Database, question: Message) -> None:
    payloads = {"ids": {"message": question.id}, "words": {"text": question.content}}
    for name, payload in payloads.items():
        Jobs(database).enqueue(
            Job(
                id=JobId(name),
                kind="capture",
                key=name,
                created_at=START,
                run_after=START,
                payload=payload,
            )
        )
    insert(
        database,
        "job",
        id="reading",
        kind="ingest",
        key=f"local\n\n/papers/{CANARY}.txt",
        state="failed",
        payload=f'{{"source": "/papers/{CANARY}.txt"}}',
        error=f"/papers/{CANARY}.txt is locked",
        created_at=NOW,
        run_after=NOW,
    )
    insert(
        database,
        "draft",
        owner_id="local",
        conversation_id="talk",
        text=f"And then {CANARY}",
        updated_at=NOW,
    )
    insert(
        database,
        "span",
        id="span",
        trace_id="trace",
        name="write",
        started_at=NOW,
        duration_ms=1.0,
        counts=f'{{"message": "{question.id}", "said": "{CANARY}"}}',
    )


def _pack(search: Search) -> None:
    """Loaded into memory, and kept in packed copies too."""
    for kind in (VectorKind.MESSAGE, VectorKind.PASSAGE):
        index = search.index(kind)
        assert len(index) > 0
        index.pack()


def everything(database: Database) -> dict[Erasable, frozenset[str]]:
    """Whatever a person finds when they look for the word."""
    eraser = an_eraser(database)
    found: dict[Erasable, set[str]] = {}
    for item in eraser.matches(Mentioning(text=CANARY), ME):
        found.setdefault(item.kind, set()).add(item.id)
    return {kind: frozenset(ids) for kind, ids in found.items()}


def residue(folder: Path) -> list[str]:
    """The files under it that hold the canary in any form."""
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in FORMS)
    ]


def test_a_text_that_is_forgotten_is_nowhere_at_all(tmp_path: Path, path: Path) -> None:
    planted = plant(open_file(path))
    assert planted.recalled()

    eraser = an_eraser(planted.database)
    receipt = eraser.erase(eraser.plan(Mentioning(text=CANARY), ME), ME)

    assert receipt.is_journal_empty
    assert planted.recalled() == []
    assert cells_with(planted.database, FORMS) == []
    assert everything(planted.database) == {}
    copy = take_snapshot(planted.database, tmp_path / "backups", clock)
    assert residue(decrypted(copy, tmp_path / "backup in the clear")) == []
    assert residue(decrypted(path, tmp_path / "file in the clear")) == []
    planted.database.close()


def test_no_free_page_and_no_journal_of_a_plain_file_holds_it(
    tmp_path: Path, path: Path
) -> None:
    """In the clear, where every byte can be looked at, and still open."""
    planted = plant(open_plain(path))
    other = Talk(planted.database, "other")
    for number in range(40):
        other.say(f"Unrelated words {number} " * 40)
    there = residue(tmp_path)

    eraser = an_eraser(planted.database)
    eraser.erase(eraser.plan(Mentioning(text=CANARY), ME), ME)

    assert set(there) >= {"hearth.db-wal"}
    assert residue(tmp_path) == []
    planted.database.close()
    assert residue(tmp_path) == []


def test_a_person_who_is_forgotten_left_nothing(path: Path) -> None:
    planted = plant(open_file(path))
    eraser = an_eraser(planted.database)

    eraser.erase(eraser.plan(OfPerson(user_id=LOCAL_USER), ME), ME)

    assert cells_with(planted.database, FORMS) == []
    planted.database.close()


def test_without_forgetting_every_one_of_these_looks_finds_it(
    tmp_path: Path, path: Path
) -> None:
    """So the tests above can fail."""
    planted = plant(open_file(path))

    cells = cells_with(planted.database, FORMS)
    copy = take_snapshot(planted.database, tmp_path / "backups", clock)

    assert set(cells) >= {
        "attachment.details",
        "attachment.name",
        "attachment.text",
        "citation.quote",
        "consolidation.detail",
        "conversation.summary",
        "conversation.title",
        "document.source",
        "document.title",
        "document_source.source",
        "draft.text",
        "insight.content",
        "job.error",
        "job.key",
        "job.payload",
        "layer_run.targets",
        "memory.quote",
        "memory.text",
        "message.content",
        "message_text_data.block",
        "observed_message.content",
        "passage.prefix",
        "passage.text",
        "passage_text_data.block",
        "reversal.was",
        "span.counts",
        "summary.text",
        "topic.key",
    }
    assert len(planted.recalled()) >= 8
    assert residue(decrypted(copy, tmp_path / "clear")) == ["copy.db"]
    planted.database.close()


@pytest.mark.parametrize(
    ("kind", "identity", "left"),
    [
        (Erasable.MESSAGE, "talk-1", {"passage.text", "memory.text"}),
        (Erasable.DOCUMENT, "book", {"draft.text", "memory.text", "message.content"}),
        (Erasable.OBSERVED, "seen", {"draft.text", "message.content"}),
    ],
)
def test_one_thing_takes_along_what_was_made_of_it_and_no_more(
    path: Path, kind: Erasable, identity: str, left: set[str]
) -> None:
    planted = plant(open_file(path))
    eraser = an_eraser(planted.database)

    named = Named(ids={kind: frozenset({identity})})
    eraser.erase(eraser.plan(named, ME), ME)

    cells = set(cells_with(planted.database, FORMS))
    gone = {
        Erasable.MESSAGE: {"attachment.text", "summary.text", "reversal.was"},
        Erasable.DOCUMENT: {"passage.text", "citation.quote", "document.title"},
        Erasable.OBSERVED: {"insight.content", "topic.key", "layer_run.targets"},
    }[kind]
    assert cells >= left
    assert cells.isdisjoint(gone)
    planted.database.close()


def test_another_process_finds_it_no_more(path: Path) -> None:
    planted = plant(open_file(path))
    elsewhere = open_file(path)
    desk = a_desk(elsewhere, QuickEmbedder())
    search = a_search(desk)
    asked = Question(text=CANARY, kinds=tuple(HitKind), k=50)
    before = [hit for hit in search.find(asked, ME).hits if CANARY in hit.text]
    sizes = [len(search.index(kind)) for kind in (VectorKind.MESSAGE,)]

    eraser = an_eraser(planted.database)
    eraser.erase(eraser.plan(Mentioning(text=CANARY), ME), ME)

    assert before
    assert sizes == [2]
    assert not [hit for hit in search.find(asked, ME).hits if CANARY in hit.text]
    assert len(search.index(VectorKind.MESSAGE)) == 0
    elsewhere.close()
    planted.database.close()


def test_vectors_of_what_went_are_in_no_table_and_no_packed_copy(path: Path) -> None:
    planted = plant(open_file(path))
    desk = a_desk(planted.database, QuickEmbedder())
    space = VectorSpace(VectorKind.MESSAGE, "quick")
    assert desk.vectors.counts()[space] == 2
    assert desk.vectors.segments(space)

    eraser = an_eraser(planted.database)
    receipt = eraser.erase(eraser.plan(Mentioning(text=CANARY), ME), ME)

    assert receipt.record.counts["vectors"] >= 3
    assert desk.vectors.counts() == {}
    assert planted.database.query("SELECT * FROM vector_segment") == []
    columns = {
        name
        for row in planted.database.query("SELECT * FROM vector_gone")
        for name in row
    }
    assert columns == {"id", "seq", "kind", "model", "number"}
    planted.database.close()


def test_the_journal_waits_for_a_reader_and_the_receipt_says_so(path: Path) -> None:
    planted = plant(open_file(path))
    reader = open_file(path, busy_seconds=0.1)
    eraser: Eraser = an_eraser(open_file(path, busy_seconds=0.1))

    with reader.transaction():
        reader.query("SELECT count(*) FROM message")
        plan = eraser.plan(Mentioning(text=CANARY), ME)
    reader.query("BEGIN")
    reader.query("SELECT count(*) FROM message")
    receipt = eraser.erase(plan, ME)
    reader.query("ROLLBACK")

    assert not receipt.is_journal_empty
    assert eraser.settled(receipt.record).is_journal_empty
    for database in (reader, eraser.database, planted.database):
        database.close()


def test_nothing_of_it_was_ever_logged(tmp_path: Path, path: Path) -> None:
    log = tmp_path / "logs" / "hearth.log"
    before = logging.getLogger().handlers
    configure_logging(log, "debug")
    try:
        planted = plant(open_file(path))
        eraser = an_eraser(planted.database)
        eraser.erase(eraser.plan(Mentioning(text=CANARY), ME), ME)
        planted.database.close()
        logging.getLogger("drill").debug("done")
    finally:
        logging.getLogger().handlers = before

    assert "done" in log.read_text()
    assert residue(tmp_path) == []
