"""The vocabulary of OpenAI's models, if tiktoken has it on this machine.

tiktoken fetches what its cache lacks or holds damaged. So it is asked only
once the right bytes are seen there: nothing here may touch the network.
"""

import os
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from assistant.tokens.blocks import blocks

if TYPE_CHECKING:
    from tiktoken import Encoding

_NAME = "cl100k_base"
_CACHED_AS = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"


class CachedCounter:
    """Counts as cl100k_base does."""

    def count(self, text: str) -> int:
        return sum(len(self._encoding.encode_ordinary(part)) for part in blocks(text))

    @cached_property
    def _encoding(self) -> "Encoding":
        from tiktoken import get_encoding

        return get_encoding(_NAME)


def is_cached() -> bool:
    """Whether tiktoken would find what it needs without fetching it."""
    try:
        held = (_cache() / _CACHED_AS).read_bytes()
    except OSError:
        return False
    return sha256(held).hexdigest() == _SHA256


def _cache() -> Path:
    """Where tiktoken looks, by its own rule."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            return Path(os.environ[variable])
    return Path(gettempdir()) / "data-gym-cache"
