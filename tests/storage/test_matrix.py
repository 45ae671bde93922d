"""The int8 matrix finds what an exact search over floats would find."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.errors import StorageError
from assistant.storage.matrix import (
    OVERSAMPLE,
    Near,
    Segment,
    VectorMatrix,
    from_halves,
    quantised,
    rescored,
    to_halves,
)
from assistant.storage.scan import block_dots, dots

WIDTH = 384


def unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / lengths).astype(np.float32)


def scattered(rows: int, *, seed: int = 0, width: int = WIDTH) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(rows, width)))


def clustered(rows: int, *, seed: int = 0) -> np.ndarray:
    """As texts are: subjects, and passages close together within each."""
    random = np.random.default_rng(seed)
    subjects = random.normal(size=(60, WIDTH))
    chosen = subjects[random.integers(0, len(subjects), rows)]
    return unit(chosen + 0.35 * random.normal(size=(rows, WIDTH)))


def steep(rows: int, *, seed: int = 0) -> np.ndarray:
    """A few directions carry most of it, as in real embeddings."""
    random = np.random.default_rng(seed)
    weights = 1 / (1 + np.arange(WIDTH)) ** 0.5
    return unit(random.normal(size=(rows, WIDTH)) * weights + 0.05)


def filled(vectors: np.ndarray, **options: object) -> VectorMatrix:
    matrix = VectorMatrix(vectors.shape[1], **options)
    matrix.put(range(len(vectors)), quantised(vectors))
    return matrix


def exact(vectors: np.ndarray, query: np.ndarray, k: int) -> list[int]:
    return np.argsort(-(vectors @ query), kind="stable")[:k].tolist()


@pytest.mark.parametrize("shape", [scattered, clustered, steep])
def test_of_the_ten_nearest_at_least_99_in_100_are_found(shape) -> None:
    vectors = shape(6000)
    kept, queries = vectors[:5900], vectors[5900:]
    matrix, halves = filled(kept), to_halves(kept)

    hits = 0
    for query in queries:
        rough = [near.id for near in matrix.nearest(query, k=10 * OVERSAMPLE)]
        full = from_halves([halves[each] for each in rough], WIDTH)
        found = rescored(query, rough, full, k=10)
        hits += len(set(exact(kept, query, 10)) & {near.id for near in found})

    assert hits / (10 * len(queries)) >= 0.99


def test_the_query_is_not_rounded_where_it_matters() -> None:
    vectors = clustered(6000)
    kept, queries = vectors[:5950], vectors[5950:]
    matrix = filled(kept)
    scales, codes = quantised(kept)

    for query in queries:
        stored = (codes * query).sum(axis=1, dtype=np.float32) * scales
        best = np.argsort(-stored, kind="stable")[:10].tolist()
        assert [near.id for near in matrix.nearest(query, k=10)] == best


@pytest.mark.parametrize("shape", [scattered, clustered, steep])
def test_similarities_are_nearly_the_cosines(shape) -> None:
    vectors = shape(500)
    query = vectors[7]

    for near in filled(vectors).nearest(query, k=20):
        assert near.similarity == pytest.approx(vectors[near.id] @ query, abs=0.01)


@given(st.integers(0, 400), st.integers(1, 40), st.integers(0, 99))
def test_simd_and_numpy_agree(rows: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    codes = random.integers(-127, 128, (rows, width), dtype=np.int8)
    query = random.integers(-127, 128, (1, width), dtype=np.int8)

    exactly = codes.astype(np.int64) @ query[0].astype(np.int64)

    assert dots(codes, query).tolist() == exactly.tolist()
    assert block_dots(codes, query).tolist() == exactly.tolist()


def test_a_machine_without_simd_finds_the_same() -> None:
    vectors = clustered(9000)
    fast, slow = filled(vectors), filled(vectors, dots=block_dots)

    for query in vectors[::900]:
        assert fast.nearest(query, k=10) == slow.nearest(query, k=10)


@given(st.integers(1, 30), st.integers(1, 64), st.integers(0, 99))
def test_quantising_loses_half_a_step_at_most(rows: int, width: int, seed: int) -> None:
    vectors = scattered(rows, seed=seed, width=width)
    scales, codes = quantised(vectors)

    lost = np.abs(codes * scales[:, None] - vectors)

    assert (lost <= scales[:, None] * 0.5001).all()


def test_a_vector_of_zeros_stays_one() -> None:
    scales, codes = quantised(np.zeros((1, 4), np.float32))

    assert scales.tolist() == [0]
    assert codes.tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_none_never_get_in(value: float) -> None:
    vectors = scattered(2)
    vectors[1, 3] = value

    with pytest.raises(ValueError, match="none"):
        quantised(vectors)
    with pytest.raises(ValueError, match="none"):
        filled(scattered(2)).nearest(vectors[1], k=1)


@settings(max_examples=30)
@given(st.sets(st.integers(0, 299)), st.integers(1, 20))
def test_a_filtered_search_is_a_search_of_what_remains(among: set[int], k: int) -> None:
    vectors = clustered(300)
    query = clustered(1, seed=5)[0]
    alone = VectorMatrix(WIDTH)
    alone.put(sorted(among), quantised(vectors[sorted(among)]))

    found = filled(vectors).nearest(query, k=k, among=[*among, 4000])

    assert found == alone.nearest(query, k=k)


def test_equally_near_rows_come_by_their_id() -> None:
    vectors = np.repeat(scattered(1), 50, axis=0)
    matrix = VectorMatrix(WIDTH)
    matrix.put(range(50, 0, -1), quantised(vectors))

    found = matrix.nearest(vectors[0], k=50)

    assert [near.id for near in found] == list(range(1, 51))


def test_an_empty_matrix_finds_nothing() -> None:
    assert VectorMatrix(WIDTH).nearest(scattered(1)[0], k=5) == []
    assert filled(scattered(3)).nearest(scattered(1)[0], k=0) == []


def test_a_query_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        filled(scattered(3)).nearest(scattered(1, width=8)[0], k=1)


def test_vectors_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        VectorMatrix(WIDTH).put([1], quantised(scattered(1, width=8)))


@settings(max_examples=30)
@given(st.integers(0, 90), st.integers(1, 40))
def test_what_is_packed_is_what_is_unpacked(count: int, rows: int) -> None:
    vectors = scattered(count + 1)[:count]
    packed = filled(vectors).segments(rows)
    again = VectorMatrix(WIDTH)
    again.load(packed)
    query = scattered(1, seed=9)[0]

    assert len(again) == count
    assert len(packed) == -(-count // rows)
    assert again.nearest(query, k=10) == filled(vectors).nearest(query, k=10)


def test_rows_can_change_after_loading() -> None:
    vectors = scattered(20)
    matrix = VectorMatrix(WIDTH)
    matrix.load(filled(vectors[:10]).segments(4))

    matrix.put([3, 15], quantised(vectors[[13, 15]]))
    matrix.remove([0])

    assert sorted(matrix.ids().tolist()) == [*range(1, 10), 15]
    assert matrix.nearest(vectors[13], k=1)[0].id == 3
    assert matrix.nearest(vectors[15], k=1)[0].id == 15


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(StorageError, match="384"):
        from_halves(to_halves(scattered(2, width=8)), WIDTH)


def test_no_rows_are_no_vectors() -> None:
    assert from_halves([], WIDTH).shape == (0, WIDTH)
    assert rescored(scattered(1)[0], [], from_halves([], WIDTH), k=5) == []


def damaged() -> Iterator[tuple[str, list[Segment]]]:
    good = filled(scattered(10)).segments(5)
    ids, scales, codes = good[1]
    yield "cut", [good[0], Segment(ids, scales, codes[:-1])]
    yield "scales lost", [good[0], Segment(ids, b"", codes)]
    yield "half an id", [good[0], Segment(ids[:-1], scales, codes)]
    yield "twice", [good[0], good[0]]


@pytest.mark.parametrize(
    "segments", [pytest.param(parts, id=name) for name, parts in damaged()]
)
def test_damaged_segments_are_refused_and_change_nothing(
    segments: list[Segment],
) -> None:
    matrix = filled(scattered(3))

    with pytest.raises(StorageError):
        matrix.load(segments)

    assert len(matrix) == 3


class Changes(RuleBasedStateMachine):
    """Any mixture of changes leaves the matrix like a plain dictionary."""

    pool = scattered(64, width=16)

    def __init__(self) -> None:
        super().__init__()
        self.matrix = VectorMatrix(16)
        self.model: dict[int, int] = {}

    @rule(pairs=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 63)), max_size=9))
    def put(self, pairs: list[tuple[int, int]]) -> None:
        vectors = self.pool[[vector for _, vector in pairs]]
        self.matrix.put([each for each, _ in pairs], quantised(vectors))
        self.model.update(pairs)

    @rule(ids=st.lists(st.integers(0, 40), max_size=9))
    def remove(self, ids: list[int]) -> None:
        present = {each for each in ids if each in self.model}
        assert self.matrix.remove(ids) == len(present)
        for each in present:
            del self.model[each]

    @rule(rows=st.integers(1, 20))
    def pack_and_load(self, rows: int) -> None:
        segments = self.matrix.segments(rows)
        self.matrix = VectorMatrix(16)
        self.matrix.load(segments)

    @invariant()
    def holds_the_same(self) -> None:
        assert sorted(self.matrix.ids().tolist()) == sorted(self.model)

    @invariant()
    def finds_the_same(self) -> None:
        query = self.pool[0]
        found = self.matrix.nearest(query, k=100)
        scales, codes = quantised(self.pool)
        stored = (codes * query).sum(axis=1) * scales
        expected = [Near(each, float(stored[v])) for each, v in self.model.items()]
        expected.sort(key=lambda near: (-near.similarity, near.id))
        assert [near.id for near in found] == [near.id for near in expected]
        for near, wanted in zip(found, expected, strict=True):
            assert near.similarity == pytest.approx(wanted.similarity, abs=1e-5)


TestChanges = Changes.TestCase
TestChanges.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
