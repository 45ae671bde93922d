"""Each question put to the library once, with all that comes of it.

An answerable question is asked a second time with the pieces that answer it
taken away: the hardest kind of question that has no answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.embeddings.embedder import Embedder
from assistant.entities.search import Hit, HitKind, Why
from assistant.knowledge.abstention import Signals, signals_of
from assistant.knowledge.evidence import Source, Supporting, best_sentences
from assistant.knowledge.fusion import DOCUMENT_WEIGHT, Fused, fuse_scores
from tests.evals.library import EvalLibrary, Piece
from tests.evals.questions import Question

_READ = 3  # passages that are searched for sentences

REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, what was found, and what would be quoted."""

    question: Question
    kind: str
    """Of the question, or `removed`."""

    fused: Sequence[Fused[int]]
    right: set[int]
    hits: Sequence[Hit]
    pieces: Sequence[Piece]
    sentences: Sequence[Supporting]

    @property
    def has_answer(self) -> bool:
        return bool(self.right)

    @property
    def signals(self) -> Signals:
        return signals_of(self.question.question, self.hits, self.sentences)

    def source(self, sentence: Supporting) -> Piece:
        return self.pieces[sentence.passage]


def ask_all(
    library: EvalLibrary, questions: Sequence[Question], embedder: Embedder | None
) -> Iterator[Asked]:
    """Without an embedder sentences are ranked by words alone."""
    for question in questions:
        right = library.holding(question) if question.is_answerable else set()
        yield _ask(library, question, embedder, right=right)
        if right:
            yield _ask(library, question, embedder, without=right)


def _ask(
    library: EvalLibrary,
    question: Question,
    embedder: Embedder | None,
    *,
    right: frozenset[int] | set[int] = frozenset(),
    without: frozenset[int] | set[int] = frozenset(),
) -> Asked:
    by_word = library.by_word(question.question)
    by_meaning = library.by_meaning(question.question)
    fused = fuse_scores(
        {each: score for each, score in by_word.items() if each not in without},
        {each: score for each, score in by_meaning.items() if each not in without},
        weight=DOCUMENT_WEIGHT,
    )
    best = fused[:_READ]
    pieces = [library.pieces[each.id] for each in best]
    sources = [
        Source(piece.chunk.text, prefix=piece.chunk.prefix, score=each.score)
        for each, piece in zip(best, pieces, strict=True)
    ]
    return Asked(
        question=question,
        kind=REMOVED if without else question.kind,
        fused=fused,
        right=set(right),
        hits=[_hit(each, piece) for each, piece in zip(best, pieces, strict=True)],
        pieces=pieces,
        sentences=best_sentences(question.question, sources, embedder=embedder),
    )


def _hit(fused: Fused[int], piece: Piece) -> Hit:
    return Hit(
        kind=HitKind.PASSAGE,
        id=str(fused.id),
        title=piece.chunk.prefix,
        text=piece.chunk.text,
        score=fused.score,
        why=Why(keyword_score=fused.keyword_score, vector_score=fused.vector_score),
    )
