"""Model files: find, fetch, verify the checksum, read what a GGUF says of itself.

Knows files and their numbers; never loads a model and never runs one.
"""

from assistant.weights.bundled import bundled_weights
from assistant.weights.checksum import sha256_of
from assistant.weights.fetching import choices, pull
from assistant.weights.memory import memory_needed, refuse_if_too_large
from assistant.weights.metadata import GgufMetadata, read_gguf

__all__ = [
    "GgufMetadata",
    "bundled_weights",
    "choices",
    "memory_needed",
    "pull",
    "read_gguf",
    "refuse_if_too_large",
    "sha256_of",
]
