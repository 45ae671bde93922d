"""Vectors that may not be stored are told from those that may."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embeddings.embedder import Matrix
from assistant.embeddings.vectors import check_vectors, normalised
from assistant.errors import EmbeddingError


def good(rows: int = 3, width: int = 8) -> Matrix:
    vectors = np.random.default_rng(0).normal(size=(rows, width)).astype(np.float32)
    return normalised(vectors, model="m")


def check(vectors: Matrix) -> None:
    check_vectors(vectors, count=3, width=8, model="m")


def test_good_vectors_pass() -> None:
    check(good())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_refused_with_its_row(value: float) -> None:
    vectors = good()
    vectors[1, 4] = value

    with pytest.raises(EmbeddingError, match=r"'m'.*row 1"):
        check(vectors)


@pytest.mark.parametrize("factor", [0.0, 0.99, 1.01, 100.0])
def test_a_vector_of_another_length_is_refused_with_its_row(factor: float) -> None:
    vectors = good()
    vectors[2] *= factor

    with pytest.raises(EmbeddingError, match=r"length .*row 2"):
        check(vectors)


@pytest.mark.parametrize("shape", [(3, 7), (2, 8), (24, 1)])
def test_another_shape_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(EmbeddingError, match="shape"):
        check(good(*shape))


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_what_has_no_direction_cannot_be_made_length_one(value: float) -> None:
    with pytest.raises(EmbeddingError):
        normalised(np.full((1, 4), value, np.float32), model="m")


@given(st.integers(1, 20), st.integers(2, 64), st.integers(0, 99))
def test_whatever_is_normalised_passes(rows: int, width: int, seed: int) -> None:
    wild = np.random.default_rng(seed).normal(scale=50, size=(rows, width))
    vectors = normalised(wild.astype(np.float32), model="m")

    check_vectors(vectors, count=rows, width=width, model="m")
