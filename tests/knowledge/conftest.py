"""A folder of papers and a library of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.storage.database import Database
from tests.knowledge.building import Papers, QuickEmbedder, papers_in
from tests.storage.building import open_file


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_file(tmp_path / "data" / "hearth.db")
    yield database
    database.close()


@pytest.fixture
def embedder() -> QuickEmbedder:
    return QuickEmbedder()


@pytest.fixture
def papers(
    tmp_path: Path, database: Database, embedder: QuickEmbedder
) -> Iterator[Papers]:
    with papers_in(tmp_path / "papers", database, embedder) as papers:
        yield papers
