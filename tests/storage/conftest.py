"""A file of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.storage.database import Database
from tests.storage.building import Talk, open_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "hearth.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = open_file(path)
    yield database
    database.close()


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database)
