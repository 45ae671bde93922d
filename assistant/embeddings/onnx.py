"""The one door to onnxruntime: a BERT-like model file, its tokenizer, its answers.

Importing this loads both libraries, so it is imported with the first text only.
Threads do not spin: a chat model on the same cores would starve.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.embeddings.batching import batches
from assistant.embeddings.bundled import OnnxWeights
from assistant.embeddings.embedder import (
    Matrix,
    OnTruncated,
    Truncated,
    Vector,
    log_truncated,
)
from assistant.embeddings.vectors import check_vectors, normalised
from assistant.errors import EngineError, WeightsRefusedError

_AREA = 512  # tokens of one batch; wider is slower (caches) and takes memory
_CHARACTERS_PER_TOKEN = 64  # beyond max_tokens times this nothing is tokenised


class Ids(NamedTuple):
    """A text or pair as a model reads it."""

    tokens: list[int]
    second: int
    """Where the second text begins; the length when there is only one."""


class OnnxModel:
    """A model file and its tokenizer, opened. Any thread may use it."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"),
                _options(threads),
                providers=["CPUExecutionProvider"],
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both libraries raise their own, undocumented
            raise WeightsRefusedError(f"{folder} cannot be loaded: {error}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._first = self._id_of("[CLS]", folder)
        self._separator = self._id_of("[SEP]", folder)

    def tokens(self, text: str) -> list[int]:
        """The text's tokens, nothing around them."""
        whole = text.encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(whole, add_special_tokens=False).ids
        return ids

    def _id_of(self, token: str, folder: Path) -> int:
        number: int | None = self._tokenizer.token_to_id(token)
        if number is None:
            raise WeightsRefusedError(f"{folder} has a tokenizer without {token}")
        return number

    def one(self, tokens: Sequence[int]) -> Ids:
        """A text on its own."""
        framed = [self._first, *tokens, self._separator]
        return Ids(framed, len(framed))

    def pair(self, left: Sequence[int], right: Sequence[int]) -> Ids:
        """Two texts that are judged together."""
        head = [self._first, *left, self._separator]
        return Ids([*head, *right, self._separator], len(head))

    def run(self, texts: Sequence[Ids]) -> NDArray[np.float32]:
        """The model's first output for one batch."""
        widest = max(len(text.tokens) for text in texts)
        ids = np.zeros((len(texts), widest), np.int64)
        mask = np.zeros_like(ids)
        kinds = np.zeros_like(ids)
        for row, (tokens, second) in enumerate(texts):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
            kinds[row, second : len(tokens)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
        try:
            output: NDArray[np.float32] = self._session.run(None, feed)[0]
        except Exception as error:  # the library raises its own, undocumented
            raise EngineError(f"onnxruntime failed: {error}") from error
        return output


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # every batch has another shape
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


class OnnxEmbedder:
    """Vectors from the CLS token of a BERT-like model; see `Embedder`."""

    def __init__(
        self,
        weights: OnnxWeights,
        folder: Path,
        *,
        threads: int,
        on_truncated: OnTruncated = log_truncated,
    ) -> None:
        self.name = weights.name
        self.width = weights.width
        self.max_tokens = weights.max_tokens
        self._query_prefix = weights.query_prefix
        self._on_truncated = on_truncated
        self._model = OnnxModel(folder, threads=threads)

    def count(self, text: str) -> int:
        return len(self._model.tokens(text))

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        framed = [self._framed(text, position) for position, text in enumerate(texts)]
        vectors = np.empty((len(texts), self.width), np.float32)
        for batch in batches([len(text.tokens) for text in framed], area=_AREA):
            states = self._model.run([framed[position] for position in batch])
            vectors[batch] = normalised(states[:, 0], model=self.name)
        check_vectors(vectors, count=len(texts), width=self.width, model=self.name)
        return vectors

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self.embed_passages([self._query_prefix + text])[0]
        return vector

    def _framed(self, text: str, position: int) -> Ids:
        readable = text[: self.max_tokens * _CHARACTERS_PER_TOKEN]
        tokens = self._model.tokens(readable)
        if len(tokens) > self.max_tokens or len(readable) < len(text):
            self._on_truncated(Truncated(position=position, limit=self.max_tokens))
        return self._model.one(tokens[: self.max_tokens])
