"""How good a ranking or a decision is, in one number."""

from collections.abc import Sequence
from math import log2
from statistics import fmean


def discounted_gain(order: Sequence[int], right: set[int], *, k: int = 10) -> float:
    """nDCG@k where everything right is equally right."""
    gained = sum(
        1 / log2(place + 2) for place, each in enumerate(order[:k]) if each in right
    )
    ideal = sum(1 / log2(place + 2) for place in range(min(k, len(right))))
    return gained / ideal if ideal else 0.0


def found(order: Sequence[int], right: set[int], *, k: int = 10) -> float:
    """Recall@k."""
    return len(right & set(order[:k])) / len(right) if right else 0.0


def separation(higher: Sequence[float], lower: Sequence[float]) -> float:
    """AUROC: how often one of the first is above one of the second; ties half."""
    if not higher or not lower:
        return float("nan")
    return fmean(
        (one > other) + 0.5 * (one == other) for one in higher for other in lower
    )
