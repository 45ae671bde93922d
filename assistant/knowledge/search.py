"""One search over documents and past messages, by words and by meaning.

Each kind is searched both ways and fused with its own weight. Without an embedder
it searches by words alone and says so. Every query has an audience.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.embeddings.embedder import Embedder
from assistant.entities.audience import Audience
from assistant.entities.conversation import MessageRole
from assistant.entities.knowledge import SectionKind
from assistant.entities.search import EVERYWHERE, Found, Hit, HitKind, Why, Within
from assistant.errors import ModelError
from assistant.knowledge.fusion import (
    DIALOGUE_WEIGHT,
    DOCUMENT_WEIGHT,
    Fused,
    fuse_scores,
)
from assistant.knowledge.query import keyword_query
from assistant.knowledge.rerank import TOP
from assistant.knowledge.wording import CANDIDATES, Wording
from assistant.storage.documents import Documents
from assistant.storage.messages import MessageHit, Messages
from assistant.storage.passages import Passages, Shelved
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind

if TYPE_CHECKING:
    from assistant.embeddings.embedder import Vector

_ALL_KINDS = tuple(HitKind)
_FURTHER = 4  # times as many are looked at, when too few may be seen

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is searched for, and how."""

    text: str
    kinds: Sequence[HitKind] = _ALL_KINDS
    within: Within = EVERYWHERE
    k: int = 8
    rerank: bool = False

    @property
    def fetched(self) -> int:
        """How many hits of a kind are fetched: as many as may be among the first k."""
        return max(self.k, TOP) if self.rerank else self.k


class Reranker(Protocol):
    """Puts the first hits into a better order, within its own time."""

    def prepare(self) -> None:
        """There will soon be something to reorder; returns at once."""

    def reordered(self, question: str, hits: Sequence[Hit]) -> Sequence[Hit]: ...


