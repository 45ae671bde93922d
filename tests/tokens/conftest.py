"""The bundled model, and what llama.cpp itself counts."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from llama_cpp import Llama

from assistant.weights import GgufMetadata, bundled_weights, read_gguf

Count: TypeAlias = Callable[[str], int]


@pytest.fixture(scope="session")
def bundled() -> GgufMetadata:
    return read_gguf(bundled_weights())


@pytest.fixture(scope="session")
def reference() -> Callable[[Path], Count]:
    """The engine's own tokenizer for a file, without its weights."""

    def of(path: Path) -> Count:
        engine = Llama(str(path), vocab_only=True, verbose=False)

        def count(text: str) -> int:
            return len(engine.tokenize(text.encode(), add_bos=False, special=True))

        return count

    return of
