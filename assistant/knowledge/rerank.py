"""A second look at the best hits: question and passage read together.

Its opinion is blended with the ranking it is given, never put in its place:
alone it was found to rank worse. And it has a time budget; what is not judged
by then stays where it was, so an answer is never delayed past it.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, Protocol, TypeVar

from assistant.errors import AssistantError
from assistant.knowledge.fusion import fuse_ranks

Id = TypeVar("Id", bound=Hashable)

BUDGET_SECONDS = 0.3
TOP = 20
"""How many of the best hits are looked at again."""

_DAMPING = 10  # stronger than among searches: both lists hold the same few hits


class CrossEncoder(Protocol):
    """Judges how well a passage answers a question."""

    def score(self, question: str, passage: str) -> float:
        """Higher is better; comparable within one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reranked(Generic[Id]):
    """The same hits, perhaps in another order."""

    order: tuple[Id, ...]
    scores: dict[Id, float]
    """Of those that were judged in time."""

    problem: str = ""
    """Why the judging ended before its time; empty when it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[Id]):
    """One to be judged by its text."""

    id: Id
    text: str


def rerank(
    question: str,
    hits: Sequence[Hit[Id]],
    encoder: CrossEncoder,
    *,
    budget_seconds: float = BUDGET_SECONDS,
    seconds: Callable[[], float] = time.monotonic,
) -> Reranked[Id]:
    """Best first; hits are given best first."""
    order = [hit.id for hit in hits]
    judging = _Judging(question, [hit.text for hit in hits[:TOP]], encoder)
    judged = judging.within(budget_seconds, seconds)
    scores = dict(zip(order, judged, strict=False))
    return Reranked(
        order=(*_blended(order[: len(judged)], scores), *order[len(judged) :]),
        scores=scores,
        problem=judging.problem,
    )


def _blended(order: Sequence[Id], scores: dict[Id, float]) -> list[Id]:
    by_score = sorted(order, key=lambda each: -scores[each])
    return fuse_ranks([order, by_score], damping=_DAMPING)


class _Judging:
    """Scores texts in a thread that can be left behind at any moment."""

    def __init__(
        self, question: str, texts: Sequence[str], encoder: CrossEncoder
    ) -> None:
        self.problem = ""
        self._question = question
        self._texts = texts
        self._encoder = encoder
        self._scores: SimpleQueue[float | None] = SimpleQueue()
        self._stop = Event()

    def within(
        self, budget_seconds: float, seconds: Callable[[], float]
    ) -> list[float]:
        """Those of the first texts, as many as the time allows."""
        if budget_seconds <= 0 or not self._texts:
            return []
        began = seconds()
        # Not a daemon: the interpreter may not end inside the runtime. It stops
        # by itself after the text it is at.
        Thread(target=self._work, name="rerank").start()
        scores: list[float] = []
        while len(scores) < len(self._texts):
            spent = seconds() - began
            a_pair = spent / len(scores) if scores else 0.0
            if spent + a_pair > budget_seconds:
                break
            score = self._next(budget_seconds - spent)
            if score is None:
                break
            scores.append(score)
        self._stop.set()
        return scores

    def _next(self, timeout: float) -> float | None:
        try:
            return self._scores.get(timeout=timeout)
        except Empty:
            return None

    def _work(self) -> None:
        for text in self._texts:
            if self._stop.is_set():
                return
            try:
                self._scores.put(self._encoder.score(self._question, text))
            except AssistantError as error:
                self.problem = str(error)
                self._scores.put(None)
                return
