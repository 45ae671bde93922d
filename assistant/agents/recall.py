"""The stage that asks the library, before any model does.

It finds passages, picks the sentences that best answer, and decides whether they
do. What it finds is data: it is quoted and fenced, and changes nothing else.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.embeddings.embedder import Embedder
from assistant.entities.audience import Audience
from assistant.entities.citation import Evidence, Quote
from assistant.entities.search import EVERYWHERE, Hit, HitKind, Within
from assistant.errors import ModelError
from assistant.knowledge.evidence import Source, Supporting, best_sentences
from assistant.knowledge.search import Question, Search

PASSAGES = 5
"""Handed on, best first."""

_READ = 3  # of them are searched for sentences
_QUOTES = 3
_SHARE_OF_BEST = 0.6  # a sentence worth less than this of the best one is left out

_log = logging.getLogger(__name__)


class Gate(Protocol):
    """Decides whether what was found answers the question."""

    def __call__(
        self, question: str, hits: Sequence[Hit], sentences: Sequence[Supporting]
    ) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Asks one library."""

    search: Search
    embedder: Embedder | None
    is_answer: Gate

    @property
    def is_worth_asking(self) -> bool:
        """An empty library costs a turn nothing."""
        return self.search.passages.count() > 0

    def ask(
        self, question: str, audience: Audience, *, within: Within = EVERYWHERE
    ) -> Evidence:
        """What the documents that this audience may see have to say."""
        asked = Question(
            text=question, kinds=(HitKind.PASSAGE,), within=within, k=PASSAGES
        )
        found = self.search.find(asked, audience)
        if not found.hits:
            return Evidence(notices=found.notices)
        best = found.hits[:_READ]
        sentences = self._sentences(question, best)
        return Evidence(
            hits=found.hits,
            quotes=_worth_quoting(best, sentences),
            is_enough=self.is_answer(question, best, sentences),
            notices=found.notices,
        )

    def _sentences(self, question: str, hits: Sequence[Hit]) -> list[Supporting]:
        """By words and meaning; by words alone when the embedder fails."""
        sources = [
            Source(
                hit.text,
                prefix=hit.prefix or hit.title,
                score=hit.score,
                by_line=hit.by_line,
            )
            for hit in hits
        ]
        try:
            return best_sentences(
                question, sources, embedder=self.embedder, limit=_QUOTES
            )
        except ModelError as error:
            _log.warning("choosing sentences by words alone", exc_info=error)
            return best_sentences(question, sources, limit=_QUOTES)


def _worth_quoting(
    hits: Sequence[Hit], sentences: Sequence[Supporting]
) -> tuple[Quote, ...]:
    """The best sentence, and others only if they are nearly as good."""
    if not sentences:
        return ()
    floor = sentences[0].score * _SHARE_OF_BEST
    return tuple(
        Quote(
            hit=hits[each.passage],
            text=each.sentence.text.strip(),
            score=each.score,
        )
        for each in sentences
        if each.score >= floor
    )
