from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.config.paths import Paths, find_paths

WriteConfig = Callable[[str], Path]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"HEARTH_HOME": str(tmp_path)})


@pytest.fixture
def write_config(paths: Paths) -> WriteConfig:
    def write(text: str) -> Path:
        path = paths.settings_file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        return path

    return write
