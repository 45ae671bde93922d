"""What the tests of the library are made of: a folder of papers, and a desk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from assistant.audit.log import AuditTrail
from assistant.embeddings.embedder import Embedder, Matrix, Vector
from assistant.entities.audience import Audience
from assistant.entities.ids import LOCAL_USER, UserId
from assistant.entities.ingest import (
    FileIngested,
    IngestEvent,
    IngestPlanned,
    IngestStatus,
)
from assistant.entities.knowledge import Document
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.ingest import Ingest, Wanted
from assistant.knowledge.library import Library
from assistant.knowledge.search import Search
from assistant.media.extract import Reader
from assistant.privacy.erase import Eraser
from assistant.storage.audit import AuditLog
from assistant.storage.database import Database
from assistant.storage.documents import Documents
from assistant.storage.jobs import Jobs
from assistant.storage.messages import Messages
from assistant.storage.passages import Passages
from assistant.storage.people import People
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace
from tests.storage.building import ME, a_user, clock

WIDTH = 16
_minted = count(1)


def mint() -> str:
    return f"{next(_minted):026d}"


class QuickEmbedder:
    """Every text is its own direction, by its checksum; costs next to nothing."""

    name = "quick"
    width = WIDTH
    max_tokens = 500

    def __init__(self, meanwhile: Callable[[str], None] | None = None) -> None:
        """`meanwhile` is told every text before it is embedded, and may raise."""
        self.texts: list[str] = []
        self.meanwhile = meanwhile

    def count(self, text: str) -> int:
        return len(text.split())

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        for text in texts:
            if self.meanwhile is not None:
                self.meanwhile(text)
            self.texts.append(text)
        if not texts:
            return np.empty((0, WIDTH), np.float32)
        return np.array([quick_direction(text) for text in texts])

    def embed_query(self, text: str) -> Vector:
        return quick_direction(text)


def quick_direction(text: str) -> Vector:
    random = np.random.default_rng(crc32(text.encode("utf-8", "replace")))
    vector = random.normal(size=WIDTH).astype(np.float32)
    return vector / np.linalg.norm(vector)


def a_desk(
    database: Database, embedder: Embedder | None, **changes: Any
) -> LibraryDesk:
    people = People(database)
    if people.find_user(LOCAL_USER) is None:
        with database.transaction():
            people.add_user(a_user())
    desk = LibraryDesk(
        database=database,
        documents=Documents(database),
        passages=Passages(database),
        vectors=Vectors(database),
        jobs=Jobs(database),
        embedder=embedder,
        clock=clock,
        mint=mint,
        writer="this",
        is_alive=lambda writer: writer in {"this", "other"},
    )
    return replace(desk, **changes)


class Papers:
    """A folder, and a library that it is taken into."""

    def __init__(
        self, folder: Path, desk: LibraryDesk, reader: Reader | None = None
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder.resolve()
        self.desk = desk
        self.reader = reader or Reader()
        trail = AuditTrail(AuditLog(desk.database), mint=mint, clock=clock)
        eraser = Eraser(database=desk.database, trail=trail, clock=clock, mint=mint)
        self.library = Library(desk=desk, eraser=eraser, trail=trail)

    def at_another_desk(self, desk: LibraryDesk) -> "Papers":
        return Papers(self.folder, desk, self.reader)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def source(self, name: str) -> str:
        return str(self.folder / name)

    def events(self, *sources: str, **changes: Any) -> Iterator[IngestEvent]:
        wanted = Wanted(
            sources=sources or (str(self.folder),), owner_id=LOCAL_USER, **changes
        )
        return Ingest(desk=self.desk, reader=self.reader).run(wanted)

    def take_in(self, *sources: str, **changes: Any) -> dict[str, FileIngested]:
        """What became of each file, by its name below the folder."""
        return {
            event.path.removeprefix(f"{self.folder}/"): event
            for event in self.events(*sources, **changes)
            if isinstance(event, FileIngested)
        }

    def statuses(self, *sources: str, **changes: Any) -> dict[str, IngestStatus]:
        taken = self.take_in(*sources, **changes)
        return {name: event.status for name, event in taken.items()}

    def planned(self) -> IngestPlanned:
        first = next(iter(self.events()))
        assert isinstance(first, IngestPlanned)
        return first

    def documents(self, audience: Audience = ME) -> list[Document]:
        return self.library.documents(audience)

    def document(self, name: str) -> Document:
        """The one found in a file."""
        place = self.desk.documents.find_source(
            self.source(name), Wanted(sources=(), owner_id=UserId(LOCAL_USER)).shelf
        )
        assert place is not None
        return self.desk.documents.get(place.document_id, ME)

    def holding(self, word: str) -> int:
        """How many passages say it."""
        return len(self.desk.passages.by_words(f'"{word}"', ME, limit=10_000))

    def rows(self, table: str) -> int:
        found = self.desk.database.query(f"SELECT count(*) AS n FROM {table}")
        return int(found[0]["n"])

    def is_whole(self) -> bool:
        """Documents, passages, indexes and vectors agree, and nothing waits."""
        documents = self.desk.database.query(
            "SELECT id, passage_count, state, (SELECT count(*) FROM passage "
            "WHERE document_id = document.id) AS passages FROM document"
        )
        with_vectors = self.desk.embedder is None or not self.library.missing_vectors()
        return (
            all(row["passages"] == row["passage_count"] > 0 for row in documents)
            and all(row["state"] != "arriving" for row in documents)
            and self.desk.passages.indexes_are_in_step()
            and not self.desk.vectors.orphans()
            and with_vectors
        )


def many_parts(word: str, parts: int) -> str:
    """Markdown that is cut into as many chunks."""
    return "".join(
        f"# Part {number}\n\nHere is {word} number {number}.\n\n"
        for number in range(parts)
    )


@contextmanager
def papers_in(
    folder: Path, database: Database, embedder: Embedder | None
) -> Iterator[Papers]:
    with Reader() as reader:
        yield Papers(folder, a_desk(database, embedder), reader)


def a_search(desk: LibraryDesk, *, documents: bool = False) -> Search:
    """Over a desk's library, as the assistant wires it."""

    @cache
    def index(kind: VectorKind) -> VectorIndex:
        assert desk.embedder is not None
        space = VectorSpace(kind, desk.embedder.name)
        return VectorIndex(desk.database, space, width=desk.embedder.width)

    return Search(
        passages=desk.passages,
        messages=Messages(desk.database),
        embedder=desk.embedder,
        documents=desk.documents if documents else None,
        index=index,
    )
