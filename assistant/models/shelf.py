"""The shelf of models: which there are, which one answers, how each is doing.

It brings together what the other modules of this package know, each one thing;
of how a model runs it knows only that an engine can be opened.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from assistant.audit.log import AuditTrail
from assistant.config.paths import Paths
from assistant.config.settings import ModelSettings
from assistant.embeddings.embedder import Embedder
from assistant.entities.ids import Clock, Mint, ModelId, UserId
from assistant.entities.model import HealthReport, ModelService, ServiceStatus
from assistant.errors import (
    ModelError,
    StorageError,
    WeightsMissingError,
    WeightsRefusedError,
)
from assistant.llm.engine import Engine
from assistant.models.adding import (
    Progress,
    choices,
    fetch,
    from_file,
    from_server,
)
from assistant.models.capability import UNKNOWN, Tiers, Told, nobody
from assistant.models.checking import check_service
from assistant.models.embedding import Embedders
from assistant.models.engines import OpenEngines
from assistant.models.fallback import Candidate, first_working
from assistant.models.files import (
    FETCHED_FROM,
    FileMemory,
    delete_fetched,
    find_metadata,
)
from assistant.models.health import is_worth_trying
from assistant.models.opening import EngineOpener, Engines
from assistant.models.registry import Registry
from assistant.models.verdicts import Verdicts
from assistant.models.vitals import Vitals
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts
from assistant.storage.services import ModelServices
from assistant.weights import GgufMetadata

Services: TypeAlias = list[ModelService]
Names: TypeAlias = list[str]

_LASTING = (WeightsMissingError, WeightsRefusedError)


@dataclass(slots=True, kw_only=True)
class ModelShelf:
    """The models of one file. Safe to use from any thread."""

    services: ModelServices
    facts: MachineFacts
    trail: AuditTrail
    database: Database
    settings: ModelSettings
    paths: Paths
    environment: Mapping[str, str]
    clock: Clock
    mint: Mint
    engines: EngineOpener | None = None
    """Opens a model that is asked for; by default as the model says."""

    _registry: Registry = field(init=False)
    _vitals: Vitals = field(init=False)
    _memory: FileMemory = field(init=False)
    _real: Engines = field(init=False)
    _opened: OpenEngines = field(init=False)
    _tiers: Tiers = field(init=False)
    _embedders: Embedders = field(init=False)

    def __post_init__(self) -> None:
        self._registry = Registry(
            services=self.services, trail=self.trail, database=self.database
        )
        self._vitals = Vitals(
            services=self.services, database=self.database, clock=self.clock
        )
        self._memory = FileMemory(self.facts, database=self.database, clock=self.clock)
        verdicts = Verdicts(facts=self.facts, database=self.database, clock=self.clock)
        self._embedders = Embedders(
            services=self.services, memory=self._memory, verdicts=verdicts
        )
        self._real = Engines(
            memory=self._memory,
            verdicts=verdicts,
            settings=self.settings,
            environment=self.environment,
        )
        self._opened = OpenEngines(self.engines or self._real)
        self._tiers = Tiers(facts=self.facts, database=self.database, clock=self.clock)
        self._registry.welcome_bundled(ModelId(self.mint()))

    def list(self) -> Services:
        """All of them, by name."""
        return self.services.all()

    def find(self, name: str) -> ModelService | None:
        return self.services.find(name)

    def in_use(self) -> ModelService:
        """The one that answers when none is named."""
        return self._registry.in_use()

    def metadata(self, service: ModelService) -> GgufMetadata | None:
        """What its file says; None when it has none, or none that can be read."""
        return find_metadata(service)

    def use(self, name: str, *, actor: UserId) -> ModelService:
        """Let this one answer from now on."""
        return self._registry.use(name, actor=actor)

    def add_file(
        self, path: Path, *, name: str | None = None, actor: UserId
    ) -> ModelService:
        """Make a GGUF file known, where it lies; given again, take it as it is now.

        Raises a ModelError when it is damaged or too large for this machine.
        """
        return self._keep_file(path, name=name, actor=actor, config={})

    def pull(
        self,
        repo: str,
        filename: str | None = None,
        *,
        name: str | None = None,
        actor: UserId,
        progress: Progress,
    ) -> ModelService:
        """Fetch a GGUF file from Hugging Face, and make it known."""
        path = fetch(
            repo,
            filename,
            into=self.paths.models,
            environment=self.environment,
            progress=progress,
        )
        source = {FETCHED_FROM: repo}
        return self._keep_file(path, name=name, actor=actor, config=source)

    def choices(self, repo: str) -> dict[str, int]:
        """The files that `pull` could fetch from a repository, with their sizes."""
        return choices(repo, environment=self.environment)

    def offered(self, base_url: str, *, key_variable: str | None = None) -> Names:
        """The names of the models that a server offers. Raises a ModelError."""
        asked = from_server(
            base_url,
            "any",
            name=None,
            key_variable=key_variable,
            model_id=ModelId(self.mint()),
            is_taken=lambda _: False,
        )
        return sorted(one.model for one in self._real.listed(asked))

    def add_remote(
        self,
        base_url: str,
        model: str,
        *,
        name: str | None = None,
        key_variable: str | None = None,
        actor: UserId,
    ) -> ModelService:
        """Make a server's model known; nothing is asked of the server yet."""
        service = from_server(
            base_url,
            model,
            name=name,
            key_variable=key_variable,
            model_id=ModelId(self.mint()),
            is_taken=self._registry.is_taken,
        )
        self._registry.add(service, actor=actor)
        return service

    def remove(self, name: str, *, actor: UserId) -> None:
        """Forget one. Its file goes too if Hearth fetched it, and only then."""
        gone = self._registry.remove(name, actor=actor)
        self._opened.drop(gone)
        if self._registry.find_at(gone.location) is None:
            delete_fetched(gone, folder=self.paths.models)

    def check(self, name: str, *, told: Told = nobody) -> HealthReport:
        """Ask it for a word, and keep how it did; and what it can do, if unknown.

        Finding out takes a while: `told` hears of the tasks done, and of how many.
        """
        service = self.services.get(name)
        report = check_service(service, opened=self._opened, vitals=self._vitals)
        notice = (
            self._real.find_notice(service) if "error" not in report.details else ""
        )
        return self._with_tier(_with_notice(report, notice), told=told)

    def _with_tier(self, report: HealthReport, *, told: Told) -> HealthReport:
        if report.status is ServiceStatus.UNAVAILABLE:
            return report
        with suppress(ModelError):
            tier = self.probe(report.service, told=told)
            return replace(report, details={**report.details, "tier": tier})
        return report

    def tier(self, service: ModelService) -> int:
        """What it was found able to do; nothing is taken for granted."""
        return self._tiers.find(service) or UNKNOWN

    def find_tier(self, service: ModelService) -> int | None:
        """The same, or None while nobody has looked."""
        return self._tiers.find(service)

    def probe(self, name: str, *, told: Told = nobody) -> int:
        """Its tier, found out now if it never was. Raises a ModelError."""
        service = self.services.get(name)
        return self._tiers.get(service, self.engine(service), told=told)

    def wanted(self, name: str | None) -> ModelService:
        """The one that was named, or the one in use."""
        return self.in_use() if name is None else self.services.get(name)

    def candidates(self, name: str | None) -> Services:
        """The wanted one, then the fallbacks; those known to be gone are left out.

        Never empty: with nothing else to try, the wanted one is tried all the same.
        """
        wanted, now = self.wanted(name), self.clock()
        chain = {wanted.id: wanted}
        for fallback in self.settings.fallbacks:
            if (service := self.services.find(fallback)) is not None:
                chain.setdefault(service.id, service)
        worthy = [one for one in chain.values() if is_worth_trying(one, now=now)]
        return worthy or [wanted]

    def working(self, name: str | None) -> Iterator[Candidate]:
        """The candidates with their engines, each opened when it is asked for.

        Raises a ModelError when not one can be opened.
        """
        return first_working(self, name)

    def engine(self, service: ModelService) -> Engine:
        """Opened once in this process. Raises a ModelError."""
        return self._opened.get(service)

    def embedder(self, name: str, *, threads: int) -> Embedder:
        """Not yet loaded; `bundled` or a model in a file.

        Raises a ModelError, NotFoundError or UsageError.
        """
        return self._embedders.open(name, threads=threads)

    def report(
        self,
        name: str,
        *,
        ok: bool,
        response_ms: float | None = None,
        error: str | None = None,
    ) -> None:
        """How an answer went: the time to its first word, or why there is none."""
        # An answer is worth more than the note that it came.
        with suppress(StorageError):
            if ok:
                self._vitals.succeeded(name, response_ms=response_ms)
            else:
                self._vitals.failed(name, error=error or "it gave no answer")

    def report_unopened(self, service: ModelService, error: ModelError) -> None:
        """Why a model could not even be opened."""
        with suppress(StorageError):
            self._vitals.failed(
                service.name, error=str(error), is_lasting=isinstance(error, _LASTING)
            )

    def forget(self) -> None:
        """No open model holds any more what it has read."""
        self._opened.forget()

    def close(self) -> None:
        """Close the engines; a second call does nothing."""
        self._opened.close()

    def _keep_file(
        self,
        path: Path,
        *,
        name: str | None,
        actor: UserId,
        config: Mapping[str, object],
    ) -> ModelService:
        path = path.expanduser().absolute()
        known = self._registry.find_at(str(path))
        service = from_file(
            path,
            name=known.name if known and name is None else name,
            model_id=known.id if known else ModelId(self.mint()),
            memory=self._memory,
            is_taken=partial(self._registry.is_taken, but=known),
        )
        if known is None:
            service = replace(service, config=config)
            self._registry.add(service, actor=actor)
            return service
        self._registry.renew(service, instead_of=known, actor=actor)
        self._opened.drop(known)
        return self.services.get(service.name)


def _with_notice(report: HealthReport, notice: str) -> HealthReport:
    return (
        replace(report, details={**report.details, "notice": notice})
        if notice
        else report
    )
