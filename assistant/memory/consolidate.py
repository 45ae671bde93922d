"""Consolidation: echoes become one, what proved itself stays longer, the rest may fade.

Each run is one transaction with its result and each memory as it was, so that it is
done once and can be taken back. A run that would let go of too much does nothing but
say so. When to run is for others to say.
"""

from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from assistant.entities.audience import Audience
from assistant.entities.consolidation import ConsolidationResult, ConsolidationStatus
from assistant.entities.ids import LOCAL_USER, JobId, MemoryId, UserId
from assistant.entities.job import Job
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    MemoryTerm,
)
from assistant.errors import UsageError
from assistant.knowledge.words import words_of
from assistant.memory.decay import strength
from assistant.memory.desk import MemoryDesk
from assistant.memory.sameness import contradicts
from assistant.storage.consolidations import Consolidations
from assistant.storage.dependencies import Source

JOB = "memory.consolidate"
EVERY = timedelta(days=1)
REVERSIBLE = timedelta(days=30)

_MOST_LOST = 0.25
_FEWEST_COUNTED = 4
"""Of fewer memories than this, one is always more than a quarter."""

_FADED = 0.05
_PROVEN_USES = 3
_PROVEN_IMPORTANCE = 0.5
_MOST = 10_000
_LINES_OF_A_SUBJECT = 3


