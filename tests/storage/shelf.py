"""What the tests of the library at rest are made of: documents and passages."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np

from assistant.entities.audience import Audience, Place
from assistant.entities.ids import (
    LOCAL_USER,
    ChannelId,
    DocumentId,
    PassageId,
    ServerId,
    UserId,
)
from assistant.entities.knowledge import Chunk, Document, Passage
from assistant.entities.people import Channel, ChannelKind, Server
from assistant.storage.citations import Citations
from assistant.storage.database import Database
from assistant.storage.documents import Documents, Shelf, Source
from assistant.storage.passages import Passages
from assistant.storage.people import People
from assistant.storage.vectorindex import rows_for
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace
from tests.storage.building import ME, START, a_user

WIDTH = 8
SPACE = VectorSpace(VectorKind.PASSAGE, "small")
MINE = Shelf(owner_id=LOCAL_USER)


def a_document(document_id: str = "log", **changes: Any) -> Document:
    document = Document(
        id=DocumentId(document_id),
        owner_id=LOCAL_USER,
        title="The log",
        source=f"/papers/{document_id}.txt",
        media_type="text/plain",
        size_bytes=12,
        sha256=sha256(document_id.encode()).hexdigest(),
        created_at=START,
        updated_at=START,
    )
    return replace(document, **changes)


def a_passage(
    text: str, *, of: str = "log", index: int = 0, prefix: str = "The log"
) -> Passage:
    chunk = Chunk(
        start=0, end=len(text), text=text, prefix=prefix, tokens=len(text.split())
    )
    return Passage(
        id=PassageId(f"{of}-{index}"),
        document_id=DocumentId(of),
        index=index,
        chunk=chunk,
    )


def in_server(user: str, server: str | None, *, is_private: bool = False) -> Audience:
    return Audience(
        user_id=UserId(user),
        place=Place(
            server_id=ServerId(server) if server else None,
            channel_id=ChannelId(f"{server}-hall") if server else None,
            is_private=is_private,
        ),
    )


def open_server(people: People, server: str) -> None:
    people.upsert_server(
        Server(id=ServerId(server), name=server, joined_at=START, updated_at=START)
    )
    people.upsert_channel(
        Channel(
            id=ChannelId(f"{server}-hall"),
            server_id=ServerId(server),
            name="hall",
            kind=ChannelKind.TEXT,
            created_at=START,
            updated_at=START,
        )
    )


def a_direction(number: int) -> np.ndarray:
    vector = np.random.default_rng(number).normal(size=WIDTH).astype(np.float32)
    return vector / np.linalg.norm(vector)


class Bookshelf:
    """A library in a file, to which documents are added whole."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = People(database)
        self.documents = Documents(database)
        self.passages = Passages(database)
        self.vectors = Vectors(database)
        self.citations = Citations(database)
        with database.transaction():
            if self.people.find_user(LOCAL_USER) is None:
                self.people.add_user(a_user())

    def add(self, document: Document, *texts: str) -> list[int]:
        """With a passage for each text, and a vector for each passage."""
        passages = [
            a_passage(text, of=document.id, index=index)
            for index, text in enumerate(texts)
        ]
        with self.database.transaction():
            self.documents.add(document)
            numbers = self.passages.add_all(passages)
            directions = np.array([a_direction(number) for number in numbers])
            if numbers:
                self.vectors.put(SPACE, rows_for(numbers, directions))
        return numbers

    def found_at(self, source: str, document: Document) -> Source:
        place = Source(
            source=source,
            document_id=document.id,
            size_bytes=document.size_bytes,
            modified_ns=7,
        )
        with self.database.transaction():
            self.documents.put_source(place, MINE, seen_at=START)
        return place

    def remove(self, document_id: str) -> None:
        with self.database.transaction():
            self.documents.remove(DocumentId(document_id))

    def all_by_words(self, word: str, audience: Audience = ME) -> dict[int, float]:
        return self.passages.by_words(f'"{word}"', audience, limit=100)
