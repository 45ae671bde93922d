"""One document onto the shelf: whole, or not at all.

A small one goes in with a single transaction. A large one arrives in parts that
nobody sees until the last, so that neither memory nor the write lock is held for
as long as it takes to embed.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.ingest import ChunksKept, FileIngested, IngestStatus
from assistant.entities.knowledge import Chunk, Document, DocumentState, Passage
from assistant.errors import ModelError
from assistant.knowledge.chunking import chunks
from assistant.knowledge.desk import LibraryDesk
from assistant.media.extract import Reading
from assistant.storage.documents import Shelf, Source
from assistant.storage.vectorindex import rows_for
from assistant.storage.vectors import VectorRow

_PART = 256
"""Chunks embedded and written at once; a smaller document needs one transaction."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a document comes from, and what was known of that place."""

    source: str
    shelf: Shelf
    modified_ns: int | None = None
    known: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelving:
    """Puts what is read onto the shelf. Used for any number of documents."""

    desk: LibraryDesk

    def put(
        self, reading: Reading, origin: Origin
    ) -> Iterator[ChunksKept | FileIngested]:
        """Read, cut, embed and keep; the last event says what became of it."""
        cut = chunks(reading, title=reading.title, count=self._count)
        first = list(islice(cut, _PART + 1))
        if len(first) <= _PART:
            yield self._put_small(first, reading, origin)
        else:
            yield from self._put_large(chain(first, cut), reading, origin)

    def _put_small(
        self, cut: Sequence[Chunk], reading: Reading, origin: Origin
    ) -> FileIngested:
        if (same := self._same_bytes(reading, origin)) is not None:
            return same
        document_id = DocumentId(self.desk.mint())
        vectors = self._embedded(cut)
        with self.desk.database.transaction(durable=False):
            document = self._arriving(document_id, reading.title, origin)
            self.desk.documents.add(document)
            self._keep_part(document_id, cut, vectors, start=0)
            return self._conclude(document, reading, origin, passages=len(cut))

    def _put_large(
        self, cut: Iterable[Chunk], reading: Reading, origin: Origin
    ) -> Iterator[ChunksKept | FileIngested]:
        document = self._arriving(DocumentId(self.desk.mint()), reading.title, origin)
        with self.desk.database.transaction(durable=False):
            self.desk.documents.add(document)
        kept = 0
        try:
            for part in _parts(cut):
                vectors = self._embedded(part)
                with self.desk.database.transaction(durable=False):
                    self._keep_part(document.id, part, vectors, start=kept)
                kept += len(part)
                yield ChunksKept(path=origin.source, chunks=kept)
            if (same := self._same_bytes(reading, origin)) is not None:
                self._drop(document.id)
                yield same
                return
            with self.desk.database.transaction(durable=False):
                done = self._conclude(document, reading, origin, passages=kept)
        except BaseException:
            self._drop(document.id)
            raise
        yield done

    def _same_bytes(self, reading: Reading, origin: Origin) -> FileIngested | None:
        """The document is there already: only another place for it is noted."""
        documents = self.desk.documents
        same = documents.with_content(reading.sha256, origin.shelf)
        if same is None:
            return None
        with self.desk.database.transaction(durable=False):
            self._note_source(same.id, reading, origin)
            self._drop_superseded(origin, by=same.id)
        known = origin.known is not None and origin.known.document_id == same.id
        is_elsewhere = not known and same.source != origin.source
        return FileIngested(
            path=origin.source,
            status=IngestStatus.UNCHANGED,
            document_id=same.id,
            chunks=same.passage_count,
            size_bytes=reading.size_bytes,
            reason=f"the same as {same.source}" if is_elsewhere else "",
        )

    def _arriving(
        self, document_id: DocumentId, title: str, origin: Origin
    ) -> Document:
        now = self.desk.clock()
        unknown = hashlib.sha256(document_id.encode()).hexdigest()
        return Document(
            id=document_id,
            owner_id=origin.shelf.owner_id,
            collection=origin.shelf.collection,
            title=title,
            source=origin.source,
            media_type="",
            size_bytes=0,
            sha256=unknown,
            state=DocumentState.ARRIVING,
            written_by=self.desk.writer,
            created_at=now,
            updated_at=now,
        )

    def _keep_part(
        self,
        document_id: DocumentId,
        part: Sequence[Chunk],
        vectors: Sequence[VectorRow],
        *,
        start: int,
    ) -> None:
        passages = [
            Passage(
                id=PassageId(self.desk.mint()),
                document_id=document_id,
                index=index,
                chunk=chunk,
            )
            for index, chunk in enumerate(part, start=start)
        ]
        numbers = self.desk.passages.add_all(passages)
        if vectors and (space := self.desk.space) is not None:
            numbered = (
                replace(row, number=number)
                for number, row in zip(numbers, vectors, strict=True)
            )
            self.desk.vectors.put(space, numbered)

    def _embedded(self, part: Sequence[Chunk]) -> list[VectorRow]:
        """One row per chunk, still to be numbered; none when there is no embedder.

        The passages are kept all the same, and their vectors made later.
        """
        if self.desk.embedder is None or not part:
            return []
        try:
            vectors = self.desk.embedder.embed_passages(
                [chunk.indexed_text for chunk in part]
            )
        except ModelError as error:
            _log.warning("passages are kept without vectors", exc_info=error)
            return []
        return rows_for(range(len(part)), vectors)

    def _conclude(
        self, document: Document, reading: Reading, origin: Origin, *, passages: int
    ) -> FileIngested:
        """From here on it is found. Runs inside a transaction."""
        whole = replace(
            document,
            title=reading.title,
            media_type=reading.media_type,
            size_bytes=reading.size_bytes,
            sha256=reading.sha256,
            passage_count=passages,
            embedding_model=self.desk.embedder.name if self.desk.embedder else None,
            state=DocumentState.CURRENT,
            written_by=None,
            notices=reading.notices,
            updated_at=self.desk.clock(),
        )
        self.desk.documents.update(whole)
        self._note_source(whole.id, reading, origin)
        self._drop_superseded(origin, by=whole.id)
        return FileIngested(
            path=origin.source,
            status=IngestStatus.UPDATED if origin.known else IngestStatus.ADDED,
            document_id=whole.id,
            chunks=passages,
            size_bytes=whole.size_bytes,
            reason="; ".join(notice.detail for notice in whole.notices),
        )

    def _note_source(
        self, document_id: DocumentId, reading: Reading, origin: Origin
    ) -> None:
        place = Source(
            source=origin.source,
            document_id=document_id,
            size_bytes=reading.size_bytes,
            modified_ns=origin.modified_ns,
        )
        self.desk.documents.put_source(place, origin.shelf, seen_at=self.desk.clock())

    def _drop_superseded(self, origin: Origin, *, by: DocumentId) -> None:
        """What stood at this place before goes, unless it stands elsewhere too."""
        known = origin.known
        if known is None or known.document_id == by:
            return
        if not self.desk.documents.sources_of(known.document_id):
            self.desk.documents.remove(known.document_id)

    def _drop(self, document_id: DocumentId) -> None:
        with self.desk.database.transaction(durable=False):
            self.desk.documents.remove(document_id)

    def _count(self, text: str) -> int:
        if self.desk.embedder is None:
            return len(text) // 4 + 1
        return self.desk.embedder.count(text)


def _parts(cut: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    remaining = iter(cut)
    while part := list(islice(remaining, _PART)):
        yield part
