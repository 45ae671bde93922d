"""An embedder that is opened with the first text, once, whoever asks first.

Its name and sizes are known before, so that storage and chunking can be set up
without loading anything.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from assistant.embeddings.embedder import Embedder, Matrix, Vector
from assistant.errors import EmbeddingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What is known of an embedder without opening it."""

    name: str
    width: int
    max_tokens: int


class LazyEmbedder:
    """Keeps an embedder closed until it is needed; see `Embedder`."""

    def __init__(
        self,
        measures: Measures,
        opening: Callable[[], Embedder],
        *,
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.name = measures.name
        self.width = measures.width
        self.max_tokens = measures.max_tokens
        self.load_ms: float | None = None
        """How long opening took; None while it is closed."""

        self._opening = opening
        self._seconds = seconds
        self._opened: Embedder | None = None
        self._lock = Lock()

    def count(self, text: str) -> int:
        return self._get().count(text)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._get().embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        return self._get().embed_query(text)

    def _get(self) -> Embedder:
        with self._lock:
            if self._opened is None:
                started = self._seconds()
                self._opened = self._checked(self._opening())
                self.load_ms = (self._seconds() - started) * 1000
            return self._opened

    def _checked(self, opened: Embedder) -> Embedder:
        if (opened.name, opened.width) != (self.name, self.width):
            raise EmbeddingError(
                f"{self.name!r} should give vectors of {self.width} numbers; "
                f"{opened.name!r} gives {opened.width}"
            )
        return opened
