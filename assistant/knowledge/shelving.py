"""One document onto the shelf: whole, or not at all.

A small one goes in with a single transaction. A large one arrives in parts that
nobody sees until the last, so that neither memory nor the write lock is held for
as long as it takes to embed.
"""

import hashlib
import logging
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice

from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.ingest import ChunksKept, FileIngested, IngestStatus
from assistant.entities.knowledge import Chunk, Document, DocumentState, Passage
from assistant.errors import ModelError, NotFoundError, StorageError
from assistant.knowledge.chunking import chunks
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.places import Origin, Places
from assistant.media.extract import Reading
from assistant.storage.documents import Source
from assistant.storage.vectorindex import rows_for
from assistant.storage.vectors import VectorRow

_PART = 256
"""Chunks embedded and written at once; a smaller document needs one transaction."""

_NO_VECTORS = "found by its words only, until its vectors are made"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """How much of a document is written."""

    passages: int = 0
    has_vectors: bool = True

    def and_part(self, cut: Sequence[Chunk], vectors: Sequence[VectorRow]) -> "_Kept":
        return _Kept(
            passages=self.passages + len(cut),
            has_vectors=self.has_vectors and len(vectors) == len(cut),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelving:
    """Puts what is read onto the shelf. Used for any number of documents."""

    desk: LibraryDesk

    def put(
        self, reading: Reading, origin: Origin
    ) -> Generator[ChunksKept, None, FileIngested]:
        """Read, cut, embed and keep; returns what became of it."""
        cut = chunks(reading, title=reading.title, count=self._count)
        first = list(islice(cut, _PART + 1))
        if len(first) > _PART:
            return (yield from self._put_large(chain(first, cut), reading, origin))
        return self._put_small(first, reading, origin)

    def _put_small(
        self, cut: Sequence[Chunk], reading: Reading, origin: Origin
    ) -> FileIngested:
        is_new = self._of_bytes(reading.sha256, origin) is None
        vectors = self._embedded(cut) if is_new else []
        with self.desk.database.transaction(durable=False):
            if (same := self._of_bytes(reading.sha256, origin)) is not None:
                return self._found_again(same, origin)
            document = self._arriving(reading, origin)
            self.desk.documents.add(document)
            self._keep_part(document.id, cut, vectors, start=0)
            kept = _Kept().and_part(cut, vectors)
            return self._conclude(document, reading, origin, kept=kept)

    def _put_large(
        self, cut: Iterable[Chunk], reading: Reading, origin: Origin
    ) -> Generator[ChunksKept, None, FileIngested]:
        # To look at its bytes takes seconds, to embed them again may take hours.
        sha256 = reading.digest()
        with self.desk.database.transaction(durable=False):
            if (same := self._of_bytes(sha256, origin)) is not None:
                return self._found_again(same, origin)
            document, kept = self._arriving(reading, origin), _Kept()
            self.desk.documents.add(document)
        try:
            for part in _parts(cut):
                vectors = self._embedded(part)
                with self.desk.database.transaction(durable=False):
                    self._keep_part(document.id, part, vectors, start=kept.passages)
                kept = kept.and_part(part, vectors)
                yield ChunksKept(path=origin.source, chunks=kept.passages)
            with self.desk.database.transaction(durable=False):
                if (same := self._of_bytes(reading.sha256, origin)) is None:
                    return self._conclude(document, reading, origin, kept=kept)
                self.desk.documents.remove(document.id)
                return self._found_again(same, origin)
        except BaseException:  # raised again; no half of a document stays
            self._drop(document.id)
            raise

    def _of_bytes(self, sha256: str, origin: Origin) -> Document | None:
        return self.desk.documents.with_content(sha256, origin.shelf)

    def _found_again(self, same: Document, origin: Origin) -> FileIngested:
        """The document is there already: only where it was found is noted."""
        before = self._settle(same, origin)
        is_known = before is not None and before.document_id == same.id
        is_elsewhere = not is_known and same.source != origin.source
        return FileIngested(
            path=origin.source,
            status=IngestStatus.UNCHANGED,
            document_id=same.id,
            chunks=same.passage_count,
            size_bytes=same.size_bytes,
            reason=f"the same as {same.source}" if is_elsewhere else "",
        )

    def _arriving(self, reading: Reading, origin: Origin) -> Document:
        """A document that nobody finds yet; its bytes are not known to the end."""
        document_id, now = DocumentId(self.desk.mint()), self.desk.clock()
        return Document(
            id=document_id,
            owner_id=origin.shelf.owner_id,
            collection=origin.shelf.collection,
            title=reading.title,
            source=origin.source,
            media_type="",
            size_bytes=0,
            sha256=hashlib.sha256(document_id.encode()).hexdigest(),
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
        self, document: Document, reading: Reading, origin: Origin, *, kept: _Kept
    ) -> FileIngested:
        """From here on it is found. Runs inside a transaction."""
        embedder = self.desk.embedder
        is_embedded = embedder is not None and kept.has_vectors
        whole = replace(
            document,
            title=reading.title,
            media_type=reading.media_type,
            size_bytes=reading.size_bytes,
            sha256=reading.sha256,
            passage_count=kept.passages,
            embedding_model=embedder.name if embedder and is_embedded else None,
            state=DocumentState.CURRENT,
            written_by=None,
            notices=reading.notices,
            updated_at=max(self.desk.clock(), document.created_at),
        )
        self.desk.documents.update(whole)
        before = self._settle(whole, origin)
        reasons = [notice.detail for notice in whole.notices]
        return FileIngested(
            path=origin.source,
            status=IngestStatus.UPDATED if before else IngestStatus.ADDED,
            document_id=whole.id,
            chunks=kept.passages,
            size_bytes=whole.size_bytes,
            reason="; ".join(reasons if is_embedded else [*reasons, _NO_VECTORS]),
        )

    def _settle(self, document: Document, origin: Origin) -> Source | None:
        return Places(desk=self.desk).settle(
            document.id, origin, size_bytes=document.size_bytes
        )

    def _drop(self, document_id: DocumentId) -> None:
        """Should the file not let it go now, a later run clears it up."""
        with (
            suppress(StorageError, NotFoundError),
            self.desk.database.transaction(durable=False),
        ):
            self.desk.documents.remove(document_id)

    def _count(self, text: str) -> int:
        """In the embedder's tokens; guessed when it cannot be asked."""
        if self.desk.embedder is None:
            return _guessed_tokens(text)
        try:
            return self.desk.embedder.count(text)
        except ModelError:
            return _guessed_tokens(text)


def _guessed_tokens(text: str) -> int:
    return len(text) // 4 + 1


def _parts(cut: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    remaining = iter(cut)
    while part := list(islice(remaining, _PART)):
        yield part
