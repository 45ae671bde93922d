"""What is remembered, as a person handles it: read, add, correct, approve, forget.

Every change is one transaction, with its audit entry inside, and none copies words
into that record. What conversations teach is taken in elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.entities.audience import Audience, Scope
from assistant.entities.erasure import Erasable, ErasureReceipt, Named
from assistant.entities.ids import MemoryId, MessageId
from assistant.entities.memory import (
    ONESELF,
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    Provenance,
)
from assistant.errors import UsageError
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import Kept, keep, make_current
from assistant.memory.rules.finding import Finding
from assistant.memory.weighing import expiry_of, importance_of, term_of
from assistant.privacy.erase import Eraser
from assistant.storage.dependencies import Source

_EVERYTHING = MemoryFilter()
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryBook:
    """One file's memories. An audience sees only what it may."""

    desk: MemoryDesk
    eraser: Eraser

    def browse(
        self,
        audience: Audience,
        wanted: MemoryFilter = _EVERYTHING,
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Memory]:
        """Those that fit, the last to change first."""
        return self.desk.memories.browse(wanted, audience, limit=limit, offset=offset)

    def count(self, audience: Audience, wanted: MemoryFilter = _EVERYTHING) -> int:
        return self.desk.memories.count(wanted, audience)

    def said_in(self, message_id: MessageId, audience: Audience) -> list[Memory]:
        """What counts or waits of what a message says, be it for the first time."""
        made = self.desk.dependencies.dependants([Source("message", message_id)])
        ids = [MemoryId(each.id) for each in made if each.kind == "memory"]
        return self._open_ones(ids, audience)

    def told_by(self, message_id: MessageId, audience: Audience) -> list[Memory]:
        """What counts or waits of what went into an answer."""
        used = self.desk.memories.used_by(message_id, audience)
        return self._open_ones(used, audience)

    def _open_ones(
        self, memory_ids: Iterable[MemoryId], audience: Audience
    ) -> list[Memory]:
        found = [self.desk.memories.find(each, audience) for each in memory_ids]
        return [
            each
            for each in found
            if each is not None
            and each.owner_id == audience.user_id
            and each.state in (MemoryState.CURRENT, MemoryState.PENDING)
        ]

    def open(self, memory_id: str, audience: Audience) -> Memory:
        """By its id, or by a beginning of it that fits only one.

        Raises NotFoundError, or UsageError when several begin so.
        """
        exact = self.desk.memories.find(MemoryId(memory_id), audience)
        if exact is not None:
            return exact
        begun = self.desk.memories.starting_with(memory_id, audience)
        if len(begun) > 1:
            raise UsageError(
                f"Several memories begin with {memory_id!r}",
                hint="Give more of the id: hearth memories list",
            )
        return begun[0] if begun else self.get(MemoryId(memory_id), audience)

    def get(self, memory_id: MemoryId, audience: Audience) -> Memory:
        """Raises NotFoundError for what is not there and what may not be seen."""
        return self.desk.memories.get(memory_id, audience)

    def add(self, text: str, audience: Audience) -> list[Kept]:
        """Remember a sentence, because the person says so; never nothing.

        What the rules understand of it takes its place among the facts; the rest is
        kept as a note.
        """
        from assistant.memory.rules.proposing import propose

        text = _sentence(text)
        today = self.desk.clock().astimezone().date()
        memories = [
            self._told(proposal.text, audience, proposal.finding)
            for proposal in propose(f"remember that {text}", said_on=today)
            if not proposal.finding.is_over
        ]
        with self.desk.database.transaction():
            kept = [
                keep(memory, desk=self.desk)
                for memory in memories or [self._told(text, audience)]
            ]
            for each in kept:
                self._note("add", each.memory, audience)
        return kept

    def edit(self, memory_id: MemoryId, text: str, audience: Audience) -> Memory:
        """Say it in other words, or correct it; what it said before stays readable.

        Raises UsageError for one that does not count any more.
        """
        text = _sentence(text)
        with self.desk.database.transaction():
            wrong = self._mine(memory_id, audience)
            if wrong.state not in (MemoryState.CURRENT, MemoryState.PENDING):
                raise UsageError(
                    f"That memory is {wrong.state}; only a current one can be changed"
                )
            right = self._corrected(wrong, text)
            self._close(wrong, right)
            self.desk.memories.add(right)
            self._note("edit", right, audience)
        return right

    def approve(self, memory_id: MemoryId, audience: Audience) -> Kept:
        """It counts from now on. Raises UsageError when nothing waits for a yes."""
        with self.desk.database.transaction():
            waiting = self._waiting(memory_id, audience)
            kept = make_current(waiting, desk=self.desk)
            self._note("approve", waiting, audience)
        return kept

    def reject(self, memory_id: MemoryId, audience: Audience) -> Memory:
        """It never counts. Raises UsageError when nothing waits for a yes."""
        with self.desk.database.transaction():
            waiting = self._waiting(memory_id, audience)
            rejected = replace(
                waiting, state=MemoryState.REJECTED, updated_at=self._now(waiting)
            )
            self.desk.memories.replace(rejected)
            self._note("reject", rejected, audience)
        return rejected

    def forget(
        self, memory_ids: Iterable[MemoryId], audience: Audience
    ) -> ErasureReceipt:
        """Remove them for good, with all that was made of them; the receipt for it."""
        gone = frozenset(self._mine(each, audience).id for each in memory_ids)
        plan = self.eraser.plan(Named(ids={Erasable.MEMORY: gone}), audience)
        return self.eraser.erase(plan, audience)

    def why(self, memory_id: MemoryId, audience: Audience) -> Provenance:
        """Who said it and when, what it was before, and which answers used it."""
        memory = self.get(memory_id, audience)
        desk = self.desk
        message = conversation = None
        if memory.message_id is not None:
            message = desk.messages.find(memory.message_id, audience)
        if memory.conversation_id is not None:
            conversation = desk.conversations.find(memory.conversation_id, audience)
        return Provenance(
            memory=memory,
            message=message,
            conversation=conversation,
            earlier=self.earlier(memory, audience),
            later=desk.memories.later(memory.id, audience),
            used_in=desk.memories.uses(memory.id, audience),
        )

    def earlier(self, memory: Memory, audience: Audience) -> Sequence[Memory]:
        """What it took the place of, the newest first."""
        found: list[Memory] = []
        while memory.supersedes is not None:
            before = self.desk.memories.find(memory.supersedes, audience)
            if before is None or before in found:
                break
            found.append(before)
            memory = before
        return found

    def used_in(self, message_id: MessageId, audience: Audience) -> list[str]:
        """The same, as they were said."""
        return [memory.text for memory in self.used_by(message_id, audience)]

    def used_by(self, message_id: MessageId, audience: Audience) -> list[Memory]:
        """The memories that an answer used, those still there."""
        ids = self.desk.memories.used_by(message_id, audience)
        found = (self.desk.memories.find(each, audience) for each in ids)
        return [memory for memory in found if memory is not None]

    def _told(
        self, text: str, audience: Audience, finding: Finding | None = None
    ) -> Memory:
        now, place = self.desk.clock(), audience.place
        if finding is None:
            finding = Finding(
                kind=MemoryKind.NOTE, subject=ONESELF, attribute="", value=text
            )
        return Memory(
            id=MemoryId(self.desk.mint()),
            owner_id=audience.user_id,
            kind=finding.kind,
            subject=finding.subject,
            attribute=finding.attribute,
            value=finding.value,
            text=text,
            state=MemoryState.CURRENT,
            origin=MemoryOrigin.PERSON,
            importance=importance_of(text, kind=finding.kind, is_explicit=True),
            term=term_of(finding.kind),
            expires_at=expiry_of(finding.kind, said_at=now, until=finding.until),
            scope=Scope.PRIVATE if place.is_private else Scope.PUBLIC,
            server_id=place.server_id,
            channel_id=place.channel_id,
            valid_from=now,
            created_at=now,
            updated_at=now,
        )

    def _corrected(self, wrong: Memory, text: str) -> Memory:
        now = self._now(wrong)
        return replace(
            wrong,
            id=MemoryId(self.desk.mint()),
            value=text,
            text=text,
            origin=MemoryOrigin.PERSON,
            state=MemoryState.CURRENT,
            is_stale=False,
            conversation_id=None,
            message_id=None,
            quote="",
            span=None,
            valid_from=max(now, wrong.valid_from),
            valid_until=None,
            supersedes=wrong.id,
            access_count=0,
            accessed_at=None,
            created_at=now,
            updated_at=now,
        )

    def _close(self, wrong: Memory, right: Memory) -> None:
        closed = replace(
            wrong,
            state=MemoryState.SUPERSEDED,
            valid_until=right.valid_from,
            updated_at=right.created_at,
        )
        self.desk.memories.replace(closed)
        self.desk.dependencies.mark_stale([Source("memory", wrong.id)])

    def _mine(self, memory_id: MemoryId, audience: Audience) -> Memory:
        """What others said in public can be read, and changed by them alone."""
        memory = self.get(memory_id, audience)
        if memory.owner_id != audience.user_id:
            raise UsageError("Only whoever said it can change what is remembered of it")
        return memory

    def _waiting(self, memory_id: MemoryId, audience: Audience) -> Memory:
        memory = self._mine(memory_id, audience)
        if memory.state is not MemoryState.PENDING:
            raise UsageError(
                f"That memory is {memory.state}; it does not wait for a yes",
                hint="See: hearth memories pending",
            )
        return memory

    def _now(self, memory: Memory) -> datetime:
        return max(self.desk.clock(), memory.updated_at)

    def _note(self, action: str, memory: Memory, audience: Audience) -> None:
        """What is remembered is a person's own, so only its kind is on record."""
        self.desk.trail.record(
            f"memory {action}",
            actor=audience.user_id,
            resource=("memory", memory.id),
            after={"kind": memory.kind, "state": memory.state},
        )


def _sentence(text: str) -> str:
    """On one line. Raises UsageError when it is empty or too long."""
    text = " ".join(text.split())
    if not text:
        raise UsageError(
            "There is nothing to remember",
            hint='Say it: hearth memories add "My sister Ana lives in Porto"',
        )
    if len(text) > _LONGEST:
        raise UsageError(
            f"A memory is a sentence of at most {_LONGEST} characters",
            hint="A longer text belongs into the library: hearth ingest FILE",
        )
    return text
