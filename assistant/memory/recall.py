"""Finding memories: by words and meaning, weighed by what matters and what is fresh.

One more shelf of the one search. Only what is current and may be seen is found; with
what took another's place comes what that was, and until when.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from assistant.entities.audience import Audience
from assistant.entities.ids import Clock
from assistant.entities.memory import Memory
from assistant.entities.search import Hit, HitKind, Why
from assistant.knowledge.fusion import DIALOGUE_WEIGHT, Fused, fuse_scores
from assistant.knowledge.query import keyword_query
from assistant.knowledge.words import content_stems
from assistant.memory.weighing import ranked
from assistant.storage.memories import Memories

if TYPE_CHECKING:
    from assistant.embeddings.embedder import Vector
    from assistant.storage.vectorindex import VectorIndex

CANDIDATES = 100
_OF_WORDS, _OF_MEANING = 0.8, 0.2
_OF_MEANING_ALONE = 0.6
_LEAST_NEAR = 0.62
"""Of meaning alone; below it, near is nothing."""

_FAR = 0.5
"""As near as any two sentences are to the bundled embedder."""

_LINKS = 3
_LEAST_OF_A_LINK = 0.25
_NAMING = 12
"""Memories that are looked at for one link."""

_SHARE_OF_FURTHER = 0.8
"""At two removes; together the two speak of the question."""

_NAME = re.compile(r"\b[A-Z][\w'-]+")

Ranked: TypeAlias = tuple[float, Fused[int], Memory]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryShelf:
    """The memories of one file, as the search finds them."""

    memories: Memories
    index: "Callable[[], VectorIndex]"
    """The vectors of memories by the embedder in use."""

    is_indexed: Callable[[], bool]
    """Whether it has made any; none is loaded in vain."""

    clock: Clock
    kind: HitKind = HitKind.MEMORY

    @property
    def wants_meaning(self) -> bool:
        """Whether there is anything that only its meaning would find."""
        return self.memories.is_any() and self.is_indexed()

    def hits(
        self, text: str, audience: Audience, *, meaning: "Vector | None", k: int
    ) -> list[Hit]:
        """The best, best first."""
        found = self.ranked(text, audience, meaning=meaning)
        return [self._hit(fused, score, memory) for score, fused, memory in found[:k]]

    def ranked(
        self, text: str, audience: Audience, *, meaning: "Vector | None"
    ) -> list[tuple[float, Fused[int], Memory]]:
        """Each with its score: relevance first of all."""
        match, by_word = keyword_query(text).match, dict[int, float]()
        if match:
            by_word = self.memories.by_words(match, audience, limit=CANDIDATES)
        near = self._near(meaning, audience) if meaning is not None else {}
        fused = fuse_scores(by_word, near, weight=DIALOGUE_WEIGHT if near else 0.0)
        known = self.memories.by_number([each.id for each in fused], audience)
        now = self.clock()
        asked = content_stems(text)
        found = [
            (ranked(_relevance(asked, each, memory), memory, now=now), each, memory)
            for each in fused
            if (memory := known.get(each.id)) is not None
        ]
        best = {each[1].id: each for each in sorted(found, key=_score)}
        for further in self._further(asked, found, audience):
            known_as = best.get(further[1].id)
            if known_as is None or _score(known_as) < _score(further):
                best[further[1].id] = further
        return sorted(best.values(), key=_score, reverse=True)

    def _further(
        self, asked: set[str], found: Sequence[Ranked], audience: Audience
    ) -> Iterator[Ranked]:
        """What is known of those whom the best hits name: `My sister is Marta` leads
        from a question about a sister to what was told of Marta.
        """
        for score, _, link in sorted(found, key=_score, reverse=True)[:_LINKS]:
            held = _held(link)
            named = names_in(link.text) - asked
            if score < _LEAST_OF_A_LINK or not named:
                continue
            for hit, memory in self._naming(named, audience):
                of_it = _held(memory)
                if named & of_it:
                    told = relevance(asked, held | of_it, None)
                    weight = _SHARE_OF_FURTHER * ranked(told, memory, now=self.clock())
                    yield min(weight, score), hit, memory

    def _naming(
        self, named: set[str], audience: Audience
    ) -> list[tuple[Fused[int], Memory]]:
        match = keyword_query(" ".join(sorted(named))).match
        if not match:
            return []
        by_word = self.memories.by_words(match, audience, limit=_NAMING)
        known = self.memories.by_number(list(by_word), audience)
        fused = fuse_scores(by_word, {}, weight=0.0)
        return [(hit, known[hit.id]) for hit in fused if hit.id in known]

    def _near(self, meaning: "Vector", audience: Audience) -> dict[int, float]:
        return near_enough(self.index(), meaning, among=self.memories.visible(audience))

    def _hit(self, fused: Fused[int], score: float, memory: Memory) -> Hit:
        return Hit(
            kind=self.kind,
            id=memory.id,
            conversation_id=memory.conversation_id,
            title=memory.kind.value,
            location=f"since {memory.valid_from.astimezone():%Y-%m-%d}",
            text=memory.text,
            score=min(1.0, score),
            why=Why(
                keyword_rank=fused.keyword_rank,
                vector_rank=fused.vector_rank,
                keyword_score=fused.keyword_score,
                vector_score=fused.vector_score,
            ),
        )


def _score(found: Ranked) -> float:
    return found[0]


def near_enough(
    index: "VectorIndex", meaning: "Vector", *, among: Sequence[int]
) -> dict[int, float]:
    """The nearest of these, without those that are near to everything."""
    near = index.nearest(meaning, k=CANDIDATES, among=among)
    return {each.id: each.similarity for each in near if each.similarity >= _LEAST_NEAR}


def relevance(asked: set[str], held: set[str], similarity: float | None) -> float:
    """How much of the question it speaks of, in words or in meaning.

    What is known of a person is short and little: how rare a word is there says
    nothing.
    """
    words = len(asked & held) / len(asked) if asked else 0.0
    near = max(0.0, ((similarity or 0.0) - _FAR) / (1 - _FAR))
    return max(_OF_WORDS * words + _OF_MEANING * near, _OF_MEANING_ALONE * near)


def _relevance(asked: set[str], hit: Fused[int], memory: Memory) -> float:
    return relevance(asked, _held(memory), hit.vector_score)


def _held(memory: Memory) -> set[str]:
    return content_stems(f"{memory.subject} {memory.attribute} {memory.text}")


def names_in(text: str) -> set[str]:
    """The stems of what looks like names: of people, places, dates."""
    return content_stems(" ".join(_NAME.findall(text)))
