"""A file of its own for every test."""

from tests.storage.conftest import database, path, talk

__all__ = ["database", "path", "talk"]
