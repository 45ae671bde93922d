"""Which embedder a choice names, ready but not yet loaded.

The libraries are imported when the first text comes: they cost more time and
memory than everything else a short command does.
"""

from dataclasses import dataclass

from assistant.embeddings.bundled import BGE_SMALL, folder_of
from assistant.embeddings.embedder import Embedder, OnTruncated, log_truncated
from assistant.embeddings.lazy import LazyEmbedder, Measures
from assistant.weights.metadata import GgufMetadata

_LONGEST = 512  # tokens of a GGUF model's text; passages are shorter, memory is not
_FRAME = 2  # tokens that go around a text at most


def threads_for(cores: int) -> int:
    """One core stays free for the chat and the screen."""
    return max(1, cores - 1)


def bundled_embedder(
    *, threads: int, on_truncated: OnTruncated = log_truncated
) -> LazyEmbedder:
    """The one that came along; raises WeightsMissingError when it did not."""
    folder = folder_of(BGE_SMALL)

    def open_it() -> Embedder:
        from assistant.embeddings.onnx import OnnxEmbedder

        return OnnxEmbedder(
            BGE_SMALL, folder, threads=threads, on_truncated=on_truncated
        )

    measures = Measures(
        name=BGE_SMALL.name, width=BGE_SMALL.width, max_tokens=BGE_SMALL.max_tokens
    )
    return LazyEmbedder(measures, open_it)


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufChoice:
    """A model file of the user's, to embed with."""

    name: str
    """Names these very weights: a file that changes needs another name."""

    metadata: GgufMetadata
    use_extra_bufts: bool
    passage_prefix: str = ""
    query_prefix: str = ""


def gguf_embedder(
    choice: GgufChoice, *, threads: int, on_truncated: OnTruncated = log_truncated
) -> LazyEmbedder:
    """A GGUF model through llama.cpp."""
    metadata = choice.metadata
    context_tokens = _context_tokens(metadata)

    def open_it() -> Embedder:
        from assistant.embeddings.llama import LlamaEmbedder, Loading, Prefixes

        return LlamaEmbedder(
            choice.name,
            metadata.path,
            loading=Loading(context_tokens, threads, choice.use_extra_bufts),
            prefixes=Prefixes(choice.passage_prefix, choice.query_prefix),
            on_truncated=on_truncated,
        )

    return LazyEmbedder(gguf_measures(choice.name, metadata), open_it)


def gguf_measures(name: str, metadata: GgufMetadata) -> Measures:
    """What a file says of the embedder that can be made of it."""
    return Measures(
        name=name,
        width=metadata.embedding_width,
        max_tokens=_context_tokens(metadata) - _FRAME,
    )


def _context_tokens(metadata: GgufMetadata) -> int:
    return min(metadata.context_tokens, _LONGEST)
