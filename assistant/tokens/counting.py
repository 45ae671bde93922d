"""Which counter fits a model: how `TokenCounter`s are chosen, not how they count."""

from functools import lru_cache
from typing import Protocol

from assistant.tokens.cached import CachedCounter, is_cached
from assistant.tokens.estimate import Estimate
from assistant.tokens.pairs import PairCounter, Vocabulary
from assistant.weights import GgufMetadata

_BYTE_LEVEL = "gpt2"
_NOT_BYTE_LEVEL = {"gemma4", "granite-embed-multi-311m", "sarvam-moe", "whitespace"}


class TokenCounter(Protocol):
    """Counts as one model does."""

    def count(self, text: str) -> int:
        """Tokens of a text; the names of special tokens count as those."""
        ...


def gguf_counter(
    metadata: GgufMetadata, *, own: TokenCounter | None = None
) -> TokenCounter:
    """The counter for a model file, ready before its weights are loaded.

    A vocabulary that is not byte-level BPE is counted by the model's `own`
    tokenizer, if the caller has it already, and estimated otherwise.
    """
    if not _is_byte_level(metadata):
        return own or Estimate()
    return _pair_counter(
        Vocabulary(
            tokens=metadata.tokens,
            token_types=metadata.token_types,
            merges=metadata.merges,
            pre_tokenizer=metadata.pre_tokenizer,
        )
    )


def fallback_counter() -> TokenCounter:
    """The counter for a model whose vocabulary nobody here has."""
    return CachedCounter() if is_cached() else Estimate()


def _is_byte_level(metadata: GgufMetadata) -> bool:
    return (
        metadata.tokenizer_model == _BYTE_LEVEL
        and metadata.pre_tokenizer not in _NOT_BYTE_LEVEL
        and len(metadata.merges) > 0
    )


@lru_cache(maxsize=4)
def _pair_counter(vocabulary: Vocabulary) -> PairCounter:
    """One for each vocabulary; a file put in place of another has its own."""
    return PairCounter(vocabulary)
