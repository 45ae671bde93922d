"""The library as its owner handles it: list, look into, remove, keep in order.

Removal takes a document's text, index entries and vectors with it; the record
keeps that it happened, not what it said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from assistant.audit.log import AuditTrail
from assistant.entities.audience import Audience
from assistant.entities.erasure import Erasable, ErasurePlan
from assistant.entities.ids import DocumentId, ServerId
from assistant.entities.knowledge import Document, Passage
from assistant.errors import ModelError, UsageError
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.remembering import embed_waiting
from assistant.privacy.erase import Eraser
from assistant.storage.vectors import Unembedded, VectorKind

_AT_ONCE = 64


class Trouble(StrEnum):
    """What can be out of order, though the schema sees to it that it never is."""

    INDEX_OUT_OF_STEP = auto()
    ORPHANED_VECTORS = auto()
    MISSING_VECTORS = auto()
    HALF_DOCUMENTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The documents of one file. An audience sees only its own."""

    desk: LibraryDesk
    eraser: Eraser
    trail: AuditTrail

    def documents(
        self, audience: Audience, *, collection: str | None = None, limit: int = 100
    ) -> list[Document]:
        """The last changed first."""
        return self.desk.documents.all(audience, collection=collection, limit=limit)

    def open(self, document_id: str, audience: Audience) -> Document:
        """By its id, or by a beginning of it that fits only one.

        Raises NotFoundError, or UsageError when several begin so.
        """
        exact = self.desk.documents.find(DocumentId(document_id), audience)
        if exact is not None:
            return exact
        begun: list[Document] = []
        if document_id:  # every id begins with nothing
            begun = self.desk.documents.starting_with(document_id, audience)
        if len(begun) > 1:
            raise UsageError(
                f"Several documents begin with {document_id!r}",
                hint="Give more of the id: hearth documents list",
            )
        if begun:
            return begun[0]
        return self.desk.documents.get(DocumentId(document_id), audience)

    def passages(self, document: Document, audience: Audience) -> list[Passage]:
        """All it says, piece by piece, from its beginning."""
        return self.desk.passages.of(document.id, audience)

    def sources(self, document: Document) -> list[str]:
        """Every place where its very bytes were found."""
        return [known.source for known in self.desk.documents.sources_of(document.id)]

    def is_indexed(self, document: Document) -> bool:
        """Whether meaning finds it; words always do."""
        space = self.desk.space
        return space is None or document.embedding_model == space.model

    def remove(self, document_id: str, audience: Audience) -> Document:
        """Take a document out, with everything that was made of it.

        Answers keep what they quoted of it; forgetting it takes that from them too.
        """
        gone = self.open(document_id, audience)
        with self.desk.database.transaction():
            plan = ErasurePlan(
                kind=Erasable.DOCUMENT,
                roots={Erasable.DOCUMENT: frozenset({gone.id})},
                with_copies=False,
            )
            record = self.eraser.erase_within(plan, audience)
            self.trail.record(
                "document remove",
                actor=audience.user_id,
                resource=("document", gone.id),
                before={"passages": gone.passage_count, "media_type": gone.media_type},
            )
        self.eraser.settled(record)
        return gone

    def share(
        self, document_id: str, server_id: ServerId | None, audience: Audience
    ) -> Document:
        """Let everybody on a server be answered from it; None takes that back.

        Its owner has it as before. Raises NotFoundError for what is not theirs.
        """
        document = self.open(document_id, audience)
        with self.desk.database.transaction():
            self.desk.documents.share(document.id, server_id)
            self.trail.record(
                "document share" if server_id else "document unshare",
                actor=audience.user_id,
                resource=("document", document.id),
                before={"server": document.server_id},
                after={"server": server_id},
            )
        return self.open(document.id, audience)

    def missing_vectors(self) -> int:
        """Passages that meaning cannot find yet."""
        space = self.desk.space
        if space is None:
            return 0
        return self.desk.vectors.count_passages_without(space.model)

    def embed_missing(self) -> Iterator[int]:
        """Make the vectors that are missing; how many so far, part by part.

        Raises a ModelError when the embedder fails; what is made stays.
        """
        if (space := self.desk.space) is None:
            return
        made = 0
        for part in embed_waiting(self.desk, VectorKind.PASSAGE, self._waiting):
            made += part
            yield made
        with self.desk.database.transaction(durable=False):
            self.desk.documents.note_embedded(space.model)

    def _waiting(self, model: str) -> list[Unembedded]:
        return self.desk.vectors.passages_without(model, limit=_AT_ONCE)

    def troubles(self) -> list[Trouble]:
        """What is out of order now."""
        found: list[Trouble] = []
        if not self.desk.passages.indexes_are_in_step():
            found.append(Trouble.INDEX_OUT_OF_STEP)
        if self.desk.vectors.orphans():
            found.append(Trouble.ORPHANED_VECTORS)
        if self.missing_vectors():
            found.append(Trouble.MISSING_VECTORS)
        if self.desk.documents.abandoned(self.desk.is_alive):
            found.append(Trouble.HALF_DOCUMENTS)
        return found

    def repair(self) -> list[Trouble]:
        """Put in order what can be; what is still wrong afterwards."""
        with self.desk.database.transaction():
            if not self.desk.passages.indexes_are_in_step():
                self.desk.passages.rebuild_indexes()
            self.desk.vectors.remove_orphans()
            for half in self.desk.documents.abandoned(self.desk.is_alive):
                self.desk.documents.remove(half)
        try:
            for _ in self.embed_missing():
                pass
        except ModelError:
            return self.troubles()
        return self.troubles()
