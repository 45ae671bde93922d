"""An embedder without a model: texts that share words are near each other."""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from assistant.embeddings.embedder import (
    Matrix,
    OnTruncated,
    Truncated,
    Vector,
    log_truncated,
)

_WORD = re.compile(r"\w+|[^\w\s]+")


class WordEmbedder:
    """Each word is one direction, scattered by its checksum."""

    def __init__(
        self,
        name: str = "words",
        *,
        width: int = 64,
        max_tokens: int = 200,
        on_truncated: OnTruncated = log_truncated,
    ) -> None:
        self.name = name
        self.width = width
        self.max_tokens = max_tokens
        self.texts: list[str] = []
        """All that was embedded, in order."""

        self._on_truncated = on_truncated

    def count(self, text: str) -> int:
        return len(_WORD.findall(text))

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        vectors = np.zeros((len(texts), self.width), np.float32)
        for position, text in enumerate(texts):
            vectors[position] = self._vector(text, position)
        return vectors

    def embed_query(self, text: str) -> Vector:
        return self._vector(text, 0)

    def _vector(self, text: str, position: int) -> Vector:
        self.texts.append(text)
        words = [match.group().lower() for match in _WORD.finditer(text)]
        if len(words) > self.max_tokens:
            self._on_truncated(Truncated(position=position, limit=self.max_tokens))
        vector = np.full(self.width, 1e-3, np.float32)
        for word in words[: self.max_tokens]:
            vector += _direction(word, self.width)
        return vector / np.linalg.norm(vector)


def _direction(word: str, width: int) -> Vector:
    seed = crc32(word.encode("utf-8", "replace"))
    return np.random.default_rng(seed).normal(size=width).astype(np.float32)
