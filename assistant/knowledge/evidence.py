"""The sentences of a few passages that best answer a question.

A sentence is read below the title and heading it stands under, since it seldom
names its subject itself. Words and meaning count half each, as among documents;
without an embedder words alone decide.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from assistant.embeddings.embedder import Embedder
from assistant.knowledge.fusion import DOCUMENT_WEIGHT, fuse_scores
from assistant.knowledge.sentences import Sentence, lines_of, sentences_of
from assistant.knowledge.words import content_stems, stem, words_of

_SATURATION, _LENGTH = 1.2, 0.75  # BM25's usual constants
_FEWEST_WORDS = 3
_PASSAGE_WEIGHT = 0.2  # how much a passage's own score helps its sentences


class Source(NamedTuple):
    """A passage as evidence."""

    text: str
    prefix: str = ""
    """Title and headings; evidence too, though never quoted."""

    score: float = 0.0
    """Of the search that found it, between 0 and 1."""

    by_line: bool = False
    """Its lines stand by themselves, as in tables and code."""

    def below_prefix(self, text: str) -> str:
        """A part of the passage with what it stands under."""
        return f"{self.prefix}\n{text}" if self.prefix else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporting:
    """A sentence, the passage it stands in, and why it was chosen."""

    passage: int
    """Its place among the sources given, from 0."""

    sentence: Sentence
    score: float
    keyword_score: float
    cosine: float | None


def best_sentences(
    question: str,
    sources: Sequence[Source],
    *,
    embedder: Embedder | None = None,
    limit: int | None = 3,
) -> list[Supporting]:
    """Best first. Headings and scraps are no answers, unless there is nothing else."""
    candidates = [
        (place, sentence)
        for place, source in enumerate(sources)
        for sentence in _candidates(source)
    ]
    texts = [sources[place].below_prefix(each.text) for place, each in candidates]
    by_word = dict(enumerate(keyword_scores(question, texts)))
    by_meaning = dict(enumerate(_cosines(question, texts, embedder)))
    weight = DOCUMENT_WEIGHT if by_meaning else 0.0
    found = [
        Supporting(
            passage=candidates[hit.id][0],
            sentence=candidates[hit.id][1],
            score=hit.score + _PASSAGE_WEIGHT * sources[candidates[hit.id][0]].score,
            keyword_score=by_word[hit.id],
            cosine=hit.vector_score,
        )
        for hit in fuse_scores(by_word, by_meaning, weight=weight)
    ]
    return sorted(found, key=lambda each: -each.score)[:limit]


def keyword_scores(question: str, texts: Sequence[str]) -> list[float]:
    """BM25 of each text, the texts together being all there is."""
    asked = content_stems(question)
    stems = [[stem(word.folded) for word in words_of(text)] for text in texts]
    if not asked or not texts:
        return [0.0] * len(texts)
    holding = Counter(each for text in stems for each in asked.intersection(text))
    mean = sum(map(len, stems)) / len(stems) or 1.0
    weight = {
        each: log(1 + (len(texts) - holding[each] + 0.5) / (holding[each] + 0.5))
        for each in asked
    }
    return [_bm25(text, weight, mean) for text in stems]


def _bm25(text: Sequence[str], weight: dict[str, float], mean: float) -> float:
    counts = Counter(text)
    penalty = _SATURATION * (1 - _LENGTH + _LENGTH * len(text) / mean)
    return sum(
        weight[each] * counts[each] * (_SATURATION + 1) / (counts[each] + penalty)
        for each in weight
        if counts[each]
    )


def _candidates(source: Source) -> list[Sentence]:
    found = lines_of(source.text) if source.by_line else sentences_of(source.text)
    whole = [
        each
        for each in found
        if _says_something(each.text) and (source.by_line or not _is_heading(each.text))
    ]
    return whole or found


def _says_something(text: str) -> bool:
    return len(words_of(text)) >= _FEWEST_WORDS


def _is_heading(text: str) -> bool:
    """In code the same sign begins a remark."""
    return text.startswith("#")


def _cosines(
    question: str, texts: Sequence[str], embedder: Embedder | None
) -> list[float]:
    if embedder is None or not texts:
        return []
    vectors = embedder.embed_passages(texts)
    cosines: list[float] = (vectors @ embedder.embed_query(question)).tolist()
    return cosines
