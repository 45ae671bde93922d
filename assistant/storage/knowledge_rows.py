"""Documents and passages as rows, and back; the sister of `rows` for the library."""

import json
from dataclasses import asdict, fields

from assistant.entities.audience import Scope
from assistant.entities.knowledge import (
    Chunk,
    Document,
    DocumentState,
    Location,
    Notice,
    NoticeKind,
    Passage,
    SectionKind,
)
from assistant.storage.rows import Row, moment_from_text, moment_to_text, to_json


def document_to_row(document: Document) -> Row:
    return {
        "id": document.id,
        "owner_id": document.owner_id,
        "collection": document.collection,
        "title": document.title,
        "source": document.source,
        "media_type": document.media_type,
        "size_bytes": document.size_bytes,
        "sha256": document.sha256,
        "passage_count": document.passage_count,
        "embedding_model": document.embedding_model,
        "state": document.state.value,
        "scope": document.scope.value,
        "server_id": document.server_id,
        "channel_id": document.channel_id,
        "notices": to_json([asdict(notice) for notice in document.notices]),
        "details": to_json(dict(document.details)),
        "written_by": document.written_by,
        "created_at": moment_to_text(document.created_at),
        "updated_at": moment_to_text(document.updated_at),
    }


def document_from_row(row: Row) -> Document:
    return Document(
        id=row["id"],
        owner_id=row["owner_id"],
        collection=row["collection"],
        title=row["title"],
        source=row["source"],
        media_type=row["media_type"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        passage_count=row["passage_count"],
        embedding_model=row["embedding_model"],
        state=DocumentState(row["state"]),
        scope=Scope(row["scope"]),
        server_id=row["server_id"],
        channel_id=row["channel_id"],
        notices=tuple(
            Notice(kind=NoticeKind(notice["kind"]), detail=notice["detail"])
            for notice in json.loads(row["notices"])
        ),
        details=json.loads(row["details"]),
        written_by=row["written_by"],
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def passage_to_row(passage: Passage) -> Row:
    chunk = passage.chunk
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "position": passage.index,
        "starts_at": chunk.start,
        "ends_at": chunk.end,
        "text": chunk.text,
        "prefix": chunk.prefix,
        "tokens": chunk.tokens,
        "kind": chunk.kind.value,
        "location": _location_to_json(chunk.location),
    }


def passage_from_row(row: Row) -> Passage:
    chunk = Chunk(
        start=row["starts_at"],
        end=row["ends_at"],
        text=row["text"],
        prefix=row["prefix"],
        tokens=row["tokens"],
        kind=SectionKind(row["kind"]),
        location=_location_from_json(row["location"]),
    )
    return Passage(
        id=row["id"],
        document_id=row["document_id"],
        index=row["position"],
        chunk=chunk,
    )


def _location_to_json(location: Location) -> str:
    """Only what applies, since most of it never does."""
    given = ((field.name, getattr(location, field.name)) for field in fields(location))
    return to_json({name: value for name, value in given if value not in (None, ())})


def _location_from_json(text: str) -> Location:
    given = json.loads(text)
    return Location(**given | {"headings": tuple(given.get("headings", ()))})
