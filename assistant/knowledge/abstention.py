"""Whether what was found answers a question, or only resembles it.

A logistic of three signals, fitted on the questions in tests/evals. It tells a
strange subject surely, and a fact that its own subject's documents leave out
hardly at all; so what is quoted is always shown. BM25 is no signal here: beside
the share of words found it told nothing more, and it grows with the library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from assistant.embeddings.bundled import BGE_SMALL
from assistant.entities.search import Hit
from assistant.knowledge.evidence import Supporting
from assistant.knowledge.words import content_stems


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What can be said of a find without understanding it."""

    coverage: float
    """Share of the question's telling words that one passage holds."""

    passage_cosine: float
    sentence_cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Weighs the signals; cosines are those of one embedder."""

    intercept: float
    coverage: float
    passage_cosine: float = 0.0
    sentence_cosine: float = 0.0
    least: float
    """Confidence from which a question counts as answered."""

    def confidence(self, signals: Signals) -> float:
        """Between 0 and 1; a probability only where the questions are alike."""
        weighed = (
            self.intercept
            + self.coverage * signals.coverage
            + self.passage_cosine * signals.passage_cosine
            + self.sentence_cosine * signals.sentence_cosine
        )
        return 1 / (1 + exp(-weighed))

    def __call__(
        self, question: str, hits: Sequence[Hit], sentences: Sequence[Supporting]
    ) -> bool:
        """Whether to answer from these."""
        if not hits or not sentences or not content_stems(question):
            return False
        return self.confidence(signals_of(question, hits, sentences)) >= self.least


BGE_SMALL_GATE = Gate(
    intercept=-7.14,
    coverage=2.29,
    passage_cosine=2.99,
    sentence_cosine=5.92,
    least=0.265,
)
"""Keeps nine in ten of the questions that the documents do answer."""

WORDS_GATE = Gate(intercept=-2.7, coverage=4.5, least=0.5)
"""Without an embedder, or with one whose cosines nobody has fitted."""


def gate_for(model: str | None) -> Gate:
    """The gate that was fitted for an embedder."""
    return BGE_SMALL_GATE if model == BGE_SMALL.name else WORDS_GATE


def is_answered(
    question: str, hits: Sequence[Hit], sentences: Sequence[Supporting]
) -> bool:
    """By the bundled embedder's cosines where there are any, else by words."""
    has_meaning = any(each.cosine is not None for each in sentences)
    gate = BGE_SMALL_GATE if has_meaning else WORDS_GATE
    return gate(question, hits, sentences)


def signals_of(
    question: str, hits: Sequence[Hit], sentences: Sequence[Supporting]
) -> Signals:
    """Of the best of each; what was not measured counts nothing."""
    asked = content_stems(question)
    texts = (f"{hit.title}\n{hit.text}" for hit in hits)
    return Signals(
        coverage=max((_share(asked, text) for text in texts), default=0.0),
        passage_cosine=max((hit.why.vector_score or 0.0 for hit in hits), default=0.0),
        sentence_cosine=max((each.cosine or 0.0 for each in sentences), default=0.0),
    )


def _share(asked: set[str], text: str) -> float:
    return len(asked & content_stems(text)) / len(asked) if asked else 0.0
