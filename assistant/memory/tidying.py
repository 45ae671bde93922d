"""What is done to memories when nobody waits: vectors made, echoes merged, time kept.

Vectors do not depend on what points at a person or opens a door.
Only notes and plans are compared by meaning, for they have no key. Nearness alone
merges nothing: the guards must find no difference, and the words be nearly the same.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.memory import Memory
from assistant.knowledge.words import content_stems
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import merge, supersede
from assistant.memory.sameness import contradicts, turns_roles
from assistant.privacy.redact import mask, values
from assistant.storage.vectorindex import VectorIndex, rows_for
from assistant.storage.vectors import Unembedded, VectorKind, VectorSpace

if TYPE_CHECKING:
    from assistant.embeddings.embedder import Vector

_NEIGHBOURS = 6
_NEAR = 0.9
"""Fitted with the words below on the pairs of tests/evals/echoes.jsonl: lower finds no
echo more, higher loses one. By itself it would take seven pairs of twenty for one that
are two."""

_SHARED_WORDS = 0.7
"""Of the words of both that say something; below it, near is only about the same."""

_SHARED_BY_ECHOES = 0.75
"""The same, to be merged: at 0.7 an appointment with the dentist and one with the
doctor were one, and none of fifteen echoes in twenty is lost by it."""


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
        """Make the vectors that are missing, and merge what they show to be echoes.

        The file is not held while a model reads.
        """
        embedder = self.desk.embedder
        if embedder is None:
            return
        space = VectorSpace(VectorKind.MEMORY, embedder.name)
        index = VectorIndex(self.desk.database, space, width=embedder.width)
        while waiting := self._waiting(embedder.name):
            text = mask(waiting.text).text
            (row,) = rows_for([waiting.number], embedder.embed_passages([text]))
            asked = embedder.embed_query(text)
            with self.desk.database.transaction(durable=False):
                is_still = self._waiting(embedder.name) == waiting
                if is_still:
                    self.desk.vectors.put(space, [row])
                    self._compare(waiting.number, asked, among=index)
            yield int(is_still)

    def _waiting(self, model: str) -> Unembedded | None:
        """One at a time: whoever wants the processor back waits for no more."""
        found = self.desk.vectors.memories_without(model, limit=1)
        return found[0] if found else None

    def _compare(self, number: int, asked: "Vector", *, among: VectorIndex) -> None:
        """With what its owner said before, in the same place and of the same sort."""
        memory = self.desk.memories.by_its_number(number)
        if memory is None or memory.has_one_value:
            return
        audience = audience_of(memory)
        own = self.desk.memories.visible(audience, only_mine=True)
        near = among.nearest(asked, k=_NEIGHBOURS, among=own)
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
        elif is_echo(earlier.text, later.text):
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
    if turns_roles(other.text, of.text):
        return False
    return _shared(other.text, of.text) >= _SHARED_WORDS


def is_echo(one: str, other: str) -> bool:
    """Whether two near texts are one, rather than two about the same."""
    if contradicts(one, other) or turns_roles(one, other):
        return False
    return _shared(one, other) >= _SHARED_BY_ECHOES


def _shared(one: str, other: str) -> float:
    left, right = content_stems(one), content_stems(other)
    return len(left & right) / max(1, len(left | right))
