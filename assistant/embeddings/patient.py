"""An embedder for what nobody waits for: it looks up between a few texts.

What happens while it looks up is for others to say. The vectors are the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.embeddings.embedder import Embedder, Matrix, Vector

_AT_ONCE = 4
"""A tenth of a second or so; of several alike in length, each is read no faster."""


@dataclass(frozen=True, slots=True)
class PatientEmbedder:
    """Another's vectors, a few at a time."""

    inner: Embedder
    look_up: Callable[[], None]
    """Called before each few; it may take its time."""

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def width(self) -> int:
        return self.inner.width

    @property
    def max_tokens(self) -> int:
        return self.inner.max_tokens

    def count(self, text: str) -> int:
        return self.inner.count(text)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        vectors = np.empty((len(texts), self.width), dtype=np.float32)
        for first in range(0, len(texts), _AT_ONCE):
            self.look_up()
            few = slice(first, first + _AT_ONCE)
            vectors[few] = self.inner.embed_passages(texts[few])
        return vectors

    def embed_query(self, text: str) -> Vector:
        return self.inner.embed_query(text)
