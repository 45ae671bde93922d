"""What follows from what: everything that has to go when something goes.

It finds and decides; it removes nothing. A memory stands when the message it was
taken from stands; what was made of several sources never outlives one of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.entities.erasure import Erasable, Ids
from assistant.entities.ids import UserId
from assistant.storage.reach import Made, Reach

_MERGED = "merged"
_SOURCES = {
    Erasable.MESSAGE: "message",
    Erasable.MEMORY: "memory",
    Erasable.SUMMARY: "summary",
    Erasable.INSIGHT: "insight",
    Erasable.OBSERVED: "observed",
    Erasable.DOCUMENT: "document",
}


@dataclass(slots=True, kw_only=True)
class Reached:
    """All that goes, and what stays changed."""

    erased: dict[Erasable, set[str]] = field(default_factory=dict)
    rewritten: set[str] = field(default_factory=set)
    """Answers that quote what goes."""

    revived: set[str] = field(default_factory=set)
    """Memories that had been given up for one that goes."""

    def of(self, kind: Erasable) -> set[str]:
        return self.erased.setdefault(kind, set())

    def ids(self) -> Ids:
        return {kind: frozenset(ids) for kind, ids in self.erased.items() if ids}


def reached(roots: Ids, *, with_copies: bool, reach: Reach) -> Reached:
    """Everything that goes along with these rows."""
    return _Spreading(reach=reach, with_copies=with_copies).from_roots(roots)


@dataclass(slots=True, kw_only=True)
class _Spreading:
    """One use. Each step adds to what is found, until none does."""

    reach: Reach
    with_copies: bool
    found: Reached = field(default_factory=Reached)

    def from_roots(self, roots: Ids) -> Reached:
        for kind, ids in roots.items():
            self.found.of(kind).update(ids)
        for person in roots.get(Erasable.PERSON, ()):
            self._add_all(self.reach.of_person(UserId(person)))
        self._earlier_wordings()
        before = -1
        while before != (before := self._size()):
            self._conversations()
            self._quoting_answers()
            self._derived()
        memories = self.found.of(Erasable.MEMORY)
        self.found.revived = self.reach.merged_into(memories)
        self.found.rewritten -= self.found.of(Erasable.MESSAGE)
        self.found.of(Erasable.TITLE).difference_update(
            self.found.of(Erasable.CONVERSATION)
        )
        return self.found

    def _size(self) -> int:
        return sum(map(len, self.found.erased.values())) + len(self.found.rewritten)

    def _add_all(self, more: dict[Erasable, set[str]]) -> None:
        for kind, ids in more.items():
            self.found.of(kind).update(ids)

    def _earlier_wordings(self) -> None:
        """A memory that is named goes with all it ever said."""
        memories = self.found.of(Erasable.MEMORY)
        while more := self.reach.earlier_wordings(memories) - memories:
            memories |= more

    def _conversations(self) -> None:
        """A message goes with its answer, a conversation with its last message."""
        messages = self.found.of(Erasable.MESSAGE)
        conversations = self.found.of(Erasable.CONVERSATION)
        messages |= self.reach.messages_of(conversations)
        messages |= self.reach.turns(messages)
        if self.with_copies:
            messages |= self.reach.copies(messages)
        conversations |= self.reach.emptied(messages)

    def _quoting_answers(self) -> None:
        if self.with_copies:
            self.found.rewritten |= self.reach.quoting(
                self.found.of(Erasable.DOCUMENT), self.found.of(Erasable.MEMORY)
            )

    def _derived(self) -> None:
        changed = self.found.of(Erasable.MESSAGE) | self.found.rewritten
        conversations = self.found.of(Erasable.CONVERSATION)
        self.found.of(Erasable.MEMORY).update(
            self.reach.memories_from(changed, conversations)
        )
        self.found.of(Erasable.SUMMARY).update(
            self.reach.summaries_of(changed, conversations)
        )
        topics = self.found.of(Erasable.TOPIC)
        seen = self.found.of(Erasable.OBSERVED)
        topics |= self.reach.subjects_of(self.found.of(Erasable.MESSAGE) | seen)
        self.found.of(Erasable.INSIGHT).update(self.reach.insights_on(topics))
        for kind, source_kind in _SOURCES.items():
            ids = changed if kind is Erasable.MESSAGE else self.found.of(kind)
            self._add_made(self.reach.made_of(source_kind, ids))
        passages = self.reach.passages_of(self.found.of(Erasable.DOCUMENT))
        self._add_made(self.reach.made_of("passage", passages))

    def _add_made(self, made: Iterable[Made]) -> None:
        for each in made:
            match each.kind:
                case "memory" if not self._stands(each):
                    self.found.of(Erasable.MEMORY).add(each.id)
                case "summary":
                    self.found.of(Erasable.SUMMARY).add(each.id)
                case "insight":
                    self.found.of(Erasable.INSIGHT).add(each.id)
                case "cache" if self.with_copies:
                    told = {each.id}
                    self.found.rewritten |= told | self.reach.copies(told)

    def _stands(self, made: Made) -> bool:
        """Its words are from elsewhere: here they were only said again."""
        if made.message_id is not None:
            gone = self.found.of(Erasable.MESSAGE) | self.found.rewritten
            return made.message_id not in gone
        return made.source_kind == "message" or made.source_state == _MERGED
