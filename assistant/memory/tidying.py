"""What is done to memories when nobody waits: vectors made, echoes merged, time kept.

Vectors do not depend on what points at a person or opens a door.
Only notes and plans are compared by meaning, for they have no key. Nearness alone
merges nothing: the guards must find no difference, and the words be nearly the same.
"""

from collections.abc import Generator
from dataclasses import dataclass

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.memory import Memory
from assistant.knowledge.words import content_stems
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import merge, supersede
from assistant.memory.sameness import contradicts
from assistant.privacy.redact import mask, values
from assistant.storage.vectorindex import VectorIndex, rows_for
from assistant.storage.vectors import Unembedded, VectorKind, VectorSpace

_AT_ONCE = 8
_NEIGHBOURS = 6
_NEAR = 0.9
_SHARED_WORDS = 0.7
"""Of the words of both that say something; below it, near is only about the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidying:
    """Looks after the memories of one file. Any thread may use it."""

    desk: MemoryDesk

    def work(self) -> Generator[int, None, None]:
        """Part by part; how much each part did."""
        yield self.expire()
        yield from self.embed()

    def expire(self) -> int:
        """Let go of what was for a time, and the time is over."""
        with self.desk.database.transaction():
            return len(self.desk.memories.expire(self.desk.clock()))

    def embed(self) -> Generator[int, None, None]:
        """Make the vectors that are missing, and merge what they show to be echoes."""
        embedder = self.desk.embedder
        if embedder is None:
            return
        while waiting := self._waiting(embedder.name):
            vectors = embedder.embed_passages(
                [mask(each.text).text for each in waiting]
            )
            rows = rows_for([each.number for each in waiting], vectors)
            with self.desk.database.transaction():
                still = set(self._waiting(embedder.name))
                kept = [
                    row for row, of in zip(rows, waiting, strict=True) if of in still
                ]
                space = VectorSpace(VectorKind.MEMORY, embedder.name)
                self.desk.vectors.put(space, kept)
                for each in waiting:
                    self._compare(each.number, each.text)
            yield len(kept)

    def _waiting(self, model: str) -> list[Unembedded]:
        return self.desk.vectors.memories_without(model, limit=_AT_ONCE)

    def _compare(self, number: int, text: str) -> None:
        """With what its owner said before, in the same place and of the same sort."""
        memory = self.desk.memories.by_its_number(number)
        if memory is None or memory.has_one_value or self.desk.embedder is None:
            return
        audience = audience_of(memory)
        space = VectorSpace(VectorKind.MEMORY, self.desk.embedder.name)
        width = self.desk.embedder.width
        index = VectorIndex(self.desk.database, space, width=width)
        among = self.desk.memories.visible(audience, only_mine=True)
        query = self.desk.embedder.embed_query(mask(text).text)
        near = index.nearest(query, k=_NEIGHBOURS, among=among)
        numbers = [each.id for each in near if each.similarity >= _NEAR]
        for other in self.desk.memories.by_number(numbers, audience).values():
            if _may_be_an_echo(other, of=memory):
                self._settle(earlier=other, later=memory)
                return

    def _settle(self, *, earlier: Memory, later: Memory) -> None:
        if later.valid_from < earlier.valid_from:
            earlier, later = later, earlier
        if contradicts(earlier.text, later.text):
            supersede(earlier, at=later.valid_from, desk=self.desk)
        else:
            merge(later, into=earlier, desk=self.desk)


def audience_of(memory: Memory) -> Audience:
    """Its owner, where it was said."""
    if memory.scope is not Scope.PUBLIC:
        return Audience(user_id=memory.owner_id)
    place = Place(
        server_id=memory.server_id, channel_id=memory.channel_id, is_private=False
    )
    return Audience(user_id=memory.owner_id, place=place)


def _may_be_an_echo(other: Memory, *, of: Memory) -> bool:
    if other.id == of.id or other.has_one_value:
        return False
    if (other.kind, other.subject, other.scope) != (of.kind, of.subject, of.scope):
        return False
    if values(other.text) != values(of.text):
        return False  # two numbers that mask alike are two numbers
    left, right = content_stems(other.text), content_stems(of.text)
    shared = len(left & right) / max(1, len(left | right))
    return shared >= _SHARED_WORDS
