"""The library against its parts: ingest, hybrid search at 100,000 chunks, cold search.

The corpus is seeded: sentences over a Zipf-like vocabulary, and vectors clustered
by subject, so that nothing has to be embedded to make a large library. Each side of
a search has a connection of its own: vec0 reads more than a connection's cache holds,
and would leave the other side nothing of what it had read before.
"""

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.app import Assistant, ingesting, open_assistant
from assistant.embeddings.opening import bundled_embedder
from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.knowledge import Chunk, Document, Passage
from assistant.entities.search import HitKind
from assistant.knowledge.ingest import Wanted
from assistant.knowledge.query import keyword_query
from assistant.knowledge.search import Question
from assistant.storage.vectorindex import rows_for
from assistant.storage.vectors import VectorKind, VectorSpace
from tests.bench.commands import timed
from tests.bench.table import Row, compare
from tests.bench.vectors import clustered

_CHUNKS = 100_000
_SMALL = 10_000
_QUERIES = 30
_FILES = 40
_WORDS = [f"w{number:04x}" for number in range(8_000)]

_VEC0 = """
    WITH near AS MATERIALIZED (
             SELECT rowid AS number, distance
               FROM bench_vec WHERE v MATCH :query AND k = 60),
         words AS MATERIALIZED (
             SELECT rowid AS number, bm25(passage_text) AS score
               FROM passage_text WHERE passage_text MATCH :words
              ORDER BY score LIMIT 60)
    SELECT number FROM (SELECT number FROM near UNION SELECT number FROM words)
     LIMIT 10
"""


def rows() -> list[Row]:
    return [*_ingest(), *_search(), *_cold()]


@contextmanager
def _home() -> Iterator[Assistant]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEARTH_HOME"] = folder
        with open_assistant() as assistant:
            yield assistant


def sentences(chance: random.Random, count: int) -> str:
    weights = [1 / (rank + 1) for rank in range(len(_WORDS))]
    return " ".join(
        " ".join(chance.choices(_WORDS, weights, k=12)).capitalize() + "."
        for _ in range(count)
    )


def _ingest() -> list[Row]:
    """Chunks a second, side by side with the embedder alone on the same chunks."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, _home() as assistant:
        for number in range(_FILES):
            text = "\n\n".join(sentences(chance, 8) for _ in range(6))
            Path(folder, f"{number}.txt").write_text(text, encoding="utf-8")
        embedder = bundled_embedder(threads=max(1, (os.cpu_count() or 1) - 1))
        embedder.embed_query("warm")
        assistant.shelves.embedder.embed_query("warm")
        wanted = Wanted(sources=[folder], owner_id=assistant.audience.user_id)
        started = perf_counter()
        with ingesting(assistant) as ingest:
            for _ in ingest.run(wanted):
                pass
        ours = perf_counter() - started
        texts = [
            passage.chunk.indexed_text
            for document in assistant.library.documents(assistant.audience)
            for passage in assistant.library.passages(document, assistant.audience)
        ]
        started = perf_counter()
        for start in range(0, len(texts), 256):
            embedder.embed_passages(texts[start : start + 256])
        bare = perf_counter() - started
    return [
        Row(
            what=f"ingest of {_FILES} plain texts, chunks a second",
            against="the bare embedder on the same chunks",
            ours=len(texts) / ours,
            baseline=len(texts) / bare,
            unit="/s",
            goal="at least 0.85x",
        )
    ]


def _fill(assistant: Assistant, count: int, vectors: np.ndarray) -> None:
    """A library of so many chunks, written as ingest writes it."""
    shelves, chance = assistant.shelves, random.Random(2)
    now, at_once = assistant.clock(), 1_000
    space = VectorSpace(VectorKind.PASSAGE, shelves.embedder.name)
    for start in range(0, count, at_once):
        document = Document(
            id=DocumentId(assistant.mint()),
            owner_id=assistant.audience.user_id,
            title=f"Volume {start}",
            source=f"/volume/{start}",
            media_type="text/plain",
            size_bytes=1,
            sha256=f"{start:064x}",
            passage_count=at_once,
            embedding_model=space.model,
            created_at=now,
            updated_at=now,
        )
        with assistant.database.transaction(durable=False):
            shelves.documents.add(document)
            numbers = shelves.passages.add_all(
                _passage(assistant, document, index, sentences(chance, 4))
                for index in range(at_once)
            )
            shelves.vectors.put(
                space, rows_for(numbers, vectors[start : start + at_once])
            )


def _passage(
    assistant: Assistant, document: Document, index: int, text: str
) -> Passage:
    chunk = Chunk(start=0, end=len(text), text=text, prefix="", tokens=60)
    return Passage(
        id=PassageId(assistant.mint()),
        document_id=document.id,
        index=index,
        chunk=chunk,
    )


class _Given:
    """The embedder's place in a search whose vectors are prepared."""

    def __init__(self, of: object, vectors: dict[str, np.ndarray]) -> None:
        self.name, self.width, self.max_tokens = of.name, of.width, of.max_tokens
        self._vectors = vectors

    def embed_query(self, text: str) -> np.ndarray:
        return self._vectors[text]