@dataclass(slots=True)
class _Plan:
    """What a run would change: each memory as it is, and as it would be."""

    current: Sequence[Memory]
    merged: list[tuple[Memory, Memory]] = field(default_factory=list)
    """An echo, and what takes it over."""

    promoted: list[Memory] = field(default_factory=list)
    faded: list[Memory] = field(default_factory=list)

    @property
    def loses_too_much(self) -> bool:
        few = len(self.current) < _FEWEST_COUNTED
        return not few and len(self.faded) > _MOST_LOST * len(self.current)

    @property
    def changed(self) -> list[Memory]:
        """Each memory it touches, once."""
        echoes = [memory for pair in self.merged for memory in pair]
        touched = [*echoes, *self.promoted, *self.faded]
        return list({memory.id: memory for memory in touched}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What a run would change, as long as nobody else writes."""

    owner_id: UserId
    plan: _Plan
    seen_at: int
    """The file's own number of what others have written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidation:
    """Looks through somebody's memories. Any thread may use it."""

    desk: MemoryDesk
    consolidations: Consolidations

    def work(self) -> Generator[int, None, None]:
        """Each person's memories once a day, one a part; how many each part changed."""
        self.desk.jobs.release_dead(self.desk.is_alive)
        self._queue()
        while job := self.desk.jobs.claim(
            [JOB], by=self.desk.writer, now=self.desk.clock()
        ):
            looked = self._look(UserId(job.key))
            with self.desk.database.transaction():
                changed = self._run_if_waiting(looked)
                self.desk.jobs.remove(job.id)
            yield changed

    def _run_if_waiting(self, looked: "_Looked") -> int:
        """Another process may have done it between the queueing and the claim."""
        since = self.desk.clock() - EVERY
        if looked.owner_id not in self.consolidations.owners_waiting(since):
            return 0
        result = self._run(looked)
        return result.consolidated_count + result.discarded_count

    def _queue(self) -> None:
        now = self.desk.clock()
        with self.desk.database.transaction(durable=False):
            self.consolidations.prune(now - REVERSIBLE)
            for owner_id in self.consolidations.owners_waiting(now - EVERY):
                self.desk.jobs.enqueue(
                    Job(
                        id=JobId(self.desk.mint()),
                        kind=JOB,
                        key=owner_id,
                        created_at=now,
                        run_after=now,
                    )
                )

    def preview(self, owner_id: UserId = LOCAL_USER) -> ConsolidationResult:
        """What a run would do, without doing it."""
        plan = self._plan(owner_id)
        return self._result(plan, owner_id)

    def run(self, owner_id: UserId = LOCAL_USER) -> ConsolidationResult:
        """One run over what is current; refused when it would lose too much."""
        return self._run(self._look(owner_id))

    def _look(self, owner_id: UserId) -> "_Looked":
        """Where much is remembered it takes a while; the file is not held for it."""
        seen_at = self.desk.database.data_version
        return _Looked(owner_id=owner_id, plan=self._plan(owner_id), seen_at=seen_at)

    def _run(self, looked: "_Looked") -> ConsolidationResult:
        with self.desk.database.transaction():
            plan, owner_id = looked.plan, looked.owner_id
            if self.desk.database.data_version != looked.seen_at:
                plan = self._plan(owner_id)  # somebody wrote meanwhile
            result = self._result(plan, owner_id)
            is_done = result.status is ConsolidationStatus.COMPLETED
            if is_done:
                self._carry_out(plan, at=result.at)
            self.consolidations.add(result, was=plan.changed if is_done else [])
            self._note("consolidate", result)
        return result

    def reverse(self, beginning: str, owner_id: UserId = LOCAL_USER) -> int:
        """Take a run back; how many memories are as they were.

        What was changed again since stays as it is. Raises UsageError after 30 days,
        and for a run that changed nothing.
        """
        with self.desk.database.transaction():
            result = self.consolidations.get(beginning, owner_id)
            if result.status is not ConsolidationStatus.COMPLETED:
                raise UsageError(f"That run was {result.status}; nothing to take back")
            if self.desk.clock() - result.at > REVERSIBLE:
                raise UsageError("That run is older than 30 days")
            restored = self._restore(result, Audience(user_id=owner_id))
            self.consolidations.reverse(result)
            self._note("reverse", result)
        return restored

    def recent(
        self, owner_id: UserId = LOCAL_USER, *, limit: int = 20
    ) -> list[ConsolidationResult]:
        """The newest first."""
        return self.consolidations.recent(owner_id, limit=limit)

    def insights(self, result: ConsolidationResult) -> list[str]:
        """What was known of each subject after a run, in words that still are."""
        audience = Audience(user_id=result.owner_id)
        lines = []
        for ids in result.new_insights:
            found = (
                self.desk.memories.find(MemoryId(each), audience)
                for each in ids.split()
            )
            known = [memory for memory in found if memory is not None]
            if known:
                texts = "; ".join(memory.text for memory in known)
                lines.append(f"{known[0].subject}: {texts}")
        return lines

    def _plan(self, owner_id: UserId) -> _Plan:
        now = self.desk.clock()
        current = self.desk.memories.browse(
            MemoryFilter(), Audience(user_id=owner_id), limit=_MOST
        )
        plan = _Plan(current=current)
        plan.merged = list(_echoes(current))
        echoes = {echo.id for echo, _ in plan.merged}
        for memory in current:
            if memory.id in echoes:
                continue
            if _is_proven(memory):
                plan.promoted.append(memory)
            elif _is_faded(memory, now=now):
                plan.faded.append(memory)
        return plan

    def _result(self, plan: _Plan, owner_id: UserId) -> ConsolidationResult:
        lost, before = len(plan.faded), len(plan.current)
        is_refused = plan.loses_too_much
        merged = 0 if is_refused else len(plan.merged)
        return ConsolidationResult(
            id=self.desk.mint(),
            owner_id=owner_id,
            status=ConsolidationStatus.REFUSED
            if is_refused
            else ConsolidationStatus.COMPLETED,
            consolidated_count=0 if is_refused else merged + len(plan.promoted),
            retained_count=before if is_refused else before - merged - lost,
            discarded_count=0 if is_refused else lost,
            at=self.desk.clock(),
            new_insights=() if is_refused else _subjects(plan),
            detail=f"{lost} of {before} memories would have faded at once"
            if is_refused
            else "",
        )

    def _carry_out(self, plan: _Plan, *, at: datetime) -> None:
        for echo, kept in plan.merged:
            self._change(echo, at=at, state=MemoryState.MERGED)
            sources = self.desk.dependencies.sources(Source("memory", echo.id))
            self.desk.dependencies.add(
                Source("memory", kept.id), of=[*sources, Source("memory", echo.id)]
            )
        for memory in plan.promoted:
            self._change(memory, at=at, term=MemoryTerm.LONG_TERM, expires_at=None)
        for memory in plan.faded:
            self._change(memory, at=at, state=MemoryState.EXPIRED)
            self.desk.dependencies.mark_stale([Source("memory", memory.id)])

    def _change(self, memory: Memory, *, at: datetime, **changes: Any) -> None:
        """As of the run, so that a later change can be told from it."""
        now = max(at, memory.updated_at)
        self.desk.memories.replace(replace(memory, updated_at=now, **changes))

    def _restore(self, result: ConsolidationResult, audience: Audience) -> int:
        restored = 0
        for was in self.consolidations.before(result):
            now = self.desk.memories.find(was.id, audience)
            if now is None or now.updated_at > max(result.at, was.updated_at):
                continue
            if was.has_one_value and self.desk.memories.beside(was):
                continue  # another value took its place meanwhile
            self.desk.memories.replace(was)
            restored += now != was
        return restored

    def _note(self, action: str, result: ConsolidationResult) -> None:
        self.desk.trail.record(
            action,
            actor=result.owner_id,
            resource=("consolidation", result.id),
            after={
                "status": result.status,
                "consolidated": result.consolidated_count,
                "discarded": result.discarded_count,
            },
        )


def _echoes(current: Sequence[Memory]) -> Iterable[tuple[Memory, Memory]]:
    """Each that says what another says, of those of which there may be many."""
    alike: dict[tuple[object, ...], list[Memory]] = defaultdict(list)
    for memory in current:
        if not memory.has_one_value:
            alike[memory.kind, memory.subject, _said(memory)].append(memory)
    for group in alike.values():
        kept, *others = sorted(group, key=_oldest_and_weightiest_first)
        for other in others:
            if not contradicts(kept.text, other.text):
                yield other, kept


def _said(memory: Memory) -> tuple[str, ...]:
    """Its words that say something, in their order, which may be all that differs."""
    words = words_of(memory.text)
    return tuple(word.folded for word in words if not word.is_stop_word)


def _oldest_and_weightiest_first(memory: Memory) -> tuple[float, datetime, str]:
    return -memory.importance, memory.created_at, memory.id


def _is_proven(memory: Memory) -> bool:
    """Used again and again; a plan stays a plan, however often it is looked at."""
    return (
        memory.term is not MemoryTerm.LONG_TERM
        and memory.kind is not MemoryKind.PLAN
        and memory.access_count >= _PROVEN_USES
        and memory.importance >= _PROVEN_IMPORTANCE
    )


def _is_faded(memory: Memory, *, now: datetime) -> bool:
    """Never used, and nobody asked for it outright."""
    return (
        memory.access_count == 0
        and memory.origin in (MemoryOrigin.RULE, MemoryOrigin.MODEL)
        and strength(memory, now=now) < _FADED
    )


def _subjects(plan: _Plan) -> tuple[str, ...]:
    """The weightiest memories of each subject of which much is known, by their ids.

    Their words are not copied: what is forgotten is forgotten here too.
    """
    gone = {echo.id for echo, _ in plan.merged} | {each.id for each in plan.faded}
    known: dict[str, list[Memory]] = defaultdict(list)
    for memory in plan.current:
        if memory.id not in gone:
            known[memory.subject].append(memory)
    best = [
        sorted(memories, key=_oldest_and_weightiest_first)[:_LINES_OF_A_SUBJECT]
        for _, memories in sorted(known.items())
        if len(memories) >= _LINES_OF_A_SUBJECT
    ]
    return tuple(" ".join(each.id for each in memories) for memories in best)
