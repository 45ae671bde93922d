"""The bundled cross-encoder, opened when the first pair is to be judged."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from assistant.embeddings.bundled import MINILM_RERANKER, folder_of

if TYPE_CHECKING:
    from assistant.embeddings.onnx import OnnxModel

_QUESTION_TOKENS = 64
_PASSAGE_TOKENS = 320  # passages are shorter; what is longer would eat the budget


class BundledCrossEncoder:
    """ms-marco-MiniLM-L-12-v2; see `CrossEncoder`. Any thread may use it."""

    name = MINILM_RERANKER.name

    def __init__(self, *, threads: int) -> None:
        self._open = _opening(threads)
        self._model: OnnxModel | None = None
        self._lock = Lock()

    def load(self) -> None:
        """Open it now, for somebody who is about to ask."""
        self._get()

    def score(self, question: str, passage: str) -> float:
        model = self._get()
        asked = model.tokens(question)[:_QUESTION_TOKENS]
        answer = model.tokens(passage[: _PASSAGE_TOKENS * 16])[:_PASSAGE_TOKENS]
        return float(model.run([model.pair(asked, answer)])[0, 0])

    def _get(self) -> "OnnxModel":
        with self._lock:
            if self._model is None:
                self._model = self._open()
            return self._model


def _opening(threads: int) -> Callable[[], "OnnxModel"]:
    folder = folder_of(MINILM_RERANKER)

    def open_it() -> "OnnxModel":
        from assistant.embeddings.onnx import OnnxModel

        return OnnxModel(folder, threads=threads)

    return open_it
