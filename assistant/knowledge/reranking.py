"""The hits of a search in the order a cross-encoder helps to give them.

However it goes, no hit is lost, and no more than the time it is given is spent.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Thread
from typing import Protocol

from assistant.entities.search import Hit
from assistant.errors import AssistantError
from assistant.knowledge.rerank import BUDGET_SECONDS, CrossEncoder, rerank
from assistant.knowledge.rerank import Hit as Candidate

_log = logging.getLogger(__name__)


class LoadedLate(CrossEncoder, Protocol):
    """A cross-encoder that can be opened before it is asked."""

    def load(self) -> None:
        """May take a while, the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reranking:
    """See `Reranker` of the search."""

    encoder: LoadedLate
    budget_seconds: float = BUDGET_SECONDS

    def prepare(self) -> None:
        """Opens the encoder while others search."""
        if self.budget_seconds > 0:
            Thread(target=self._load, name="rerank-opening").start()

    def _load(self) -> None:
        with suppress(AssistantError):  # said when it is asked
            self.encoder.load()

    def reordered(self, question: str, hits: Sequence[Hit]) -> Sequence[Hit]:
        by_id = {hit.id: hit for hit in hits}
        candidates = [
            Candidate(id=hit.id, text=f"{hit.title}\n{hit.text}") for hit in hits
        ]
        better = rerank(
            question, candidates, self.encoder, budget_seconds=self.budget_seconds
        )
        if better.problem:
            _log.warning("reranking ended early: %s", better.problem)
        return [
            _judged(by_id[hit_id], better.scores.get(hit_id)) for hit_id in better.order
        ]


def _judged(hit: Hit, score: float | None) -> Hit:
    if score is None:
        return hit
    return replace(hit, why=replace(hit.why, rerank_score=score))
