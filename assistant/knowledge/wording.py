"""Passages by the words of a question, and by what its unknown words may have meant.

A word that no passage holds is a slip of the fingers, a part of an identifier, or
simply not there. What is found by guessing always counts less than what was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from assistant.entities.audience import Audience
from assistant.entities.search import EVERYWHERE, Within
from assistant.knowledge.letters import least_alike, likeness, runs_of, slips_of
from assistant.knowledge.query import any_of, keyword_query
from assistant.storage.passages import Passages

CANDIDATES = 100
"""Taken from each index before fusing."""

_MEANT = 3  # of the words that may have been meant, the commonest
_GUESSED_SHARE = 0.5  # of the best score by words, for the best by a guess
_SURE = 30.0  # as scores by words go; for a single word that nothing has as typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Searches one library by words, for one audience."""

    passages: Passages
    audience: Audience
    within: Within = EVERYWHERE

    def find(self, question: str) -> Mapping[int, float]:
        """Scores by number; a higher one is better."""
        query = keyword_query(question, _Frequencies(self.passages))
        found = self._by_words(query.terms)
        sure = _SURE / max(1, len(query.unknown))
        worth = _GUESSED_SHARE * max(found.values(), default=sure)
        for term in query.unknown:
            for number, share in self._guessed(term).items():
                found[number] = found.get(number, 0.0) + worth * share
        return found

    def _by_words(self, terms: tuple[str, ...]) -> dict[int, float]:
        if not terms:
            return {}
        return self.passages.by_words(
            any_of(terms), self.audience, within=self.within, limit=CANDIDATES
        )

    def _guessed(self, term: str) -> Mapping[int, float]:
        """How well each passage fits what may have been meant, between 0 and 1."""
        meant = self.passages.known(slips_of(term))[:_MEANT]
        by_slip = self._by_words(tuple(meant))
        best = max(by_slip.values(), default=0.0)
        if best > 0:
            return {number: score / best for number, score in by_slip.items()}
        return self._by_letters(term)

    def _by_letters(self, term: str) -> Mapping[int, float]:
        """The index knows which runs a passage holds; they must be in one word."""
        runs, least = runs_of(term), least_alike(term)
        if not runs:
            return {}
        numbers = self.passages.by_runs(
            runs,
            self.audience,
            fewest=ceil(least * len(runs)),
            within=self.within,
            limit=CANDIDATES,
        )
        shares = {
            each.number: likeness(term, each.passage.text)
            for each in self.passages.by_number(numbers, self.audience)
        }
        return {number: share for number, share in shares.items() if share >= least}


class _Frequencies:
    """How often a term stands in the passages, for leaving out the commonest."""

    def __init__(self, passages: Passages) -> None:
        self._passages = passages

    @property
    def rows(self) -> int:
        return self._passages.count()

    def of(self, term: str) -> int:
        return self._passages.frequency(term)
