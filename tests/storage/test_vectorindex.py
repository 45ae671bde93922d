from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant.config.settings import Cipher
from assistant.storage import vectors as vectors_at_rest
from assistant.storage.database import Database, open_database
from assistant.storage.vectorindex import VectorIndex, rows_for
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
WIDTH = 32
SPACE = VectorSpace(VectorKind.PASSAGE, "small")
OTHER = VectorSpace(VectorKind.PASSAGE, "other")
HALF = 0.001  # what a float16 may be off by


def opened(path: Path) -> Database:
    return open_database(
        path,
        key=b"k" * 32,
        cipher=Cipher.AEGIS,
        cache_megabytes=8,
        busy_seconds=5,
        clock=lambda: NOON,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "hearth.db"


@pytest.fixture
def database(path: Path):
    database = opened(path)
    yield database
    database.close()


def directions(count: int, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, WIDTH))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def put(database: Database, numbers, vectors, space: VectorSpace = SPACE) -> None:
    with database.transaction():
        Vectors(database).put(space, rows_for(numbers, vectors))


def remove(database: Database, number: int) -> None:
    with database.transaction():
        database.execute("DELETE FROM vector WHERE number = :n", {"n": number})


def nearest(index: VectorIndex, query, k: int = 3) -> list[int]:
    return [near.id for near in index.nearest(query, k=k)]


def exact(vectors, query, k: int = 3) -> list[int]:
    return list(np.argsort(-(vectors @ query))[:k])


def test_the_nearest_are_those_that_floats_would_find(database: Database) -> None:
    vectors = directions(500)
    put(database, range(500), vectors)
    index = VectorIndex(database, SPACE, width=WIDTH)

    for query in directions(20, seed=2):
        assert nearest(index, query) == exact(vectors, query)


def test_of_many_the_first_are_in_exact_order_and_the_others_nearly(
    database: Database,
) -> None:
    vectors = directions(500)
    put(database, range(500), vectors)
    index = VectorIndex(database, SPACE, width=WIDTH)

    for query in directions(10, seed=2):
        found = index.nearest(query, k=100)
        ids = [near.id for near in found]
        true = vectors[ids] @ query

        assert len(set(ids)) == 100
        assert np.all(np.diff(true[:20]) < HALF)
        assert true[19] > vectors[exact(vectors, query, k=20)[-1]] @ query - HALF
        assert np.allclose([near.similarity for near in found], true, atol=0.01)


def test_what_another_process_added_and_removed_is_seen(
    database: Database, path: Path
) -> None:
    vectors = directions(10)
    put(database, range(9), vectors[:9])
    index = VectorIndex(database, SPACE, width=WIDTH)
    assert nearest(index, vectors[3], k=1) == [3]

    other = opened(path)
    remove(other, 3)
    put(other, [9], vectors[9:])
    other.close()

    assert nearest(index, vectors[9], k=1) == [9]
    assert nearest(index, vectors[3], k=1) != [3]
    assert len(index) == 9


def test_a_vector_put_again_takes_the_place_of_the_old(database: Database) -> None:
    vectors = directions(4)
    put(database, [0, 1], vectors[:2])
    index = VectorIndex(database, SPACE, width=WIDTH)
    assert len(index) == 2

    put(database, [0], vectors[2:3])

    assert nearest(index, vectors[2], k=1) == [0]
    assert len(index) == 2


def test_packed_copies_give_the_same_answers_with_what_came_after(
    database: Database,
) -> None:
    vectors = directions(60)
    put(database, range(50), vectors[:50])
    VectorIndex(database, SPACE, width=WIDTH).pack()
    put(database, range(50, 60), vectors[50:])

    index = VectorIndex(database, SPACE, width=WIDTH)

    assert nearest(index, vectors[55], k=1) == [55]
    assert nearest(index, vectors[5], k=1) == [5]
    assert len(index) == 60


def test_what_was_removed_is_in_no_packed_copy(database: Database) -> None:
    put(database, range(5), directions(5))
    VectorIndex(database, SPACE, width=WIDTH).pack()

    remove(database, 2)

    assert Vectors(database).segments(SPACE) == []
    assert len(VectorIndex(database, SPACE, width=WIDTH)) == 4


def test_models_are_never_compared(database: Database) -> None:
    vectors = directions(4)
    put(database, [0, 1], vectors[:2])
    put(database, [0, 1, 2], vectors[1:], space=OTHER)
    index = VectorIndex(database, SPACE, width=WIDTH)
    assert nearest(index, vectors[0], k=9) in ([0, 1], [1, 0])

    with database.transaction():
        Vectors(database).remove_other_models("small")

    assert len(index) == 2
    assert Vectors(database).counts() == {SPACE: 2}


def test_a_few_candidates_are_ranked_like_all(database: Database) -> None:
    vectors = directions(300)
    put(database, range(300), vectors)
    few = [7, 99, 150, 12]
    query = directions(1, seed=3)[0]

    cold = VectorIndex(database, SPACE, width=WIDTH)
    warm = VectorIndex(database, SPACE, width=WIDTH)
    nearest(warm, query)

    ranked = [near.id for near in cold.nearest(query, k=2, among=few)]
    assert ranked == [near.id for near in warm.nearest(query, k=2, among=few)]
    assert ranked == sorted(few, key=lambda n: -(vectors[n] @ query))[:2]


def test_an_empty_space_has_no_neighbours(database: Database) -> None:
    index = VectorIndex(database, SPACE, width=WIDTH)

    assert index.nearest(directions(1)[0], k=3) == []
    assert index.nearest(directions(1)[0], k=3, among=[1, 2]) == []


def test_only_what_came_after_the_packed_copies_counts_as_unpacked(
    database: Database,
) -> None:
    vectors = Vectors(database)
    put(database, range(5), directions(5))
    before = vectors.unpacked(SPACE)
    VectorIndex(database, SPACE, width=WIDTH).pack()
    packed = vectors.unpacked(SPACE)

    put(database, range(4, 7), directions(3))

    assert (before, packed, vectors.unpacked(SPACE)) == (5, 0, 3)


def test_ranking_a_few_again_does_not_go_through_all(database: Database) -> None:
    plan = database.query(
        f"EXPLAIN QUERY PLAN {vectors_at_rest._HALVES}",
        {"numbers": "[1]", "kind": "passage", "model": "small"},
    )

    assert any("PRIMARY KEY" in step["detail"] for step in plan)
    assert not any("SCAN vector" in step["detail"] for step in plan)
