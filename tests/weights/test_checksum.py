"""The sum of a file."""

from hashlib import sha256
from pathlib import Path

import pytest

from assistant.errors import WeightsMissingError, WeightsRefusedError
from assistant.weights import sha256_of


def test_the_sum_is_that_of_all_bytes_and_each_step_is_heard(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    heard: list[tuple[int, int]] = []

    found = sha256_of(path, lambda done, size: heard.append((done, size)))

    assert found == sha256(content).hexdigest()
    assert heard[-1] == (len(content), len(content))
    assert len(heard) > 1
    assert heard == sorted(heard)


def test_a_missing_file_has_no_sum(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissingError):
        sha256_of(tmp_path / "gone.gguf")


def test_a_folder_has_no_sum(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefusedError, match="cannot be read"):
        sha256_of(tmp_path)
