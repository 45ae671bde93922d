"""From what a person said to what is remembered of it, in one transaction a message.

Only the owner's own message is ever read here: no reply, document, tool or memory is.
Where nothing may be remembered, nothing is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.config.settings import MemoryMode
from assistant.entities.audience import Audience
from assistant.entities.conversation import Message, MessageRole
from assistant.entities.ids import MemoryId, MessageId
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    Span,
)
from assistant.memory.desk import MemoryDesk
from assistant.memory.hints import may_correct, may_state, names_in, read_of
from assistant.memory.keeping import Kept, keep, supersede
from assistant.memory.likeness import is_a_name
from assistant.memory.rules.finding import Finding, Proposal
from assistant.memory.sameness import same_value
from assistant.memory.weighing import expiry_of, importance_of, term_of

_MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Reads messages for one file. Any thread may use it."""

    desk: MemoryDesk

    def worth_keeping(self, message: Message, audience: Audience) -> list[Proposal]:
        """What the rules find in a person's message; nothing is changed."""
        if message.role is not MessageRole.USER:
            return []
        if message.author_id not in (None, message.owner_id):
            return []
        said: list[Finding] = []
        said_on = message.created_at.astimezone().date()
        if may_correct(message.content):
            said = self._said_before(message, audience)
        if said:
            from assistant.memory.rules.corrections import correction, put_in_place

            corrected = correction(
                message.content, said, said_on=said_on, is_a_name=self._is_a_name
            )
            if corrected:
                return corrected
        known = self._known(message.content, audience)
        if not known and not may_state(message.content):
            return []
        from assistant.memory.rules.proposing import propose

        found = propose(read_of(message.content), said_on=said_on, known=known)
        return put_in_place(message.content, found, said) if said else found

    def _is_a_name(self, word: str) -> bool | None:
        """By its meaning; nobody knows without an embedder."""
        if self.desk.embedder is None:
            return None
        return is_a_name(word, self.desk.embedder)

    def _said_before(self, message: Message, audience: Audience) -> list[Finding]:
        """What was taken from the message before, if the same person wrote it."""
        path = self.desk.messages.path(message.id, audience)
        earlier = [each for each in path[:-1] if each.role is MessageRole.USER]
        if not earlier or earlier[-1].owner_id != message.owner_id:
            return []
        return [
            Finding(
                kind=memory.kind,
                subject=memory.subject,
                attribute=memory.attribute,
                value=memory.value,
                words=memory.text,
            )
            for memory in self.desk.memories.of_message(earlier[-1].id, audience)
            if memory.state in (MemoryState.CURRENT, MemoryState.PENDING)
        ]

    def _known(self, text: str, audience: Audience) -> Mapping[str, str]:
        """Who is named, of those the person told of in this place; what they are."""
        names = names_in(text)
        if not names:
            return {}
        wanted = MemoryFilter(kinds=[MemoryKind.RELATIONSHIP])
        told = self.desk.memories.browse(wanted, audience, limit=_MOST_PEOPLE)
        of_them = [
            (memory.subject, memory.value)
            for memory in told
            if not names.isdisjoint(memory.value.split())
        ]
        if not of_them:
            return {}
        from assistant.memory.rules.subjects import known_by_name

        return known_by_name(of_them)

    def may_remember(self, message: Message, audience: Audience) -> bool:
        """Whether this person, in this conversation, lets anything be remembered."""
        if self.desk.mode is MemoryMode.OFF:
            return False
        held = self.desk.conversations.find(message.conversation_id, audience)
        return held is not None and not held.is_incognito

    def take(self, message_id: MessageId, audience: Audience) -> list[Kept]:
        """Remember what a message says; a second time there is nothing to do."""
        message = self.desk.messages.find(message_id, audience)
        if message is None or not self.may_remember(message, audience):
            return []
        proposals = self.worth_keeping(message, audience)
        if not proposals:
            return []
        with self.desk.database.transaction():
            if self._was_taken(message, audience):
                return []
            return [
                kept
                for proposal in proposals
                for kept in self._keep(proposal, message, audience)
            ]

    def add(
        self, message: Message, proposals: Sequence[Proposal], audience: Audience
    ) -> list[Kept]:
        """Keep what else was found in a message; nothing that is known changes."""
        with self.desk.database.transaction():
            if self.desk.messages.find(message.id, audience) is None:
                return []  # it went meanwhile
            if not self.may_remember(message, audience):
                return []
            return [
                kept
                for proposal in proposals
                for kept in self._keep(proposal, message, audience)
            ]

    def _was_taken(self, message: Message, audience: Audience) -> bool:
        """In the same transaction as the taking, so that it happens once."""
        if self.desk.messages.find(message.id, audience) is None:
            return True  # it went meanwhile
        return bool(self.desk.memories.of_message(message.id, audience))

    def _keep(
        self, proposal: Proposal, message: Message, audience: Audience
    ) -> Iterable[Kept]:
        memory = self._memory(proposal, message)
        memory = replace(memory, subject=self._subject(memory, audience))
        if not proposal.finding.is_over:
            yield keep(memory, desk=self.desk, instead_of=self._wrong(proposal, memory))
        elif memory.state is MemoryState.CURRENT:
            self._end(memory)

    def _wrong(self, proposal: Proposal, memory: Memory) -> Memory | None:
        """What was just told, and is now put right, if it is still remembered."""
        wrong = proposal.instead_of
        if wrong is None:
            return None
        thing = replace(memory, subject=wrong.subject, attribute=wrong.attribute)
        states = (MemoryState.CURRENT, MemoryState.PENDING)
        told = self.desk.memories.beside(thing, states)
        return next((each for each in told if each.value == wrong.value), None)

    def _end(self, memory: Memory) -> None:
        """What was so is no longer, and nothing took its place."""
        for known in self.desk.memories.beside(memory):
            if memory.value == "job" or same_value(known.value, memory.value):
                supersede(
                    known, at=max(known.valid_from, memory.valid_from), desk=self.desk
                )

    def _subject(self, memory: Memory, audience: Audience) -> str:
        """Their sister is Ana, if they told of one sister only."""
        if memory.kind is MemoryKind.RELATIONSHIP:
            return memory.subject
        from assistant.memory.rules.subjects import RELATIONS

        if memory.subject.split()[-1] not in RELATIONS:
            return memory.subject
        wanted = MemoryFilter(kinds=[MemoryKind.RELATIONSHIP], subject=memory.subject)
        known = self.desk.memories.browse(wanted, audience, limit=2)
        if len(known) != 1:
            return memory.subject
        return f"{memory.subject} {known[0].value}"

    def _memory(self, proposal: Proposal, message: Message) -> Memory:
        finding, said_at = proposal.finding, message.created_at
        now = max(self.desk.clock(), said_at)
        asks = self.desk.mode is MemoryMode.ASK and not proposal.is_explicit
        return Memory(
            id=MemoryId(self.desk.mint()),
            owner_id=message.owner_id,
            kind=finding.kind,
            subject=finding.subject,
            attribute=finding.attribute,
            value=finding.value,
            text=proposal.text,
            state=MemoryState.PENDING if asks else MemoryState.CURRENT,
            origin=MemoryOrigin.MODEL if proposal.is_a_models else MemoryOrigin.RULE,
            importance=importance_of(
                proposal.text, kind=finding.kind, is_explicit=proposal.is_explicit
            ),
            term=term_of(finding.kind),
            conversation_id=message.conversation_id,
            message_id=message.id,
            quote=proposal.quote,
            span=Span(start=proposal.start, end=proposal.end),
            scope=message.scope,
            server_id=message.server_id,
            channel_id=message.channel_id,
            valid_from=said_at,
            expires_at=expiry_of(finding.kind, said_at=said_at, until=finding.until),
            created_at=now,
            updated_at=now,
        )
