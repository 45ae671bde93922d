"""Finding insights: by words and meaning, weighed by how sure they are.

One more shelf of the one search. Only what holds now is found, and the audience's walls
are in the statements that read. What somebody said outranks what was concluded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.entities.audience import Audience
from assistant.entities.ids import Clock
from assistant.entities.search import Hit, HitKind, Why
from assistant.knowledge.fusion import DIALOGUE_WEIGHT, Fused, fuse_scores
from assistant.knowledge.query import keyword_query
from assistant.knowledge.words import content_stems
from assistant.memory.recall import CANDIDATES, near_enough, relevance
from assistant.storage.database import Database

if TYPE_CHECKING:
    from assistant.embeddings.embedder import Vector
    from assistant.entities.reflection import Insight
    from assistant.storage.insights import Insights
    from assistant.storage.vectorindex import VectorIndex

_WEIGHED = 12
"""So many are weighed word by word; each is a paragraph."""

_CONCLUDED = 0.59
"""Of what is as relevant, no memory weighs less, however light and old."""

_SURE_SHARE = 0.3
"""How much of a score depends on how sure an insight is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightShelf:
    """The insights of one file, as the search finds them."""

    database: Database
    index: "Callable[[], VectorIndex]"
    """The vectors of insights by the embedder in use."""

    is_indexed: Callable[[], bool]
    """Whether it has made any; none is loaded in vain."""

    clock: Clock
    kind: HitKind = HitKind.INSIGHT

    @property
    def wants_meaning(self) -> bool:
        """Whether there is anything that only its meaning would find."""
        return self.is_indexed()

    def hits(
        self, text: str, audience: Audience, *, meaning: "Vector | None", k: int
    ) -> list[Hit]:
        """The best, best first."""
        from assistant.storage.insights import Insights

        insights = Insights(self.database)
        match, now = keyword_query(text).match, self.clock()
        by_word = dict[int, float]()
        if match:
            by_word = insights.by_words(match, audience, now=now, limit=CANDIDATES)
        near = self._near(insights, meaning, audience) if meaning is not None else {}
        fused = fuse_scores(by_word, near, weight=DIALOGUE_WEIGHT if near else 0.0)
        fused = fused[: max(k, _WEIGHED)]
        known = insights.by_number([each.id for each in fused], audience, now=now)
        asked = content_stems(text)
        hits = [_hit(asked, each, known[each.id]) for each in fused if each.id in known]
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def _near(
        self, insights: "Insights", meaning: "Vector", audience: Audience
    ) -> dict[int, float]:
        if not self.is_indexed():
            return {}
        among = insights.visible(audience, now=self.clock())
        return near_enough(self.index(), meaning, among=among)


def _hit(asked: set[str], fused: Fused[int], insight: "Insight") -> Hit:
    sure = 1 - _SURE_SHARE + _SURE_SHARE * insight.confidence
    told = relevance(asked, content_stems(insight.content), fused.vector_score)
    return Hit(
        kind=HitKind.INSIGHT,
        id=insight.id,
        title=insight.category.replace("_", " "),
        location=f"{insight.created_at.astimezone():%Y-%m-%d}",
        text=insight.content,
        by_line=True,
        score=_CONCLUDED * sure * told,
        why=Why(
            keyword_rank=fused.keyword_rank,
            vector_rank=fused.vector_rank,
            keyword_score=fused.keyword_score,
            vector_score=fused.vector_score,
        ),
    )
