"""Vectors from a GGUF model, through llama.cpp's C interface.

The library's own class offers no `use_extra_bufts`, without which some virtual
machines crash, and takes over stdout while it loads. One text is read at a time.
"""

import ctypes
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

# llama.cpp would fork a debugger and dump its stack over the screen. It looks
# at this when it is loaded.
os.environ.setdefault("GGML_NO_BACKTRACE", "1")

from llama_cpp import llama_cpp as c

from assistant.embeddings.embedder import (
    Matrix,
    OnTruncated,
    Truncated,
    Vector,
    log_truncated,
)
from assistant.embeddings.vectors import check_vectors, normalised
from assistant.errors import EmbeddingError, EngineError, WeightsRefusedError

_CHARACTERS_PER_TOKEN = 64  # beyond max_tokens times this nothing is tokenised

# The binding prints whatever llama.cpp says, until the chat's door takes it over.
logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL + 1)


class Loading(NamedTuple):
    """How a model file is loaded."""

    context_tokens: int
    threads: int
    use_extra_bufts: bool
    """Packs weights for the processor's matrix unit; the preflight decides."""


class Prefixes(NamedTuple):
    """What a model wants to read before a text, as its makers trained it."""

    passage: str = ""
    query: str = ""


_NO_PREFIXES = Prefixes()


class _Frame(NamedTuple):
    """Tokens that a model wants around every text."""

    before: list[int]
    after: list[int]


class LlamaEmbedder:
    """Pooled states of a GGUF model; see `Embedder`. Any thread may use it."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        loading: Loading,
        prefixes: Prefixes = _NO_PREFIXES,
        on_truncated: OnTruncated = log_truncated,
    ) -> None:
        self.name = name
        self._prefixes = prefixes
        self._on_truncated = on_truncated
        self._lock = Lock()
        self._model = _load(path, use_extra_bufts=loading.use_extra_bufts)
        self._vocab = c.llama_model_get_vocab(self._model)
        self._context = _pooling_context(self._model, loading)
        self._frame = self._find_frame()
        self.width: int = c.llama_model_n_embd(self._model)
        self.max_tokens: int = c.llama_n_ctx(self._context) - len(
            self._frame.before + self._frame.after
        )

    def close(self) -> None:
        """Free the memory; the embedder is of no use afterwards."""
        c.llama_free(self._context)
        c.llama_model_free(self._model)

    def count(self, text: str) -> int:
        return len(self._tokens(text))

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed([self._prefixes.passage + text for text in texts])

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self._embed([self._prefixes.query + text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> Matrix:
        vectors = np.empty((len(texts), self.width), np.float32)
        for position, text in enumerate(texts):
            vectors[position] = self._pooled(self._framed(text, position))
        vectors = normalised(vectors, model=self.name)
        check_vectors(vectors, count=len(texts), width=self.width, model=self.name)
        return vectors

    def _framed(self, text: str, position: int) -> list[int]:
        readable = text[: self.max_tokens * _CHARACTERS_PER_TOKEN]
        tokens = self._tokens(readable)
        if len(tokens) > self.max_tokens or len(readable) < len(text):
            self._on_truncated(Truncated(position=position, limit=self.max_tokens))
        before, after = self._frame
        framed = [*before, *tokens[: self.max_tokens], *after]
        return framed or self._tokens("-")  # no model reads nothing at all

    def _tokens(self, text: str) -> list[int]:
        return _tokenize(self._vocab, text, special=False)

    def _find_frame(self) -> _Frame:
        plain = _tokenize(self._vocab, "a", special=False)
        framed = _tokenize(self._vocab, "a", special=True)
        before = next(
            (
                start
                for start in range(len(framed))
                if framed[start : start + len(plain)] == plain
            ),
            len(framed),
        )
        return _Frame(framed[:before], framed[before + len(plain) :])

    def _pooled(self, tokens: Sequence[int]) -> Vector:
        array = (c.llama_token * len(tokens))(*tokens)
        wanted = (ctypes.c_int8 * len(tokens))(*[1] * len(tokens))
        batch = c.llama_batch_get_one(array, len(tokens))
        batch.logits = wanted  # every state has a part in the pooled one
        with self._lock:
            memory = c.llama_get_memory(self._context)
            if memory:  # models that read both ways keep none
                c.llama_memory_clear(memory, True)
            code = c.llama_decode(self._context, batch)
            if code:
                raise EngineError(
                    f"llama.cpp could not read {len(tokens)} tokens ({code})"
                )
            states = c.llama_get_embeddings_seq(self._context, 0)
            if not states:
                raise EmbeddingError(f"{self.name!r} gives no vectors")
            vector: Vector = np.ctypeslib.as_array(states, (self.width,)).copy()
            return vector


def _load(path: Path, *, use_extra_bufts: bool) -> object:
    c.llama_backend_init()
    params = c.llama_model_default_params()
    params.use_extra_bufts = use_extra_bufts
    model = c.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise WeightsRefusedError(f"{path} cannot be loaded as an embedding model")
    return model


def _pooling_context(model: object, loading: Loading) -> object:
    """The pooling the file asks for; the mean when it was not made for embedding."""
    context = _new_context(model, loading, c.LLAMA_POOLING_TYPE_UNSPECIFIED)
    if c.llama_pooling_type(context) == c.LLAMA_POOLING_TYPE_NONE:
        c.llama_free(context)
        context = _new_context(model, loading, c.LLAMA_POOLING_TYPE_MEAN)
    return context


def _new_context(model: object, loading: Loading, pooling: int) -> object:
    params = c.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = loading.context_tokens
    params.n_threads = params.n_threads_batch = loading.threads
    params.embeddings = True
    params.pooling_type = pooling
    context = c.llama_init_from_model(model, params)
    if not context:
        c.llama_model_free(model)
        raise EngineError(
            f"No memory for a context of {loading.context_tokens:,} tokens"
        )
    return context


def _tokenize(vocab: object, text: str, *, special: bool) -> list[int]:
    raw = text.encode("utf-8", "replace")
    room = len(raw) + 8
    tokens = (c.llama_token * room)()
    found = c.llama_tokenize(vocab, raw, len(raw), tokens, room, special, False)
    if found < 0:
        raise EngineError(f"llama.cpp could not cut {len(raw):,} bytes into tokens")
    return tokens[:found]
