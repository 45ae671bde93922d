"""Documents at rest, and the places they were found in. Callers own the transaction.

Removing a document takes its passages, index entries and vectors with it; the
schema sees to that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.entities.audience import Audience, Scope
from assistant.entities.ids import DocumentId, ServerId, UserId
from assistant.entities.knowledge import Document, DocumentState
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.knowledge_rows import document_from_row, document_to_row
from assistant.storage.rows import Row, audience_to_row, moment_to_text

_ADD = """
    INSERT INTO document (id, owner_id, collection, title, source, media_type,
                          size_bytes, sha256, passage_count, embedding_model, state,
                          scope, server_id, channel_id, notices, details, written_by,
                          created_at, updated_at)
    VALUES (:id, :owner_id, :collection, :title, :source, :media_type,
            :size_bytes, :sha256, :passage_count, :embedding_model, :state,
            :scope, :server_id, :channel_id, :notices, :details, :written_by,
            :created_at, :updated_at)
"""
_UPDATE = """
    UPDATE document
       SET title = :title,
           source = :source,
           media_type = :media_type,
           size_bytes = :size_bytes,
           sha256 = :sha256,
           passage_count = :passage_count,
           embedding_model = :embedding_model,
           state = :state,
           notices = :notices,
           details = :details,
           written_by = :written_by,
           updated_at = :updated_at
     WHERE id = :id
"""
_BY_ID = """
    SELECT id, owner_id, collection, title, source, media_type, size_bytes, sha256,
           passage_count, embedding_model, state, scope, server_id, channel_id,
           notices, details, written_by, created_at, updated_at
      FROM document
     WHERE id = :id
       AND state <> 'arriving'
       AND ((:in_private AND owner_id = :reader_id)
            OR (scope = 'public' AND server_id = :in_server))
"""
_BY_PREFIX = """
    SELECT id, owner_id, collection, title, source, media_type, size_bytes, sha256,
           passage_count, embedding_model, state, scope, server_id, channel_id,
           notices, details, written_by, created_at, updated_at
      FROM document
     WHERE substr(id, 1, length(:prefix)) = :prefix
       AND state <> 'arriving'
       AND ((:in_private AND owner_id = :reader_id)
            OR (scope = 'public' AND server_id = :in_server))
     ORDER BY id
     LIMIT :limit
"""
_BY_CONTENT = """
    SELECT id, owner_id, collection, title, source, media_type, size_bytes, sha256,
           passage_count, embedding_model, state, scope, server_id, channel_id,
           notices, details, written_by, created_at, updated_at
      FROM document
     WHERE owner_id = :owner_id
       AND collection = :collection
       AND sha256 = :sha256
       AND state <> 'arriving'
"""
_ALL = """
    SELECT id, owner_id, collection, title, source, media_type, size_bytes, sha256,
           passage_count, embedding_model, state, scope, server_id, channel_id,
           notices, details, written_by, created_at, updated_at
      FROM document
     WHERE ((:in_private AND owner_id = :reader_id)
            OR (scope = 'public' AND server_id = :in_server))
       AND state <> 'arriving'
       AND (:collection IS NULL OR collection = :collection)
     ORDER BY updated_at DESC, id DESC
     LIMIT :limit
"""
_TITLES = """
    SELECT id, title, source
      FROM document
     WHERE ((:in_private AND owner_id = :reader_id)
            OR (scope = 'public' AND server_id = :in_server))
       AND state <> 'arriving'
     ORDER BY updated_at DESC, id DESC
"""
_COLLECTIONS = """
    SELECT DISTINCT collection
      FROM document
     WHERE ((:in_private AND owner_id = :reader_id)
            OR (scope = 'public' AND server_id = :in_server))
       AND state <> 'arriving'
     ORDER BY collection
"""
_SHARE = """
    UPDATE document
       SET scope = :scope,
           server_id = :server_id
     WHERE id = :id
"""
_REMOVE = """
    DELETE FROM document
     WHERE id = :id
"""
_ARRIVING = """
    SELECT id, written_by
      FROM document
     WHERE state = 'arriving'
"""
_MARK = """
    UPDATE document
       SET state = :state,
           updated_at = max(updated_at, :at)
     WHERE id = :id
       AND state NOT IN ('arriving', :state)
