"""An answer's references, checked: what is cited is what the passage says.

A sentence that its passages do not bear out is replaced by the best sentence
of those passages, word for word. So nothing shown with a reference can be
invented, whatever the model wrote. It knows texts and numbers, not documents.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TypeAlias

from assistant.knowledge.claims import Support, support_of
from assistant.knowledge.evidence import Source, Supporting, best_sentences
from assistant.knowledge.markers import Marked, read_marks
from assistant.knowledge.quotes import find_quote
from assistant.knowledge.sentences import Sentence, sentences_of

Ranking: TypeAlias = Callable[[str, Sequence[Source]], list[Supporting]]
"""All sentences of some sources, those nearest to a text first."""


def by_words(text: str, sources: Sequence[Source]) -> list[Supporting]:
    """The ranking that costs no embedding."""
    return best_sentences(text, sources, limit=None)


class Outcome(StrEnum):
    """What became of a sentence."""

    VERIFIED = auto()
    """Its passages bear it out."""

    REPLACED = auto()
    """They did not; it is now their best sentence."""

    REMOVED = auto()
    """They did not, and their best sentence is already shown."""

    UNCITED = auto()
    """It refers to nothing that was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A stretch of a passage, as it is stored."""

    number: int
    """Of the source, counting from 1."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSentence:
    """One sentence of an answer after the check."""

    text: str
    """To be shown; empty when it was removed."""

    gap: str
    """What separates it from the sentence before."""

    outcome: Outcome
    citations: tuple[Citation, ...] = ()
    support: Support | None = None
    """Of what was written, when it was cited."""


def check_answer(
    answer: str, sources: Sequence[Source], *, ranking: Ranking = by_words
) -> list[CitedSentence]:
    """Every sentence in order; sources are numbered from 1 as given."""
    marked = read_marks(answer)
    check = _Check(sources, ranking)
    sentences = sentences_of(marked.text)
    cited = _cited_by(sentences, marked)
    checked: list[CitedSentence] = []
    end = 0
    for sentence in sentences:
        gap, end = marked.text[end : sentence.start], sentence.end
        checked.append(check.sentence(sentence.text, gap, cited[sentence.start]))
    return checked


def quote_of(number: int, passage: str, quote: str) -> Citation | None:
    """A quotation that the passage holds; None when it does not."""
    place = find_quote(quote, passage)
    if place is None:
        return None
    stored = passage[place.start : place.end]
    return Citation(number=number, start=place.start, end=place.end, quote=stored)


class _Check:
    """Checks sentences one after the other, and quotes nothing twice."""

    def __init__(self, sources: Sequence[Source], ranking: Ranking) -> None:
        self._sources = sources
        self._ranking = ranking
        self._quoted: set[tuple[int, int]] = set()

    def sentence(self, text: str, gap: str, numbers: Sequence[int]) -> CitedSentence:
        known = [each for each in numbers if 1 <= each <= len(self._sources)]
        if not known:
            return CitedSentence(text=text, gap=gap, outcome=Outcome.UNCITED)
        sources = [self._sources[each - 1] for each in known]
        support = support_of(
            text,
            [source.text for source in sources],
            titles=[source.prefix for source in sources if source.prefix],
        )
        best = self._best(text, known)
        if support.is_enough:
            return CitedSentence(
                text=text,
                gap=gap,
                outcome=Outcome.VERIFIED,
                citations=tuple(best),
                support=support,
            )
        return self._replaced(gap, best, support)

    def _replaced(
        self, gap: str, best: Sequence[Citation], support: Support
    ) -> CitedSentence:
        for citation in best:
            place = (citation.number, citation.start)
            if place in self._quoted:
                continue
            self._quoted.add(place)
            return CitedSentence(
                text=citation.quote,
                gap=gap,
                outcome=Outcome.REPLACED,
                citations=(citation,),
                support=support,
            )
        return CitedSentence(text="", gap=gap, outcome=Outcome.REMOVED, support=support)

    def _best(self, text: str, numbers: Sequence[int]) -> list[Citation]:
        """The nearest sentence of each source, the nearest source first.

        Sources that share no word with the text are left out, if any does.
        """
        ranked = self._ranking(text, [self._sources[each - 1] for each in numbers])
        first: dict[int, Supporting] = {}
        for found in ranked:
            first.setdefault(numbers[found.passage], found)
        telling = [n for n, found in first.items() if found.keyword_score > 0]
        return [_citation(n, first[n].sentence) for n in telling or list(first)[:1]]


def _citation(number: int, sentence: Sentence) -> Citation:
    return Citation(
        number=number, start=sentence.start, end=sentence.end, quote=sentence.text
    )


def _cited_by(sentences: Sequence[Sentence], marked: Marked) -> dict[int, list[int]]:
    """The numbers each sentence refers to, by where it starts."""
    cited: dict[int, list[int]] = {each.start: [] for each in sentences}
    for position, mark in marked.marks:
        owner = _owner(position, sentences, marked.text)
        if owner is not None:
            cited[owner.start].extend(mark.numbers)
    return {start: list(dict.fromkeys(numbers)) for start, numbers in cited.items()}


def _owner(position: int, sentences: Sequence[Sentence], text: str) -> Sentence | None:
    """A mark stands in its sentence, behind it, or before it at a line's beginning."""
    before = [each for each in sentences if each.start < position]
    after = [each for each in sentences if each.start >= position]
    if before and position <= before[-1].end:
        return before[-1]
    begins_line = not text[:position].rpartition("\n")[2].strip()
    is_followed = bool(text[position:].partition("\n")[0].strip())
    if after and (not before or (begins_line and is_followed)):
        return after[0]
    return before[-1] if before else None