class Shelf(Protocol):
    """Something more to search, of a kind that the library does not keep itself."""

    @property
    def kind(self) -> HitKind: ...

    @property
    def wants_meaning(self) -> bool:
        """Whether the question's meaning would find more than its words."""

    def hits(
        self, text: str, audience: Audience, *, meaning: "Vector | None", k: int
    ) -> Sequence[Hit]:
        """The best for this audience, best first, scored from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Finds passages, messages, and what further shelves hold. Any thread may ask."""

    passages: Passages
    messages: Messages
    embedder: Embedder | None
    """None when there is none on this machine."""

    documents: Documents | None = None
    """Asked how many passages the embedder has yet to read."""

    without: str = ""
    """Why there is no embedder."""

    index: Callable[[VectorKind], VectorIndex]
    """The vectors of a kind by the embedder's model."""

    masked: Callable[[str], str] = str
    """A text as it is embedded when somebody said it."""

    reranker: Reranker | None = None
    shelves: Sequence[Shelf] = ()
    """What else is searched."""

    quiet: Callable[[], AbstractContextManager[None]] = nullcontext
    """Keeps work that nobody waits for away for as long as a search lasts."""

    def find(self, question: Question, audience: Audience) -> Found:
        """The best hits for this audience, and what had to be done without."""
        if not question.text.strip() or question.k < 1:
            return Found(query=question.text)
        with self.quiet():
            return self._find(question, audience)

    def _find(self, question: Question, audience: Audience) -> Found:
        notices: list[str] = []
        if question.rerank and self.reranker is not None:
            self.reranker.prepare()
        shelves = [shelf for shelf in self.shelves if shelf.kind in question.kinds]
        meaning = None
        if self._wants_meaning(question, shelves):
            meaning = self._meaning(question.text, notices)
        spoken = self._spoken(question.text, meaning)
        hits: list[Hit] = []
        if HitKind.PASSAGE in question.kinds:
            notices += self._unread(audience)
            hits += self._passages(question, audience, meaning)
        if HitKind.MESSAGE in question.kinds and question.within.is_everything:
            hits += self._messages(question, audience, spoken)
        for shelf in shelves if question.within.is_everything else ():
            hits += shelf.hits(question.text, audience, meaning=spoken, k=question.k)
        hits.sort(key=lambda hit: -hit.score)
        if question.rerank:
            hits = self._reordered(question, hits, notices)
        return Found(
            query=question.text, hits=tuple(hits[: question.k]), notices=tuple(notices)
        )

    def _wants_meaning(self, question: Question, shelves: Sequence[Shelf]) -> bool:
        """An embedder is slow to load; a few memories have no vectors yet."""
        if HitKind.PASSAGE in question.kinds or HitKind.MESSAGE in question.kinds:
            return True
        return any(shelf.wants_meaning for shelf in shelves)

    def _meaning(self, text: str, notices: list[str]) -> "Vector | None":
        if self.embedder is None:
            why = self.without or "no embedder is installed"
            notices.append(f"Searched by words alone: {why}")
            return None
        try:
            return self.embedder.embed_query(text)
        except ModelError as error:
            _log.warning("searching without vectors", exc_info=error)
            notices.append(f"Searched by words alone: {error}")
            return None

    def _spoken(self, text: str, meaning: "Vector | None") -> "Vector | None":
        """The meaning to compare with what people said, which is embedded masked."""
        masked = self.masked(text)
        if self.embedder is None or meaning is None or masked == text:
            return meaning
        return self.embedder.embed_query(masked)

    def _unread(self, audience: Audience) -> list[str]:
        """Passages that only their words find, when there are some."""
        if self.documents is None or self.embedder is None:
            return []
        unread = self.documents.not_embedded(self.embedder.name, audience)
        if not unread:
            return []
        passages = "1 passage is" if unread == 1 else f"{unread:,} passages are"
        return [f"{passages} not yet indexed for meaning; words find them all the same"]

    def _passages(
        self, question: Question, audience: Audience, meaning: "Vector | None"
    ) -> list[Hit]:
        wording = Wording(
            passages=self.passages, audience=audience, within=question.within
        )
        by_word = wording.find(question.text)
        by_meaning: dict[int, float] = {}
        if meaning is not None:
            among = self.passages.visible(audience, within=question.within)
            by_meaning = self._near(VectorKind.PASSAGE, meaning, among=among)
        fused = fuse_scores(by_word, by_meaning, weight=DOCUMENT_WEIGHT)
        best = fused[: question.fetched]
        shelved = {
            each.number: each
            for each in self.passages.by_number(
                [hit.id for hit in best], audience, within=question.within
            )
        }
        return [_passage_hit(hit, shelved[hit.id]) for hit in best if hit.id in shelved]

    def _messages(
        self, question: Question, audience: Audience, meaning: "Vector | None"
    ) -> list[Hit]:
        query = keyword_query(question.text)
        by_word: dict[int, float] = {}
        if query.match:
            by_word = self.messages.by_words(query.match, audience, limit=CANDIDATES)
        by_meaning: dict[int, float] = {}
        if meaning is not None:
            by_meaning = self._messages_near(meaning, audience)
        fused = fuse_scores(by_word, by_meaning, weight=DIALOGUE_WEIGHT)
        best = fused[: question.fetched]
        said = self.messages.by_number([hit.id for hit in best], audience)
        return [_message_hit(hit, said[hit.id]) for hit in best if hit.id in said]

    def _near(
        self,
        kind: VectorKind,
        meaning: "Vector",
        *,
        among: Sequence[int] | None = None,
        k: int = CANDIDATES,
    ) -> dict[int, float]:
        near = self.index(kind).nearest(meaning, k=k, among=among)
        return {each.id: each.similarity for each in near}

    def _messages_near(self, meaning: "Vector", audience: Audience) -> dict[int, float]:
        """The nearest that may be seen; others' messages are looked past."""
        k = CANDIDATES
        while True:
            near = self._near(VectorKind.MESSAGE, meaning, k=k)
            seen = self.messages.by_number(list(near), audience)
            if len(seen) >= CANDIDATES or len(near) < k:
                visible = [number for number in near if number in seen]
                return {number: near[number] for number in visible[:CANDIDATES]}
            k *= _FURTHER

    def _reordered(
        self, question: Question, hits: list[Hit], notices: list[str]
    ) -> list[Hit]:
        if self.reranker is None:
            notices.append("Not reranked: no cross-encoder is installed")
            return hits
        return list(self.reranker.reordered(question.text, hits))


def _why(fused: Fused[int]) -> Why:
    return Why(
        keyword_rank=fused.keyword_rank,
        vector_rank=fused.vector_rank,
        keyword_score=fused.keyword_score,
        vector_score=fused.vector_score,
    )


def _passage_hit(fused: Fused[int], shelved: Shelved) -> Hit:
    passage = shelved.passage
    return Hit(
        kind=HitKind.PASSAGE,
        id=passage.id,
        document_id=passage.document_id,
        title=shelved.title,
        prefix=passage.chunk.prefix,
        path=shelved.source,
        location=passage.chunk.location.label,
        text=passage.text,
        by_line=passage.chunk.kind is not SectionKind.PROSE,
        score=fused.score,
        why=_why(fused),
    )


def _message_hit(fused: Fused[int], said: MessageHit) -> Hit:
    message = said.message
    speaker = "you" if message.role is MessageRole.USER else message.model or "Hearth"
    return Hit(
        kind=HitKind.MESSAGE,
        id=message.id,
        conversation_id=message.conversation_id,
        title=said.conversation_title,
        location=f"{speaker}, {message.created_at:%Y-%m-%d %H:%M}",
        said_by=speaker,
        said_at=message.created_at,
        text=message.content,
        score=fused.score,
        why=_why(fused),
    )