"""
_LEAVE_LOST_SOURCE = """
    UPDATE document
       SET source = (SELECT min(source)
                       FROM document_source
                      WHERE document_id = :id)
     WHERE id = :id
       AND EXISTS (SELECT 1
                     FROM document_source
                    WHERE document_id = :id)
       AND source NOT IN (SELECT source
                            FROM document_source
                           WHERE document_id = :id)
"""
_NOT_EMBEDDED = """
    SELECT count(*) AS passages
      FROM document
      JOIN passage ON passage.document_id = document.id
     WHERE ((:in_private AND document.owner_id = :reader_id)
            OR (document.scope = 'public' AND document.server_id = :in_server))
       AND document.state <> 'arriving'
       AND document.embedding_model IS NOT :model
       AND NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'passage'
                  AND vector.number = passage.number
                  AND vector.model = :model)
"""
_NOTE_EMBEDDED = """
    UPDATE document
       SET embedding_model = :model
     WHERE state <> 'arriving'
       AND embedding_model IS NOT :model
       AND NOT EXISTS (
               SELECT 1
                 FROM passage
                WHERE passage.document_id = document.id
                  AND NOT EXISTS (
                          SELECT 1
                            FROM vector
                           WHERE vector.kind = 'passage'
                             AND vector.number = passage.number
                             AND vector.model = :model))
"""
_FORGET_SOURCE = """
    DELETE FROM document_source
     WHERE owner_id = :owner_id
       AND collection = :collection
       AND source = :source
"""
_FIND_SOURCE = """
    SELECT source, document_id, size_bytes, modified_ns
      FROM document_source
     WHERE owner_id = :owner_id
       AND collection = :collection
       AND source = :source
"""
_SOURCES_OF = """
    SELECT source, document_id, size_bytes, modified_ns
      FROM document_source
     WHERE document_id = :document_id
     ORDER BY source
"""
_SOURCES_UNDER = """
    SELECT source, document_id, size_bytes, modified_ns
      FROM document_source
     WHERE owner_id = :owner_id
       AND collection = :collection
       AND (source = :under
            OR substr(source, 1, length(rtrim(:under, '/')) + 1)
               = rtrim(:under, '/') || '/')
     ORDER BY source
