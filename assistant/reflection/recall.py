"""Finding insights by their words: one more shelf of the one search.

Only what holds now is found, and the audience's walls are in the statement that reads.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.entities.audience import Audience
from assistant.entities.ids import Clock
from assistant.entities.search import Hit, HitKind, Why
from assistant.knowledge.fusion import Fused, fuse_scores
from assistant.knowledge.query import keyword_query
from assistant.storage.database import Database

if TYPE_CHECKING:
    from assistant.embeddings.embedder import Vector
    from assistant.entities.reflection import Insight

_CANDIDATES = 50
_SURE_SHARE = 0.3
"""How much of a score depends on how sure an insight is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightShelf:
    """The insights of one file, as the search finds them."""

    database: Database
    clock: Clock
    kind: HitKind = HitKind.INSIGHT
    wants_meaning: bool = False
    """They are few, and each names the telling words of its topic."""

    def hits(
        self, text: str, audience: Audience, *, meaning: "Vector | None", k: int
    ) -> list[Hit]:
        """The best, best first; they are not looked for by meaning."""
        del meaning
        from assistant.storage.insights import Insights

        match, now = keyword_query(text).match, self.clock()
        if not match:
            return []
        insights = Insights(self.database)
        by_word = insights.by_words(match, audience, now=now, limit=_CANDIDATES)
        fused = fuse_scores(by_word, {}, weight=0.0)
        known = insights.by_number([each.id for each in fused], audience, now=now)
        hits = [_hit(each, known[each.id]) for each in fused if each.id in known]
        return sorted(hits, key=lambda hit: -hit.score)[:k]


def _hit(fused: Fused[int], insight: "Insight") -> Hit:
    sure = 1 - _SURE_SHARE + _SURE_SHARE * insight.confidence
    return Hit(
        kind=HitKind.INSIGHT,
        id=insight.id,
        title=insight.category.replace("_", " "),
        location=f"{insight.created_at.astimezone():%Y-%m-%d}",
        text=insight.content,
        by_line=True,
        score=min(1.0, fused.score * sure),
        why=Why(keyword_rank=fused.keyword_rank, keyword_score=fused.keyword_score),
    )
