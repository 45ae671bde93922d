"""Fits the gate that tells an answer from what resembles one: `just evals fit`.

A ridge-penalised logistic. Each kind of question without an answer weighs as
told, whatever their numbers. Confidences are of questions that had no part in
their own fit (leave-one-out, with and without its answer together).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assistant.knowledge.abstention import Gate
from tests.evals.asked import REMOVED, Asked

_WEIGHTS = {"absent": 1.0, "missing": 0.3, REMOVED: 1.0}
_RIDGE = 1.0
_STEPS = 50
_KEPT = 0.9  # of the answerable


class Fit(NamedTuple):
    """A gate in the units of its signals, and what it says of unseen questions."""

    gate: Gate
    unseen: list[float]
    """Log-odds, one for each that was asked."""


def fit(asked: Sequence[Asked]) -> Fit:
    signals = np.array(
        [
            (one.coverage, one.passage_cosine, one.sentence_cosine)
            for one in (each.signals for each in asked)
        ]
    )
    middle, spread = signals.mean(axis=0), signals.std(axis=0)
    scaled = (signals - middle) / spread
    answers = np.array([float(each.has_answer) for each in asked])
    weights = _weights(asked)
    unseen = np.empty(len(asked))
    ids = np.array([each.question.id for each in asked])
    for one in np.unique(ids):
        out = ids == one
        learnt = _logistic(scaled[~out], answers[~out], weights[~out])
        unseen[out] = learnt[0] + scaled[out] @ learnt[1:]
    whole = _logistic(scaled, answers, weights)
    slopes = whole[1:] / spread
    intercept = whole[0] - slopes @ middle
    kept = (intercept + signals @ slopes)[answers == 1]
    gate = Gate(
        intercept=float(intercept),
        coverage=float(slopes[0]),
        passage_cosine=float(slopes[1]),
        sentence_cosine=float(slopes[2]),
        least=float(1 / (1 + np.exp(-np.quantile(kept, 1 - _KEPT)))),
    )
    return Fit(gate, unseen.tolist())


def _weights(asked: Sequence[Asked]) -> np.ndarray:
    """Half for those with an answer, half for those without."""
    kinds = np.array([each.kind if not each.has_answer else "" for each in asked])
    weights = np.empty(len(asked))
    weights[kinds == ""] = 0.5 / np.sum(kinds == "")
    for kind, weight in _WEIGHTS.items():
        share = 0.5 * weight / sum(_WEIGHTS.values())
        weights[kinds == kind] = share / np.sum(kinds == kind)
    return weights * len(asked)


def _logistic(rows: np.ndarray, answers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Newton's method; the intercept is not penalised."""
    design = np.column_stack([np.ones(len(rows)), rows])
    penalty = _RIDGE * np.diag([0.0, *[1.0] * rows.shape[1]])
    slopes = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        odds = 1 / (1 + np.exp(-design @ slopes))
        gradient = design.T @ (weights * (answers - odds)) - penalty @ slopes
        curvature = (design.T * (weights * odds * (1 - odds))) @ design + penalty
        slopes += np.linalg.solve(curvature, gradient)
    return slopes