"""
_PUT_SOURCE = """
    INSERT INTO document_source (owner_id, collection, source, document_id, size_bytes,
                                 modified_ns, seen_at)
    VALUES (:owner_id, :collection, :source, :document_id, :size_bytes,
            :modified_ns, :seen_at)
        ON CONFLICT (owner_id, collection, source) DO UPDATE
       SET document_id = excluded.document_id,
           size_bytes = excluded.size_bytes,
           modified_ns = excluded.modified_ns,
           seen_at = excluded.seen_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place where a document's bytes were found, and how they looked then."""

    source: str
    document_id: DocumentId
    size_bytes: int
    modified_ns: int | None
    """The file's time of change; None for what has none, such as a web page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Whose documents, and in which collection."""

    owner_id: UserId
    collection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a document is called, and where it was found."""

    id: DocumentId
    title: str
    source: str


class Documents:
    """The library's list, without what the documents say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, document: Document) -> None:
        self._database.execute(_ADD, document_to_row(document))

    def update(self, document: Document) -> None:
        if not self._database.execute(_UPDATE, document_to_row(document)):
            raise NotFoundError(f"No document {document.id}")

    def share(self, document_id: DocumentId, server_id: ServerId | None) -> None:
        """For everybody on that server to be answered from; None takes it back."""
        scope = Scope.PRIVATE if server_id is None else Scope.PUBLIC
        row = {"id": document_id, "scope": scope, "server_id": server_id}
        self._database.execute(_SHARE, row)

    def find(self, document_id: DocumentId, audience: Audience) -> Document | None:
        row = {"id": document_id, **audience_to_row(audience)}
        return self._first(_BY_ID, row)

    def get(self, document_id: DocumentId, audience: Audience) -> Document:
        """It, or the same error for what is not there and what may not be seen."""
        document = self.find(document_id, audience)
        if document is None:
            raise NotFoundError(f"No document {document_id}")
        return document

    def starting_with(
        self, prefix: str, audience: Audience, *, limit: int = 2
    ) -> list[Document]:
        """Those whose id begins so; two are enough to know it is not unique."""
        row = {"prefix": prefix, "limit": limit, **audience_to_row(audience)}
        return [document_from_row(r) for r in self._database.query(_BY_PREFIX, row)]

    def with_content(self, sha256: str, shelf: Shelf) -> Document | None:
        """The document of these very bytes, if it is on the shelf."""
        row = {
            "owner_id": shelf.owner_id,
            "collection": shelf.collection,
            "sha256": sha256,
        }
        return self._first(_BY_CONTENT, row)

    def all(
        self, audience: Audience, *, collection: str | None = None, limit: int
    ) -> list[Document]:
        """The last changed first."""
        row = {"collection": collection, "limit": limit, **audience_to_row(audience)}
        return [document_from_row(r) for r in self._database.query(_ALL, row)]

    def titles(self, audience: Audience) -> list[Title]:
        """What each is called, the last changed first."""
        rows = self._database.query(_TITLES, audience_to_row(audience))
        return [Title(**row) for row in rows]

    def collections(self, audience: Audience) -> list[str]:
        """The names under which there are documents; '' is the library's own."""
        rows = self._database.query(_COLLECTIONS, audience_to_row(audience))
        return [row["collection"] for row in rows]

    def remove(self, document_id: DocumentId) -> None:
        if not self._database.execute(_REMOVE, {"id": document_id}):
            raise NotFoundError(f"No document {document_id}")

    def abandoned(self, is_alive: Callable[[str], bool]) -> list[DocumentId]:
        """Documents that were arriving when their writer died. For removing them."""
        rows = self._database.query(_ARRIVING)
        return [row["id"] for row in rows if not is_alive(row["written_by"])]

    def mark_vanished(self, document_id: DocumentId, *, at: datetime) -> bool:
        """Its source is gone; what was read stays. Whether that is news."""
        return self._mark(document_id, DocumentState.VANISHED, at)

    def mark_current(self, document_id: DocumentId, *, at: datetime) -> bool:
        """Its source is there again. Whether that is news."""
        return self._mark(document_id, DocumentState.CURRENT, at)

    def leave_lost_source(self, document_id: DocumentId) -> None:
        """Name a place where it still is, if the one it names is not known any more."""
        self._database.execute(_LEAVE_LOST_SOURCE, {"id": document_id})

    def not_embedded(self, model: str, audience: Audience) -> int:
        """Passages that may be seen and that the model has not read yet.

        Documents that are noted as embedded are not looked into.
        """
        row = {"model": model, **audience_to_row(audience)}
        return int(self._database.query(_NOT_EMBEDDED, row)[0]["passages"])

    def note_embedded(self, model: str) -> None:
        """Name the model at every document whose passages all have its vectors."""
        self._database.execute(_NOTE_EMBEDDED, {"model": model})

    def forget_source(self, source: str, shelf: Shelf) -> None:
        self._database.execute(_FORGET_SOURCE, _source_row(source, shelf))

    def find_source(self, source: str, shelf: Shelf) -> Source | None:
        found = self._database.query(_FIND_SOURCE, _source_row(source, shelf))
        return Source(**found[0]) if found else None

    def sources_of(self, document_id: DocumentId) -> list[Source]:
        rows = self._database.query(_SOURCES_OF, {"document_id": document_id})
        return [Source(**row) for row in rows]

    def sources_under(self, folder: str, shelf: Shelf) -> list[Source]:
        """The folder itself, and everything below it."""
        row = {
            "owner_id": shelf.owner_id,
            "collection": shelf.collection,
            "under": folder,
        }
        return [Source(**found) for found in self._database.query(_SOURCES_UNDER, row)]

    def put_source(self, source: Source, shelf: Shelf, *, seen_at: datetime) -> None:
        """Remember where a document was found, in place of what was known before."""
        row = {
            "owner_id": shelf.owner_id,
            "collection": shelf.collection,
            "source": source.source,
            "document_id": source.document_id,
            "size_bytes": source.size_bytes,
            "modified_ns": source.modified_ns,
            "seen_at": moment_to_text(seen_at),
        }
        self._database.execute(_PUT_SOURCE, row)

    def _mark(
        self, document_id: DocumentId, state: DocumentState, at: datetime
    ) -> bool:
        row = {"id": document_id, "state": state.value, "at": moment_to_text(at)}
        return bool(self._database.execute(_MARK, row))

    def _first(self, sql: str, row: Row) -> Document | None:
        found = self._database.query(sql, row)
        return document_from_row(found[0]) if found else None


def _source_row(source: str, shelf: Shelf) -> Row:
    return {
        "owner_id": shelf.owner_id,
        "collection": shelf.collection,
        "source": source,
    }
