"""Nearest neighbours: the matrix in memory against vec0 in SQL, on equal rows.

The vectors are seeded and clustered like passages by subject. The matrix is
measured as it is used: twice as many asked for, their float16 rows fetched by
id, and rescored.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import apsw
import numpy as np
import sqlite_vec

from assistant.storage.matrix import (
    OVERSAMPLE,
    VectorMatrix,
    from_halves,
    quantised,
    rescored,
    to_halves,
)
from assistant.storage.scan import block_dots
from tests.bench.table import Row, compare

_WIDTH, _K, _QUERIES = 384, 10, 40
_SIZES = (10_000, 100_000)
_VEC0 = "SELECT id FROM near WHERE v MATCH ? AND k = 10 ORDER BY distance"
_HALVES = "SELECT id, half FROM kept WHERE id IN (SELECT value FROM json_each(?))"

Search = Callable[[np.ndarray], list[int]]


def rows() -> list[Row]:
    return [row for size in _SIZES for row in _rows_of(size)]


def _rows_of(size: int) -> Iterator[Row]:
    vectors = clustered(size + _QUERIES)
    kept, queries = vectors[:size], vectors[size:]
    with _database(kept) as connection:
        searches = {
            "matrix": _matrix_search(connection, kept),
            "numpy": _matrix_search(connection, kept, dots=block_dots),
            "vec0": _vec0_search(connection),
        }
        times, found = _interleaved(searches, queries)
    rows_of = f"{size:,} vectors"
    common = {"against": "vec0, float, in SQL", "unit": "ms"}
    yield compare(
        times["matrix"],
        times["vec0"],
        what=f"nearest of {rows_of}",
        goal="at most 0.15x",
        **common,
    )
    yield compare(
        times["numpy"],
        times["vec0"],
        what=f"nearest of {rows_of}, without SIMD",
        goal="",
        **common,
    )
    yield Row(
        what=f"recall@{_K} of {rows_of}",
        against="exact",
        ours=100 * _agreement(found["matrix"], found["vec0"]),
        baseline=100.0,
        unit="%",
        goal="at least 0.99x",
    )


def clustered(count: int, *, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    subjects = random.normal(size=(count // 50, _WIDTH)).astype(np.float32)
    chosen = subjects[random.integers(0, len(subjects), count)]
    spread = random.normal(size=(count, _WIDTH)).astype(np.float32)
    vectors = chosen + 0.5 * spread
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@contextmanager
def _database(vectors: np.ndarray) -> Iterator[apsw.Connection]:
    with TemporaryDirectory() as folder:
        connection = apsw.Connection(str(Path(folder) / "bench.db"))
        connection.enable_load_extension(True)
        connection.load_extension(sqlite_vec.loadable_path())
        connection.pragma("cache_size", -256 * 1024)
        connection.execute(
            f"CREATE VIRTUAL TABLE near USING vec0(id INTEGER PRIMARY KEY, "
            f"v FLOAT[{_WIDTH}])"
        )
        connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, half BLOB)")
        with connection:
            connection.executemany(
                "INSERT INTO near VALUES (?, ?)",
                ((place, row.tobytes()) for place, row in enumerate(vectors)),
            )
            connection.executemany(
                "INSERT INTO kept VALUES (?, ?)", enumerate(to_halves(vectors))
            )
        yield connection
        connection.close()


def _vec0_search(connection: apsw.Connection) -> Search:
    # Its L2 is faster than its cosine, and orders unit vectors alike.
    return lambda query: [
        row[0] for row in connection.execute(_VEC0, (query.tobytes(),))
    ]


def _matrix_search(
    connection: apsw.Connection, vectors: np.ndarray, **options: object
) -> Search:
    matrix = VectorMatrix(_WIDTH, **options)
    matrix.put(range(len(vectors)), quantised(vectors))

    def search(query: np.ndarray) -> list[int]:
        rough = [near.id for near in matrix.nearest(query, k=OVERSAMPLE * _K)]
        halves = dict(connection.execute(_HALVES, (json.dumps(rough),)).fetchall())
        full = from_halves([halves[each] for each in rough], _WIDTH)
        return [near.id for near in rescored(query, rough, full, k=_K)]

    return search


def _interleaved(
    searches: dict[str, Search], queries: np.ndarray
) -> tuple[dict[str, list[float]], dict[str, list[list[int]]]]:
    times: dict[str, list[float]] = {name: [] for name in searches}
    found: dict[str, list[list[int]]] = {name: [] for name in searches}
    for query in queries:
        for name, search in searches.items():
            started = perf_counter()
            hits = search(query)
            times[name].append((perf_counter() - started) * 1000)
            found[name].append(hits)
    return times, found


def _agreement(some: list[list[int]], others: list[list[int]]) -> float:
    shared = [
        len(set(one) & set(other)) for one, other in zip(some, others, strict=True)
    ]
    return sum(shared) / (_K * len(shared))
