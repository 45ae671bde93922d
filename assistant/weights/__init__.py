"""Model files: find, fetch, verify the checksum, read what a GGUF says of itself.

Knows files and their numbers; never loads a model and never runs one.
"""

from assistant.weights.bundled import bundled_weights
from assistant.weights.metadata import GgufMetadata, read_gguf

__all__ = ["GgufMetadata", "bundled_weights", "read_gguf"]
