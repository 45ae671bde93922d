"""A model opened by another process, with nothing imported that it does not need."""

from datetime import UTC, datetime
from pathlib import Path

from assistant.audit.log import AuditTrail
from assistant.config.paths import find_paths
from assistant.config.settings import ModelSettings
from assistant.llm.engine import Engine
from assistant.models.shelf import ModelShelf
from assistant.storage.audit import AuditLog
from assistant.storage.machine import MachineFacts
from assistant.storage.services import ModelServices
from tests.storage.building import open_file


def clock() -> datetime:
    return datetime(2026, 11, 22, 10, tzinfo=UTC)


def mint() -> str:
    return "unused"


def engine_of(name: str, home: Path) -> Engine:
    """The engine of a model that a home knows already."""
    paths = find_paths({"HEARTH_HOME": str(home)})
    database = open_file(paths.database)
    shelf = ModelShelf(
        services=ModelServices(database),
        facts=MachineFacts(database),
        trail=AuditTrail(AuditLog(database), mint=mint, clock=clock),
        database=database,
        settings=ModelSettings(),
        paths=paths,
        environment={},
        clock=clock,
        mint=mint,
    )
    return shelf.engine(shelf.wanted(name))
