"""A shelf over a real file, a clock that tests turn, and engines that are scripted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from assistant.audit.log import AuditTrail
from assistant.config.paths import Paths, find_paths
from assistant.config.settings import ModelSettings
from assistant.entities.audit import AuditEntry
from assistant.entities.model import ModelService
from assistant.errors import ModelError
from assistant.llm.engine import Engine
from assistant.models.shelf import ModelShelf
from assistant.storage.audit import AuditLog
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts
from assistant.storage.services import ModelServices
from tests.fakes.engine import ScriptedEngine
from tests.storage.building import open_file


@dataclass
class HandClock:
    """Stands still until it is turned."""

    now: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Opener:
    """Opens scripted engines; what is in `failures` cannot be opened."""

    failures: dict[str, ModelError] = field(default_factory=dict)
    engines: dict[str, Engine] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    def __call__(self, service: ModelService) -> Engine:
        self.opened.append(service.name)
        if service.name in self.failures:
            raise self.failures[service.name]
        fresh = ScriptedEngine("OK", name=service.name)
        return self.engines.setdefault(service.name, fresh)


@dataclass
class Home:
    """One home folder, and as many shelves over it as a test wants."""

    database: Database
    paths: Paths
    clock: HandClock = field(default_factory=HandClock)
    opener: Opener = field(default_factory=Opener)
    environment: dict[str, str] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=count)
    shelves: list[ModelShelf] = field(default_factory=list)

    def shelf(self, *, real: bool = False, **settings) -> ModelShelf:
        """`real` opens models as the program does."""
        shelf = ModelShelf(
            services=ModelServices(self.database),
            facts=MachineFacts(self.database),
            trail=AuditTrail(AuditLog(self.database), mint=self.mint, clock=self.clock),
            database=self.database,
            settings=ModelSettings(**settings),
            paths=self.paths,
            environment=self.environment,
            clock=self.clock,
            mint=self.mint,
            engines=None if real else self.opener,
        )
        self.shelves.append(shelf)
        return shelf

    def mint(self) -> str:
        return f"id-{next(self.ids):04}"

    @property
    def audit(self) -> list[AuditEntry]:
        """Oldest first."""
        return AuditLog(self.database).recent(100)[::-1]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    paths = find_paths({"HEARTH_HOME": str(tmp_path)})
    database = open_file(paths.database)
    home = Home(database, paths)
    yield home
    for shelf in home.shelves:
        shelf.close()
    database.close()


@pytest.fixture
def shelf(home: Home) -> ModelShelf:
    return home.shelf()
