"""Two searches become one ranking: a weighted mean of scores made comparable.

Pure. Each search's scores are stretched over 0 to 1 within the query; what one
search did not find counts 0 there. By ranks alone (`fuse_ranks`) chat history
was found *worse* than by keywords alone, hence the scores.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Id = TypeVar("Id", bound=Hashable)

DOCUMENT_WEIGHT = 0.5
"""Of meaning against words, for documents."""

DIALOGUE_WEIGHT = 0.3
"""The same for what was said in conversations."""

_DAMPING = 60  # from the paper on rank fusion; flattens the advantage of rank 1
_TYPICAL_BM25 = 5.0  # a score like this alone counts half


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused(Generic[Id]):
    """One hit, and all there is to say of why it stands where it does."""

    id: Id
    score: float
    keyword_score: float | None = None
    """As the search gave it, higher is better; None when it did not find it."""

    vector_score: float | None = None
    keyword_rank: int | None = None
    """From 1."""

    vector_rank: int | None = None


def fuse_scores(
    keyword: Mapping[Id, float], vector: Mapping[Id, float], *, weight: float
) -> list[Fused[Id]]:
    """Best first; `weight` is the vectors' share. Scores higher are better.

    Equals keep the order of the vector search, then of the keyword search.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"a weight of {weight} is no share")
    by_word = _stretched(keyword, absolute=_bm25_alone)
    by_meaning = _stretched(vector, absolute=_cosine_alone)
    word_rank, meaning_rank = _ranks(keyword), _ranks(vector)
    fused = [
        Fused(
            id=each,
            score=weight * by_meaning.get(each, 0.0)
            + (1 - weight) * by_word.get(each, 0.0),
            keyword_score=keyword.get(each),
            vector_score=vector.get(each),
            keyword_rank=word_rank.get(each),
            vector_rank=meaning_rank.get(each),
        )
        for each in dict.fromkeys([*vector, *keyword])
    ]
    return sorted(fused, key=_best_first)


def fuse_ranks(
    rankings: Iterable[Sequence[Id]], *, damping: int = _DAMPING
) -> list[Id]:
    """Reciprocal rank fusion: best first, by positions alone."""
    score: dict[Id, float] = defaultdict(float)
    for ranking in rankings:
        for position, hit in enumerate(ranking):
            score[hit] += 1 / (damping + position)
    return sorted(score, key=score.__getitem__, reverse=True)


def _stretched(
    scores: Mapping[Id, float], *, absolute: Callable[[float], float]
) -> dict[Id, float]:
    """Worst 0, best 1; when all are equal there is only what a score says alone."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    spread = high - low
    if spread <= 0:
        return {each: absolute(score) for each, score in scores.items()}
    return {each: (score - low) / spread for each, score in scores.items()}


def _bm25_alone(score: float) -> float:
    positive = max(0.0, score)
    return positive / (positive + _TYPICAL_BM25)


def _cosine_alone(score: float) -> float:
    return min(1.0, max(0.0, score))


def _ranks(scores: Mapping[Id, float]) -> dict[Id, int]:
    ordered = sorted(scores, key=lambda each: -scores[each])
    return {each: rank for rank, each in enumerate(ordered, start=1)}


def _best_first(hit: Fused[Id]) -> tuple[float, float, float]:
    last = float("inf")
    return (-hit.score, hit.vector_rank or last, hit.keyword_rank or last)
