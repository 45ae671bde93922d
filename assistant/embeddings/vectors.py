"""Whether vectors may be trusted: finite, of the right width, of length one.

One bad vector in an index spoils every search after it, silently; so they are
refused where they are made and where they come back from a file.
"""

import numpy as np

from assistant.embeddings.embedder import Matrix
from assistant.errors import EmbeddingError

TOLERANCE = 1e-3
"""How far from one a length may be; float32 keeps it to about 1e-6."""


def check_vectors(vectors: Matrix, *, count: int, width: int, model: str) -> None:
    """Raises EmbeddingError naming the model and the first row that is wrong."""
    if vectors.shape != (count, width):
        raise EmbeddingError(
            f"{model!r} gave vectors of shape {vectors.shape}, not {(count, width)}"
        )
    unusable = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if unusable.size:
        raise EmbeddingError(
            f"{model!r} gave a vector with numbers that are none (row {unusable[0]})"
        )
    norms = np.linalg.norm(vectors, axis=1)
    crooked = np.flatnonzero(np.abs(norms - 1) > TOLERANCE)
    if crooked.size:
        row = crooked[0]
        raise EmbeddingError(
            f"{model!r} gave a vector of length {norms[row]:.4f}, not 1 (row {row})"
        )


def normalised(vectors: Matrix, *, model: str) -> Matrix:
    """The same directions with length one; a row without a direction is refused."""
    if not np.isfinite(vectors).all():
        raise EmbeddingError(f"{model!r} gave a vector with numbers that are none")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not norms.all():
        raise EmbeddingError(f"{model!r} gave a vector without a direction")
    return np.asarray(vectors / norms, dtype=np.float32)
