"""A small model file, and its bytes."""

from pathlib import Path

import pytest

from tests.fakes.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf")


@pytest.fixture
def tiny_bytes(tiny: Path) -> bytes:
    return tiny.read_bytes()
