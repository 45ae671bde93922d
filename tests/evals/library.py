"""The corpus as a small library in memory: chunks, a keyword index, vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import apsw

from assistant.embeddings.embedder import Embedder, Matrix
from assistant.entities.knowledge import Chunk
from assistant.knowledge.chunking import chunks
from assistant.knowledge.query import keyword_query
from assistant.knowledge.quotes import find_quote
from assistant.media.extract import Reader
from tests.evals.questions import CORPUS, Question

_DEPTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A chunk and the document it was cut from."""

    document: str
    chunk: Chunk


class EvalLibrary:
    """Two searches over the same pieces, numbered from 0."""

    def __init__(self, pieces: Sequence[Piece], embedder: Embedder) -> None:
        self.pieces = pieces
        self.embedder = embedder
        self._index = apsw.Connection(":memory:")
        self._index.execute(
            "CREATE VIRTUAL TABLE f USING fts5(t, tokenize='porter unicode61')"
        )
        self._index.executemany(
            "INSERT INTO f (rowid, t) VALUES (?, ?)",
            enumerate(piece.chunk.indexed_text for piece in pieces),
        )

    @cached_property
    def _vectors(self) -> Matrix:
        return self.embedder.embed_passages(
            [piece.chunk.indexed_text for piece in self.pieces]
        )

    def by_word(self, question: str) -> Mapping[int, float]:
        match = keyword_query(question).match
        if not match:
            return {}
        rows = self._index.execute(
            "SELECT rowid, -rank FROM f WHERE f MATCH ? ORDER BY rank LIMIT ?",
            (match, _DEPTH),
        )
        return dict(rows.fetchall())

    def by_meaning(self, question: str) -> Mapping[int, float]:
        scores = self._vectors @ self.embedder.embed_query(question)
        order = (-scores).argsort(kind="stable")[:_DEPTH]
        return {int(place): float(scores[place]) for place in order}

    def holding(self, question: Question) -> set[int]:
        """The pieces that hold the quotation; the answer, should it be cut in two."""
        for words in (question.quote, question.answer):
            found = {
                place
                for place, piece in enumerate(self.pieces)
                if piece.document == question.document
                and find_quote(words, piece.chunk.text)
            }
            if found:
                return found
        return set()


def read_library(embedder: Embedder, folder: Path = CORPUS) -> EvalLibrary:
    """As the program itself would read and cut the documents."""
    pieces: list[Piece] = []
    with Reader() as reader:
        for path in sorted(folder.glob("*.md")):
            extract = reader.read(path)
            cut = chunks(extract.sections, title=extract.title, count=embedder.count)
            pieces.extend(Piece(document=path.name, chunk=chunk) for chunk in cut)
    return EvalLibrary(pieces, embedder)
