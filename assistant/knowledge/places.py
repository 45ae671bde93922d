"""Where documents were found, and what becomes of one that is found no more.

The same bytes in several places are one document. All of it runs inside a
transaction of the caller's.
"""

from dataclasses import dataclass

from assistant.entities.ids import DocumentId
from assistant.knowledge.desk import LibraryDesk
from assistant.storage.documents import Shelf, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a document comes from, and when that was last written to."""

    source: str
    shelf: Shelf
    modified_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The sources of documents."""

    desk: LibraryDesk

    def settle(
        self, document_id: DocumentId, origin: Origin, *, size_bytes: int
    ) -> Source | None:
        """This is what stands there now; what was known of the place before.

        What stood there goes, unless it stands elsewhere too.
        """
        documents, now = self.desk.documents, self.desk.clock()
        before = documents.find_source(origin.source, origin.shelf)
        place = Source(
            source=origin.source,
            document_id=document_id,
            size_bytes=size_bytes,
            modified_ns=origin.modified_ns,
        )
        documents.put_source(place, origin.shelf, seen_at=now)
        documents.mark_current(document_id, at=now)
        if before is not None and before.document_id != document_id:
            self._leave(before.document_id)
        return before

    def lose(self, known: Source, shelf: Shelf) -> bool:
        """Nothing is there any more. Whether that is news.

        A document found nowhere else stays, marked as vanished.
        """
        documents = self.desk.documents
        if len(documents.sources_of(known.document_id)) == 1:
            return documents.mark_vanished(known.document_id, at=self.desk.clock())
        documents.forget_source(known.source, shelf)
        self._leave(known.document_id)
        return True

    def _leave(self, document_id: DocumentId) -> None:
        documents = self.desk.documents
        if documents.sources_of(document_id):
            documents.leave_lost_source(document_id)
        else:
            documents.remove(document_id)
