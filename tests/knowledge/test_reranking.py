"""Hits of a search, put into another order by a cross-encoder."""

from assistant.entities.search import Hit, HitKind
from assistant.errors import EmbeddingError
from assistant.knowledge.reranking import Reranking

HITS = [
    Hit(kind=HitKind.PASSAGE, id=text, title="Boats", text=text, score=0.5)
    for text in ("green", "blue", "red")
]


class Liking:
    """Thinks most of texts that end in a word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.is_loaded = False

    def load(self) -> None:
        self.is_loaded = True

    def score(self, question: str, passage: str) -> float:
        return float(passage.endswith(self.word))


class Broken(Liking):
    """Has no weights."""

    def load(self) -> None:
        raise EmbeddingError("no weights")

    def score(self, question: str, passage: str) -> float:
        raise EmbeddingError("no weights")


def test_every_hit_stays_and_says_what_was_thought_of_it() -> None:
    reranking = Reranking(encoder=Liking("red"), budget_seconds=60)

    better = reranking.reordered("which is red", HITS)

    assert {hit.id for hit in better} == {"green", "blue", "red"}
    assert {hit.id: hit.why.rerank_score for hit in better} == {
        "green": 0.0,
        "blue": 0.0,
        "red": 1.0,
    }
    assert [hit.id for hit in better].index("red") < 2


def test_without_time_the_order_stays() -> None:
    reranking = Reranking(encoder=Liking("red"), budget_seconds=0)
    reranking.prepare()

    assert list(reranking.reordered("which is red", HITS)) == HITS
    assert not reranking.encoder.is_loaded


def test_a_broken_encoder_leaves_the_order_as_it_was() -> None:
    reranking = Reranking(encoder=Broken("red"), budget_seconds=60)
    reranking.prepare()

    assert list(reranking.reordered("which is red", HITS)) == HITS