def _search() -> list[Row]:
    vectors = clustered(_CHUNKS + _QUERIES)
    kept, queries = vectors[:_CHUNKS], vectors[_CHUNKS:]
    chance = random.Random(3)
    questions = [" ".join(chance.choices(_WORDS[50:], k=6)) for _ in queries]
    given = dict(zip(questions, queries, strict=True))
    with _home() as assistant, ThreadPoolExecutor(1) as alone:
        _fill(assistant, _CHUNKS, kept)
        search = _with(assistant, given)
        _add_vec0(assistant, kept)
        ours, baseline, found = [], [], []
        for text in questions:
            started = perf_counter()
            hits = search.find(
                Question(text=text, kinds=(HitKind.PASSAGE,), k=10),
                assistant.audience,
            ).hits
            ours.append((perf_counter() - started) * 1000)
            started = perf_counter()
            alone.submit(
                assistant.database.query,
                _VEC0,
                {
                    "query": given[text].astype(np.float32).tobytes(),
                    "words": keyword_query(text).match,
                },
            ).result()
            baseline.append((perf_counter() - started) * 1000)
            assert hits
            near = search.index(VectorKind.PASSAGE).nearest(given[text], k=10)
            exact = set(np.argsort(-(kept @ given[text]))[:10] + 1)
            found.append(len(exact & {each.id for each in near}) / 10)
    recall = Row(
        what="recall@10 of the vector arm, 100,000 chunks",
        against="exact, in floats",
        ours=sum(found) / len(found) * 100,
        baseline=100.0,
        unit="%",
        goal="at least 0.99x",
    )
    hybrid = compare(
        ours[1:],
        baseline[1:],
        what="hybrid search of 100,000 chunks, warm",
        against="vec0 + FTS5 in SQL alone",
        unit="ms",
        goal="at most 0.15x",
    )
    return [hybrid, recall]


def _with(assistant: Assistant, given: dict[str, np.ndarray]):
    from dataclasses import replace

    return replace(assistant.search, embedder=_Given(assistant.shelves.embedder, given))


def _add_vec0(assistant: Assistant, vectors: np.ndarray) -> None:
    database = assistant.database
    database.execute("CREATE VIRTUAL TABLE bench_vec USING vec0(v float[384])")
    with database.transaction(durable=False):
        for number, vector in enumerate(vectors, start=1):
            database.execute(
                "INSERT INTO bench_vec (rowid, v) VALUES (:n, :v)",
                {"n": number, "v": vector.astype(np.float32).tobytes()},
            )


def _cold() -> list[Row]:
    """`hearth search` in a new process, against starting and loading the embedder."""
    load = (
        "from assistant.embeddings.opening import bundled_embedder;"
        "bundled_embedder(threads=1).embed_query('warm')"
    )
    ours, baseline = [], []
    with _home() as assistant:
        _fill(assistant, _SMALL, clustered(_SMALL))
        assistant.search.index(VectorKind.PASSAGE).pack()
        for _ in range(5):
            ours.append(timed(["hearth", "search", _WORDS[60]]).wall)
            start = timed(["hearth", "--version"]).wall
            baseline.append(start + timed([sys.executable, "-c", load]).wall)
    return [
        compare(
            ours,
            baseline,
            what="hearth search, cold, 10,000 chunks",
            against="hearth --version plus loading the embedder",
            unit="ms",
            goal="at most 2.00x",
        )
    ]
