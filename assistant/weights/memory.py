"""Whether a model fits, worked out before anything is loaded.

    needed = file + context x values a token leaves behind x 2 bytes
           + 512 tokens at once x (vocabulary + 4 x width) x 4 bytes + 32 MB

The second part is the cache of keys and values in half precision, the third
the engine's scratch space for one batch, the last the engine itself.
Measured against the engine with the bundled model: never less than it took,
and at most 100 MB more, as scratch space is touched only in part.
"""

from assistant.errors import WeightsRefusedError
from assistant.weights.metadata import GgufMetadata

_BYTES_PER_CACHED_VALUE = 2
_BATCH_TOKENS = 512
_SCRATCH_ROWS = 4
_BYTES_PER_SCRATCH_VALUE = 4
_ENGINE_BYTES = 32_000_000
_STEP = 256  # tokens; what a suggested context is rounded down to


def memory_needed(metadata: GgufMetadata, context_tokens: int) -> int:
    """Bytes of memory to run this model with so long a context."""
    cache = context_tokens * metadata.cached_values_per_token * _BYTES_PER_CACHED_VALUE
    row = len(metadata.tokens) + _SCRATCH_ROWS * metadata.embedding_width
    scratch = _BATCH_TOKENS * row * _BYTES_PER_SCRATCH_VALUE
    return metadata.size_bytes + cache + scratch + _ENGINE_BYTES


def refuse_if_too_large(
    metadata: GgufMetadata, context_tokens: int, available_bytes: int
) -> None:
    """Raise `WeightsRefusedError` if the model would not fit."""
    needed = memory_needed(metadata, context_tokens)
    if needed <= available_bytes:
        return
    raise WeightsRefusedError(
        f"{metadata.name} needs {_gigabytes(needed)} of memory with a context of "
        f"{context_tokens:,} tokens; {_gigabytes(available_bytes)} is available",
        hint=_what_would_fit(metadata, available_bytes),
    )


def _what_would_fit(metadata: GgufMetadata, available_bytes: int) -> str:
    room = available_bytes - memory_needed(metadata, 0)
    per_token = metadata.cached_values_per_token * _BYTES_PER_CACHED_VALUE
    tokens = room // max(per_token, 1) // _STEP * _STEP
    if tokens <= 0:
        return "Choose a smaller model, or free some memory"
    return f"A context of {tokens:,} tokens would fit: set models.context_tokens"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.2f} GB"
