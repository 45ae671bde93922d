"""Make the file of a schema: `python -m tests.storage.legacy.build NUMBER`.

Run once for each release, by the program as released; the file is committed and
never made again. It is in the clear, so that it stays small and can be looked at.
"""

import sys
from pathlib import Path

from assistant.config.settings import Cipher
from assistant.entities.audit import AuditEntry
from assistant.entities.citation import Citation
from assistant.entities.conversation import Attachment, ContentKind, Message
from assistant.entities.ids import (
    LOCAL_USER,
    AttachmentId,
    AuditId,
    ChannelId,
    DocumentId,
    JobId,
    ModelId,
    PassageId,
    RoleId,
    ServerId,
    SpanId,
    TraceId,
)
from assistant.entities.job import Job
from assistant.entities.model import ModelKind, ModelService
from assistant.entities.people import (
    Channel,
    ChannelKind,
    Membership,
    Server,
    ServerRole,
)
from assistant.entities.trace import Span
from assistant.storage.audit import AuditLog
from assistant.storage.connection import Opening
from assistant.storage.database import Database
from assistant.storage.folders import create_private
from assistant.storage.jobs import Jobs
from assistant.storage.machine import MachineFacts
from assistant.storage.migrate import migrate, released_migrations
from assistant.storage.services import ModelServices
from assistant.storage.spans import Spans
from tests.storage.building import START, Talk, clock
from tests.storage.shelf import Bookshelf, a_document

HERE = Path(__file__).parent
SERVER, CHANNEL = ServerId("100"), ChannelId("200")


def build(folder: Path, number: int) -> Path:
    """One of everything that schema 4 knows, in a file named after the number."""
    path = folder / f"schema-{number}.db"
    if path.exists():
        raise SystemExit(f"{path.name} was made at its release and stays as it is")
    database = _create(path, number)
    with database.transaction():
        talk = Talk(database)
        _add_places(talk)
        reply = _converse(talk)
        _work(database)
        _shelve(Bookshelf(database), quoted_in=reply)
    database.close()
    return path


def _create(path: Path, number: int) -> Database:
    create_private(path)
    opening = Opening(
        path=path,
        key=None,
        cipher=Cipher.NONE,
        cache_megabytes=1,
        busy_seconds=1,
        is_new=True,
    )
    database = Database(opening, vector_problem="not needed")
    migrate(database, released_migrations()[:number], clock)
    return database


def _add_places(talk: Talk) -> None:
    when = {"updated_at": START}
    talk.people.upsert_server(Server(id=SERVER, name="Home", joined_at=START, **when))
    talk.people.upsert_channel(
        Channel(
            id=CHANNEL,
            server_id=SERVER,
            name="general",
            kind=ChannelKind.TEXT,
            created_at=START,
            **when,
        )
    )
    talk.people.upsert_role(
        ServerRole(
            id=RoleId("300"), server_id=SERVER, name="Crew", created_at=START, **when
        )
    )
    talk.people.upsert_membership(
        Membership(user_id=LOCAL_USER, server_id=SERVER, joined_at=START, **when)
    )


def _converse(talk: Talk) -> Message:
    question = talk.say("What is the capital of France?")
    talk.messages.add_attachment(
        Attachment(
            id=AttachmentId("400"),
            message_id=question.id,
            name="notes.txt",
            kind=ContentKind.TEXT,
            size_bytes=5,
            text="Paris",
        )
    )
    reply = talk.start_reply(question)
    talk.finish(reply, "The capital of France is Paris.")
    talk.start_reply(question, by="a process long gone")
    talk.say("And of Italy?", server_id=SERVER, channel_id=CHANNEL)
    return reply


def _work(database: Database) -> None:
    services = ModelServices(database)
    services.add(
        ModelService(
            id=ModelId("500"),
            name="small",
            kind=ModelKind.LOCAL_LLM,
            location="bundled:small",
            context_tokens=2048,
        )
    )
    services.use("small")
    Spans(database).add_all(
        [
            Span(
                id=SpanId("600"),
                trace_id=TraceId("700"),
                name="turn",
                started_at=START,
                duration_ms=12.5,
            )
        ]
    )
    AuditLog(database).append(
        AuditEntry(
            id=AuditId("800"),
            at=START,
            actor_id=LOCAL_USER,
            action="use",
            resource="model",
            resource_id="small",
        )
    )
    Jobs(database).enqueue(
        Job(
            id=JobId("900"),
            kind="title",
            key="talk",
            created_at=START,
            run_after=START,
        )
    )
    MachineFacts(database).remember("cpu|small", {"threads": 1}, START)


def _shelve(shelf: Bookshelf, *, quoted_in: Message) -> None:
    atlas = a_document("atlas", title="Atlas", collection="maps", passage_count=2)
    shelf.add(atlas, "Paris is the capital of France.", "Rome is that of Italy.")
    shelf.found_at("/papers/atlas.txt", atlas)
    shelf.citations.replace_of(
        quoted_in.id,
        [
            Citation(
                number=1,
                passage_id=PassageId("atlas-0"),
                document_id=DocumentId("atlas"),
                title="Atlas",
                location="page 1",
                quote="Paris is the capital of France.",
            )
        ],
    )


if __name__ == "__main__":
    build(HERE, int(sys.argv[1]))
