"""A desk of memory over a file of its own."""

import pytest

from assistant.memory.book import MemoryBook
from assistant.memory.desk import MemoryDesk
from assistant.storage.database import Database
from tests.memory.building import a_book, a_memory_desk
from tests.storage.building import Talk
from tests.storage.conftest import database, path, talk

__all__ = ["database", "path", "talk"]


@pytest.fixture
def desk(database: Database, talk: Talk) -> MemoryDesk:
    return a_memory_desk(database)


@pytest.fixture
def book(desk: MemoryDesk) -> MemoryBook:
    return a_book(desk)
