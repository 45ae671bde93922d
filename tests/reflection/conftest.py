"""A village of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.storage.database import Database
from tests.reflection.village import Village
from tests.storage.building import open_file


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_file(tmp_path / "data" / "hearth.db")
    yield database
    database.close()


@pytest.fixture
def village(database: Database, tmp_path: Path) -> Village:
    return Village(database, own_layers=tmp_path / "layers")
