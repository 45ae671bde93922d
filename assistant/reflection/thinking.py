"""Thinks one topic over: what it comes to is written down, paid for, and tied to its
sources in one transaction, or not at all.

What was forgotten meanwhile is in none of it.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

from assistant.entities.ids import InsightId
from assistant.entities.reflection import Insight, Layer, LayerRun, Reach, joined
from assistant.reflection.choosing import Choice, cause_of
from assistant.reflection.desk import ReflectionDesk
from assistant.reflection.gathering import Material
from assistant.reflection.prose import Written, write
from assistant.reflection.telling import Told, tell
from assistant.storage.dependencies import Source

WEAKEST, STRONGEST = 0.5, 2.0
"""How far strength may depart from what was spent, by confidence."""

_SUPPORT = 5  # sources that make it half sure
_SPREAD = 2  # days that do


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What a topic comes to, before it is kept."""

    told: Told
    written: Written | None = None

    @property
    def text(self) -> str:
        """A model's words first; what was counted and quoted always stays beside."""
        prose = self.written.text if self.written else ""
        return "\n".join(part for part in (prose, self.told.text) if part)

    @property
    def tokens(self) -> int:
        """What a model read and wrote for it."""
        return self.written.tokens if self.written else 0

    @property
    def model(self) -> str | None:
        """Whose words are in it."""
        return self.written.model if self.written and self.written.text else None


def confidence(material: Material) -> float:
    """From how much there is, and over how many days."""
    count = len(material.said)
    days = len({each.at.date() for each in material.said})
    support, spread = count / (count + _SUPPORT), days / (days + _SPREAD)
    return round(support * (0.5 + 0.5 * spread), 3)


def strength(spent: float, sure: float) -> float:
    """What was spent, by how sure it is: half of it to twice as much."""
    return round(spent * (WEAKEST + (STRONGEST - WEAKEST) * sure), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinking:
    """One run's thinking."""

    desk: ReflectionDesk
    layer: Layer
    run: LayerRun

    def over(self, choice: Choice) -> Generator[None, None, Insight | None]:
        """Yields while a model writes; None when there is nothing new to say."""
        former = self._former(choice)
        if former and self._rests_on_the_same(former[0], choice.material):
            return None
        thought = yield from self._thought(choice, former)
        if not thought.text:
            return None
        with self.desk.database.transaction(durable=False):
            now = self.desk.gathering.said_of(
                choice.topic,
                choice.circle,
                choice.stretch,
                with_memories=self.layer.reads_memories,
            )
            if now != choice.material.said:
                return None  # something was forgotten or edited; the next run sees it
            return self._kept(choice, thought)

    def _former(self, choice: Choice) -> list[Insight]:
        """What was said of the same to the same people, the newest first."""
        reach = _reach(choice)
        said = self.desk.insights.history(
            choice.circle.audience,
            now=self.desk.clock(),
            topic_key=choice.topic.key,
            category=self.layer.category,
        )
        return [
            each
            for each in said
            if not each.is_superseded
            and each.reach.owners == reach.owners
            and each.reach.server_id == reach.server_id
        ]

    def _rests_on_the_same(self, insight: Insight, material: Material) -> bool:
        sources = self.desk.dependencies.sources(Source("insight", insight.id))
        return not insight.is_stale and set(sources) == _sources(material)

    def _thought(
        self, choice: Choice, former: list[Insight]
    ) -> Generator[None, None, Thought]:
        before = former[0].metadata.get("terms", ()) if former else ()
        terms = before if isinstance(before, list) else []
        told = tell(choice.material, self.layer.sections, before=terms)
        engine = self.desk.writer()
        if engine is None:
            return Thought(told=told)
        written = yield from write(choice.material, self.layer.prompt, engine)
        return Thought(told=told, written=written)

    def _kept(self, choice: Choice, thought: Thought) -> Insight | None:
        desk, cause = self.desk, cause_of(self.layer, self.run, choice.circle)
        booked = desk.ledger.spend(
            choice.topic.key, choice.cost, run_id=self.run.id, cause=cause
        )
        if booked is None:
            return None
        former = self._former(choice)
        insight = self._insight(choice, thought, booked.spent)
        if former:
            insight = replace(insight, supersedes=former[0].id)
        for each in former:
            desk.insights.supersede(each.id)
        desk.insights.add(insight)
        desk.dependencies.add(
            Source("insight", insight.id), sorted(_sources(choice.material))
        )
        desk.runs.reached(self.run.id, choice.topic.key, tokens=thought.tokens)
        return insight

    def _insight(self, choice: Choice, thought: Thought, spent: float) -> Insight:
        now, sure = self.desk.clock(), confidence(choice.material)
        lasts = self.layer.expires_after
        return Insight(
            id=InsightId(self.desk.mint()),
            topic_key=choice.topic.key,
            category=self.layer.category,
            content=thought.text,
            reach=_reach(choice),
            layer_run_id=self.run.id,
            confidence=sure,
            strength=strength(spent, sure),
            metadata={
                "cost": spent,
                "terms": list(thought.told.terms),
                "sources": len(choice.material.said),
                "model": thought.model,
            },
            created_at=now,
            expires_at=now + lasts if lasts else None,
        )


def _reach(choice: Choice) -> Reach:
    return joined(each.reach for each in choice.material.said)


def _sources(material: Material) -> set[Source]:
    return {each.source for each in material.said}
