"""Which topics a layer thinks about: those with most salience, within its budget.

Each is read once for every circle it came up in, and each reading is paid for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from assistant.entities.ids import TopicKey
from assistant.entities.reflection import (
    Circle,
    EntryType,
    Layer,
    LayerRun,
    Topic,
)
from assistant.reflection.desk import ReflectionDesk
from assistant.reflection.gathering import Material
from assistant.reflection.salience import grained
from assistant.storage.observed import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to think about, what there is to read of it, and what that costs."""

    topic: Topic
    circle: Circle
    stretch: Stretch
    material: Material
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What one run thinks about."""

    desk: ReflectionDesk
    layer: Layer
    run: LayerRun
    since: datetime

    def choices(self, only: TopicKey | None = None) -> Iterator[Choice]:
        """One after the other; what one costs is no longer there for the next."""
        for name, share in self.layer.topics.items():
            room = self.layer.budget * share - self._spent_on(name)
            for balance in self.desk.salience.richest(name):
                key = balance.topic.key
                circles = self.desk.topics.circles(key) if only in (None, key) else []
                for circle in circles:
                    choice = self._choice(balance.topic, circle, room)
                    if choice is not None:
                        room -= choice.cost
                        yield choice

    def _choice(self, topic: Topic, circle: Circle, room: float) -> Choice | None:
        """None when it is paid for, too dear, or there is too little to read."""
        desk, layer, price = self.desk, self.layer, self.desk.settings.cost
        left = desk.salience.balance(topic.key)
        limit = min(layer.max_sources, int(room / price))
        if left <= 0 or limit < layer.min_sources or self._is_paid(topic, circle):
            return None
        stretch = Stretch(since=self.since, until=self.run.started_at, limit=limit)
        material = desk.gathering.of(
            topic, circle, stretch, with_memories=layer.reads_memories
        )
        if len(material.said) < layer.min_sources:
            return None
        return Choice(
            topic=topic,
            circle=circle,
            stretch=stretch,
            material=material,
            cost=min(grained(len(material.said) * price), left),
        )

    def _is_paid(self, topic: Topic, circle: Circle) -> bool:
        cause = cause_of(self.layer, self.run, circle)
        return self.desk.ledger.has_spent(topic.key, cause, run_id=self.run.id)

    def _spent_on(self, name: str) -> float:
        """By this run, before it was interrupted."""
        return -sum(
            entry.amount
            for entry in self.desk.salience.of_run(self.run.id)
            if entry.entry_type is EntryType.SPEND and _is_of(entry.topic_key, name)
        )


def cause_of(layer: Layer, run: LayerRun, circle: Circle) -> str:
    """What a topic is billed for: the same layer, time and circle only once."""
    return f"{layer.name}|{run.window}|{circle}"


def thinks_about(layer: Layer, key: TopicKey) -> bool:
    """Whether a topic is the layer's to think about."""
    return any(_is_of(key, name) for name in layer.topics)


def _is_of(key: TopicKey, name: str) -> bool:
    return key == name or key.startswith(f"{name}:")
