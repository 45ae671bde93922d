"""Which embedder a choice names, ready but not yet loaded.

The libraries are imported when the first text comes: they cost more time and
memory than everything else a short command does.
"""

from assistant.embeddings.bundled import BGE_SMALL, folder_of
from assistant.embeddings.embedder import Embedder, OnTruncated, log_truncated
from assistant.embeddings.lazy import LazyEmbedder, Measures


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


def threads_for(cores: int) -> int:
    """One core stays free for the chat and the screen."""
    return max(1, cores - 1)
