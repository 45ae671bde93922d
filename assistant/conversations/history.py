"""A person's conversations, as they handle them: read, rename, fork, delete.

Every change is one transaction, with its audit entry inside. Talking is not
done here; that is the road of a turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.audit.log import AuditTrail
from assistant.entities.audience import Audience
from assistant.entities.conversation import (
    Attachment,
    Conversation,
    ConversationState,
    Message,
    MessageRole,
)
from assistant.entities.erasure import Erasable, ErasurePlan
from assistant.entities.ids import (
    AttachmentId,
    Clock,
    ConversationId,
    MessageId,
    Mint,
)
from assistant.errors import UsageError
from assistant.privacy.erase import Eraser
from assistant.storage.citations import Citations
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.memories import Memories
from assistant.storage.messages import MessageHit, Messages


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Conversations of one file. An audience sees only its own."""

    database: Database
    conversations: Conversations
    messages: Messages
    memories: Memories
    citations: Citations
    eraser: Eraser
    trail: AuditTrail
    clock: Clock
    mint: Mint

    def recent(
        self,
        audience: Audience,
        *,
        limit: int = 50,
        include_archived: bool = False,
        before: Conversation | None = None,
    ) -> list[Conversation]:
        """Latest first; `before` goes on where an earlier list ended."""
        return self.conversations.recent(
            audience, limit=limit, include_archived=include_archived, before=before
        )

    def archived(
        self,
        audience: Audience,
        *,
        limit: int = 50,
        before: Conversation | None = None,
    ) -> list[Conversation]:
        """Only what was put away, latest first."""
        return self.conversations.recent(
            audience, limit=limit, only_archived=True, before=before
        )

    def pinned(self, audience: Audience) -> list[Conversation]:
        """What stays on top, in the order in which it was pinned."""
        return self.conversations.pinned(audience)

    def titled(
        self, text: str, audience: Audience, *, limit: int = 50
    ) -> list[Conversation]:
        """Those whose title has all these words, archived ones too, latest first."""
        return self.conversations.titled(text.split(), audience, limit=limit)

    def forks(self, audience: Audience) -> dict[ConversationId, int]:
        """How many others were begun from each conversation, where any were."""
        return self.conversations.forks(audience)

    def latest(self, audience: Audience) -> Conversation | None:
        """The one spoken in last, if any."""
        return self.conversations.latest(audience)

    def open(self, conversation_id: str, audience: Audience) -> Conversation:
        """By its id, or by a beginning of it that fits only one.

        Raises NotFoundError, or UsageError when several begin so.
        """
        exact = self.conversations.find(ConversationId(conversation_id), audience)
        if exact is not None:
            return exact
        begun = self.conversations.starting_with(conversation_id, audience)
        if len(begun) > 1:
            raise UsageError(
                f"Several conversations begin with {conversation_id!r}",
                hint="Give more of the id: hearth conversations list",
            )
        return (
            begun[0] if begun else self._get(ConversationId(conversation_id), audience)
        )

    def transcript(
        self, conversation_id: ConversationId, audience: Audience
    ) -> list[Message]:
        """The branch being read, first message first."""
        conversation = self._get(conversation_id, audience)
        if conversation.head_id is None:
            return []
        return self.messages.path(conversation.head_id, audience)

    def attachments(self, message: Message, audience: Audience) -> list[Attachment]:
        """The files that came with a message."""
        return self.messages.attachments_of(message.id, audience)

    def message(self, message_id: MessageId, audience: Audience) -> Message:
        """One message as it is at rest. Raises NotFoundError."""
        return self.messages.get(message_id, audience)

    def answers(self, message_id: MessageId, audience: Audience) -> list[Message]:
        """The replies to a question, all versions of them."""
        below = self.messages.children(message_id, audience)
        return [each for each in below if each.role is MessageRole.ASSISTANT]

    def siblings(self, message: Message, audience: Audience) -> list[Message]:
        """This message and its alternatives, oldest first."""
        return self.messages.siblings(message, audience)

    def select(self, message_id: MessageId, audience: Audience) -> Conversation:
        """Read on along the branch of this message, to its newest end."""
        with self.database.transaction():
            leaf = self.messages.newest_leaf(message_id, audience)
            conversation = self._get(leaf.conversation_id, audience)
            turned = replace(conversation, head_id=leaf.id)
            self.conversations.update(turned)
        return turned

    def read_to(self, message_id: MessageId, audience: Audience) -> Conversation:
        """Let the branch that is being read end with exactly this message."""
        with self.database.transaction():
            last = self.messages.get(message_id, audience)
            conversation = self._get(last.conversation_id, audience)
            turned = replace(conversation, head_id=last.id)
            self.conversations.update(turned)
        return turned

    def rename(
        self, conversation_id: ConversationId, title: str, audience: Audience
    ) -> Conversation:
        """Give it another title. Raises UsageError for an empty one."""
        title = " ".join(title.split())
        if not title:
            raise UsageError("A title needs at least one letter")
        with self.database.transaction():
            before = self._get(conversation_id, audience)
            after = self._changed(before, title=title)
            self._note("rename", before, audience)
        return after

    def archive(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation:
        """Put it away; it stays searchable."""
        return self._become(ConversationState.ARCHIVED, conversation_id, audience)

    def restore(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation:
        """Bring it back from the archive."""
        return self._become(ConversationState.ACTIVE, conversation_id, audience)

    def pin(self, conversation_id: ConversationId, audience: Audience) -> Conversation:
        """Keep it on top of the list."""
        with self.database.transaction():
            before = self._get(conversation_id, audience)
            if before.pinned_at is not None:
                return before
            after = replace(before, pinned_at=self.clock())
            self.conversations.update(after)
            self._note("pin", before, audience)
        return after

    def unpin(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation:
        """Let it take its place among the others again."""
        with self.database.transaction():
            before = self._get(conversation_id, audience)
            if before.pinned_at is None:
                return before
            after = replace(before, pinned_at=None)
            self.conversations.update(after)
            self._note("unpin", before, audience)
        return after

    def set_incognito(
        self,
        conversation_id: ConversationId,
        audience: Audience,
        *,
        is_incognito: bool,
    ) -> Conversation:
        """Take it off the record from now on, or put it back on."""
        with self.database.transaction():
            before = self._get(conversation_id, audience)
            if before.is_incognito is is_incognito:
                return before
            after = replace(before, is_incognito=is_incognito)
            self.conversations.update(after)
            self._note("incognito" if is_incognito else "record", before, audience)
        return after

    def delete(self, conversation_id: ConversationId, audience: Audience) -> None:
        """Remove it with every branch, attachment and index entry, and what was
        made of it; what was taken along into a fork stays there.
        """
        with self.database.transaction():
            gone = self._get(conversation_id, audience)
            self._note("delete", gone, audience)
            plan = ErasurePlan(
                kind=Erasable.CONVERSATION,
                roots={Erasable.CONVERSATION: frozenset({gone.id})},
                with_copies=False,
            )
            record = self.eraser.erase_within(plan, audience)
        self.eraser.settled(record)

    def fork(self, message_id: MessageId, audience: Audience) -> Conversation:
        """A new conversation that begins with everything up to this message."""
        with self.database.transaction():
            last = self.messages.get(message_id, audience)
            path = self.messages.path(last.id, audience)
            origin = self._get(last.conversation_id, audience)
            fork = self._forked(origin, at=message_id)
            self.conversations.add(fork)
            head = self._copy(path, into=fork.id, audience=audience)
            grown = replace(fork, head_id=head, message_count=len(path))
            self.conversations.update(grown)
            self._note("fork", grown, audience)
        return grown

    def search(
        self, text: str, audience: Audience, *, limit: int = 20
    ) -> list[MessageHit]:
        """Messages that hold the words, best first."""
        return self.messages.search(text, audience, limit=limit)

    def unfinished(self, audience: Audience) -> list[Message]:
        """Answers at the head of a conversation that broke off, newest first."""
        return self.messages.unfinished(audience)

    def _get(self, conversation_id: ConversationId, audience: Audience) -> Conversation:
        return self.conversations.get(conversation_id, audience)

    def _changed(self, before: Conversation, *, title: str) -> Conversation:
        after = replace(before, title=title)
        self.conversations.update(after)
        return after

    def _become(
        self,
        state: ConversationState,
        conversation_id: ConversationId,
        audience: Audience,
    ) -> Conversation:
        with self.database.transaction():
            before = self._get(conversation_id, audience)
            if before.state is state:
                return before
            after = before.become(state)
            self.conversations.update(after)
            self._note(f"become {state}", before, audience)
        return after

    def _forked(self, origin: Conversation, *, at: MessageId) -> Conversation:
        now = self.clock()
        return replace(
            origin,
            id=ConversationId(self.mint()),
            title=f"{origin.title} (fork)",
            state=ConversationState.ACTIVE,
            pinned_at=None,
            created_at=now,
            updated_at=now,
            head_id=None,
            total_tokens=0,
            message_count=0,
            forked_from=at,
        )

    def _copy(
        self, path: Sequence[Message], *, into: ConversationId, audience: Audience
    ) -> MessageId | None:
        """The branch again under fresh ids; the id of its end."""
        parent: MessageId | None = None
        for sequence, message in enumerate(path, start=1):
            copy = replace(
                message,
                id=MessageId(self.mint()),
                conversation_id=into,
                parent_id=parent,
                sequence=sequence,
            )
            self.messages.add(copy)
            self._copy_attachments(message, to=copy, audience=audience)
            quoted = self.citations.of(message.id, audience)
            self.citations.replace_of(copy.id, quoted)
            used = self.memories.used_by(message.id, audience)
            self.memories.replace_uses(copy.id, used)
            parent = copy.id
        return parent

    def _copy_attachments(
        self, message: Message, *, to: Message, audience: Audience
    ) -> None:
        for file in self.messages.attachments_of(message.id, audience):
            self.messages.add_attachment(
                replace(file, id=AttachmentId(self.mint()), message_id=to.id)
            )

    def _note(self, action: str, touched: Conversation, audience: Audience) -> None:
        """Titles are a person's words, so the record keeps only what changed."""
        self.trail.record(
            f"conversation {action}",
            actor=audience.user_id,
            resource=("conversation", touched.id),
            before={"state": touched.state, "messages": touched.message_count},
        )
