"""Reflecting in idle moments and when asked: which layer is due, and its runs.

A run is a job in the file. One that was interrupted, by a turn or by a crash, is done
again from where it was, and what it had paid for is not paid for twice.
"""

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.entities.audience import Audience
from assistant.entities.ids import (
    LOCAL_USER,
    JobId,
    LayerRunId,
    TopicKey,
)
from assistant.entities.job import Job
from assistant.entities.reflection import (
    Balance,
    Circle,
    Insight,
    Layer,
    LayerRun,
    RunStatus,
    SalienceEntry,
    Topic,
)
from assistant.errors import AssistantError, NotFoundError, UsageError
from assistant.reflection.choosing import Choice, Choosing, thinks_about
from assistant.reflection.desk import ReflectionDesk
from assistant.reflection.schedule import window
from assistant.reflection.telling import tell
from assistant.reflection.thinking import Thinking
from assistant.storage.dependencies import Source

RUN = "reflection.run"
"""The kind of its jobs."""

_ATTEMPTS = 5
_RETRY_AFTER = timedelta(hours=1)
_LONGEST_CATCHING_UP = timedelta(days=14)
_HOUSEKEEPING = timedelta(hours=1)
_OWN_AT_ONCE = 50

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a run would think about, and what it would say without a model."""

    choice: Choice
    name: str
    text: str


class Reflection:
    """Any thread may use it, one at a time."""

    def __init__(self, desk: ReflectionDesk) -> None:
        self._desk = desk
        self._housekept_at: datetime | None = None

    @property
    def layers(self) -> Sequence[Layer]:
        """As they are declared now. Raises a ConfigError for a wrong one."""
        return self._desk.shelf.layers()

    def due(self) -> list[tuple[Layer, str]]:
        """Layers whose time has come and that were not begun for it."""
        desk, now = self._desk, self._desk.clock()
        named = [
            (layer, window(layer.schedule, now, desk.zone)) for layer in self.layers
        ]
        return [
            (layer, name)
            for layer, name in named
            if desk.runs.find(layer.name, name) is None
        ]

    def insights(
        self,
        audience: Audience,
        *,
        key: TopicKey | None = None,
        category: str | None = None,
        with_former: bool = False,
        limit: int = 100,
    ) -> list[Insight]:
        """What this audience may see of what came of thinking, the newest first."""
        store = self._desk.insights
        read = store.history if with_former else store.active
        return read(
            audience,
            now=self._desk.clock(),
            topic_key=key,
            category=category,
            limit=limit,
        )

    def insight(self, beginning: str, audience: Audience) -> Insight:
        """The one whose id begins so. Raises NotFoundError, or a UsageError."""
        found = self._desk.insights.starting_with(beginning, audience, limit=2)
        if not found:
            raise NotFoundError(
                f"No insight {beginning}", hint="See: hearth reflect insights"
            )
        if len(found) > 1:
            raise UsageError(f"Several insights begin with {beginning}; give more")
        return found[0]

    def sources(self, insight: Insight) -> list[Source]:
        """What it was made of."""
        return self._desk.dependencies.sources(Source("insight", insight.id))

    def balances(self, audience: Audience, *, limit: int) -> list[Balance]:
        """The topics that deserve most thought, of those this audience may see."""
        return self._desk.salience.visible(audience, limit=limit)

    def entries(
        self, key: TopicKey, audience: Audience, *, limit: int
    ) -> list[SalienceEntry]:
        """A topic's ledger, the newest line first."""
        return self._desk.salience.entries(key, audience, limit=limit)

    def name_of(self, topic: Topic) -> str:
        """As people call it."""
        return self._desk.gathering.name_of(topic)

    def topic(self, key: TopicKey) -> Topic | None:
        return self._desk.topics.find(key)

    def layer(self, name: str) -> Layer:
        """Raises NotFoundError, or a ConfigError when its file is wrong."""
        return self._desk.shelf.get(name)

    def last_run(self, layer: Layer) -> LayerRun | None:
        """The last one that was completed."""
        return self._desk.runs.last_completed(layer.name)

    def work(self) -> Generator[None, None, None]:
        """All there is to do, in small parts; asked again, it goes on where it was."""
        if not self._desk.settings.enabled:
            return
        yield from self.take_stock()
        self._desk.jobs.release_dead(self._desk.is_alive)
        for layer, name in self.due():
            self._enqueue(layer, name)
        yield from self._do_jobs()

    def take_stock(self) -> Generator[None, None, None]:
        """Book what has happened since; spend nothing."""
        yield from self._credit_own_words()
        now = self._desk.clock()
        if self._housekept_at and now - self._housekept_at < _HOUSEKEEPING:
            return
        with self._desk.database.transaction(durable=False):
            self._desk.ledger.fade()
            self._desk.insights.delete_expired(now)
        for circle in self._desk.topics.all_circles():
            yield from self._desk.subjects.find(circle)
        self._housekept_at = now

    def run_now(
        self, layer: Layer, *, only: TopicKey | None = None
    ) -> Generator[None, None, LayerRun | None]:
        """Run a layer whether or not it is due; None when another process does."""
        _require_own(layer, only)
        yield from self.take_stock()
        name = f"by hand, {self._desk.clock().isoformat(timespec='microseconds')}"
        self._enqueue(layer, name, only=only)
        self._desk.jobs.release_dead(self._desk.is_alive)
        yield from self._do_jobs()
        run = self._desk.runs.find(layer.name, name)
        return run if run and run.status is not RunStatus.RUNNING else None

    def plan(self, layer: Layer, *, only: TopicKey | None = None) -> list[Planned]:
        """What a run would come to now; nothing is spent and nothing written."""
        _require_own(layer, only)
        run = self._new_run(layer.name, "only planned")
        found = self._choosing(layer, run).choices(only)
        return [
            Planned(
                choice=choice,
                name=choice.material.name,
                text=tell(choice.material, layer.sections).text,
            )
            for choice in found
        ]

    def _enqueue(
        self, layer: Layer, name: str, *, only: TopicKey | None = None
    ) -> None:
        """A run and the job that does it, both or neither: others may be at it too."""
        now = self._desk.clock()
        job = Job(
            id=JobId(self._desk.mint()),
            kind=RUN,
            key=f"{layer.name}|{name}",
            created_at=now,
            run_after=now,
            payload={"layer": layer.name, "window": name, "only": only},
        )
        with self._desk.database.transaction():
            if self._desk.runs.find(layer.name, name) is None:
                self._desk.runs.begin(self._new_run(layer.name, name))
                self._desk.jobs.enqueue(job)

    def _do_jobs(self) -> Generator[None, None, None]:
        desk = self._desk
        while job := desk.jobs.claim([RUN], by=desk.holder, now=desk.clock()):
            try:
                yield from self._do(job)
            except GeneratorExit:
                with desk.database.transaction():
                    desk.jobs.fail(job.id, "interrupted", desk.clock())
                raise
            except AssistantError as error:
                _log.warning("a layer failed: %s", job.key, exc_info=error)
                self._failed(job, str(error))
            yield

    def _do(self, job: Job) -> Generator[None, None, None]:
        desk, only = self._desk, job.payload.get("only")
        layer = desk.shelf.get(str(job.payload["layer"]))
        with desk.database.transaction():
            run = desk.runs.begin(self._new_run(layer.name, str(job.payload["window"])))
        if run is not None:
            thinking = Thinking(desk=desk, layer=layer, run=run)
            topic = TopicKey(str(only)) if only else None
            for choice in self._choosing(layer, run).choices(topic):
                yield
                yield from thinking.over(choice)
        with desk.database.transaction():
            if run is not None:
                desk.runs.complete(run.id, desk.clock())
            desk.jobs.complete(job.id)

    def _failed(self, job: Job, error: str) -> None:
        desk, now = self._desk, self._desk.clock()
        retry_at = now + _RETRY_AFTER if job.attempts < _ATTEMPTS else None
        run = desk.runs.find(str(job.payload["layer"]), str(job.payload["window"]))
        with desk.database.transaction():
            if run is not None and run.status is RunStatus.RUNNING:
                desk.runs.fail(run.id, error, now)
            desk.jobs.fail(job.id, error, retry_at)

    def _new_run(self, layer_name: str, name: str) -> LayerRun:
        return LayerRun(
            id=LayerRunId(self._desk.mint()),
            layer_name=layer_name,
            window=name,
            started_at=self._desk.clock(),
            status=RunStatus.RUNNING,
            held_by=self._desk.holder,
        )

    def _choosing(self, layer: Layer, run: LayerRun) -> Choosing:
        since = self._since(layer, run)
        return Choosing(desk=self._desk, layer=layer, run=run, since=since)

    def _since(self, layer: Layer, run: LayerRun) -> datetime:
        """As far back as the layer looks, and over all that it missed."""
        usual = run.started_at - layer.lookback
        last = self._desk.runs.last_completed(layer.name)
        if last is None:
            return usual
        longest = usual - _LONGEST_CATCHING_UP
        return max(longest, min(usual, last.started_at))

    def _credit_own_words(self) -> Generator[None, None, None]:
        """What the person at the terminal said, which comes through no channel."""
        desk, audience = self._desk, Circle(owner_id=LOCAL_USER).audience
        while said := desk.own_words.not_earned(audience, limit=_OWN_AT_ONCE):
            with desk.database.transaction(durable=False):
                for message in said:
                    desk.crediting.own(message)
            yield


def _require_own(layer: Layer, only: TopicKey | None) -> None:
    if only is not None and not thinks_about(layer, only):
        about = ", ".join(layer.topics)
        raise UsageError(f"{layer.name} does not think about {only}, but about {about}")
