"""Second stage: the user's words are committed before anything else runs.

With them comes an empty reply, marked as being written by this process, so that
a reader who finds it later can tell a slow answer from a dead one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.agents.narrowing import noted
from assistant.agents.turn import Desk, Turn
from assistant.entities.audience import Audience, Scope
from assistant.entities.conversation import (
    Attachment,
    ContentKind,
    Conversation,
    ConversationState,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.ids import (
    AttachmentId,
    ConversationId,
    MessageId,
    UserId,
)
from assistant.entities.search import Named
from assistant.entities.turn import (
    Ask,
    Edit,
    Regenerate,
    Resume,
    TextFile,
    TurnRequest,
)
from assistant.errors import NotFoundError, UsageError

_LONGEST_TITLE = 60
_SEVERAL = 2


def write(request: TurnRequest, *, desk: Desk) -> Turn:
    """Commit the question and an empty reply; the turn that follows from them.

    Raises NotFoundError for an id the audience cannot see, UsageError for an
    empty question or a message that the intent does not fit.
    """
    with desk.database.transaction():
        return _Writing(request=request, audience=request.audience, desk=desk).turn()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """One use of this stage. Runs inside its transaction."""

    request: TurnRequest
    audience: Audience
    desk: Desk

    def turn(self) -> Turn:
        match self.request.intent:
            case Ask():
                return self._ask(self.request.intent)
            case Edit():
                return self._edit(self.request.intent)
            case Regenerate():
                return self._regenerate(self.request.intent)
            case Resume():
                return self._resume(self.request.intent)

    def _ask(self, ask: Ask) -> Turn:
        _refuse_blank(ask.text)
        conversation = self._conversation(ask)
        question = self._question(
            conversation, ask.text, parent_id=self._followed(ask, conversation)
        )
        self._attach(question, ask.files)
        self._narrow(question, ask.within)
        return self._answering(conversation, question)

    def _edit(self, edit: Edit) -> Turn:
        _refuse_blank(edit.text)
        earlier = self.desk.messages.get(edit.message_id, self.audience)
        if earlier.role is not MessageRole.USER:
            raise UsageError("Only a question can be worded anew")
        conversation = self._of(earlier)
        question = self._question(conversation, edit.text, parent_id=earlier.parent_id)
        self._copy_attachments(earlier, question)
        return self._answering(conversation, question)

    def _regenerate(self, regenerate: Regenerate) -> Turn:
        question = self._question_of(regenerate.message_id)
        return self._answering(self._of(question), question)

    def _resume(self, resume: Resume) -> Turn:
        broken = self.desk.messages.get(resume.message_id, self.audience)
        if broken.role is not MessageRole.ASSISTANT or not broken.is_unfinished:
            raise UsageError("That answer is complete; there is nothing to go on with")
        conversation = self._of(broken)
        question = self._question_of(broken.id)
        reply = replace(
            broken,
            state=MessageState.PROCESSING,
            error=None,
            finish_reason=None,
            written_by=self.desk.writer,
        )
        self.desk.messages.replace(reply)
        self._move_head(conversation, reply)
        branch = self.desk.messages.path(reply.id, self.audience)
        if not reply.content.strip():
            branch = branch[:-1]
        return self._turn(conversation, question=question, reply=reply, branch=branch)

    def _answering(self, conversation: Conversation, question: Message) -> Turn:
        """An empty reply below the question, at the conversation's head."""
        reply = Message(
            id=MessageId(self.desk.mint()),
            conversation_id=conversation.id,
            owner_id=question.owner_id,
            role=MessageRole.ASSISTANT,
            content="",
            created_at=self.desk.clock(),
            sequence=self.desk.messages.next_sequence(conversation.id),
            state=MessageState.PROCESSING,
            parent_id=question.id,
            scope=question.scope,
            server_id=question.server_id,
            channel_id=question.channel_id,
            written_by=self.desk.writer,
        )
        self.desk.messages.add(reply)
        self._move_head(conversation, reply)
        branch = self.desk.messages.path(question.id, self.audience)
        return self._turn(conversation, question=question, reply=reply, branch=branch)

    def _turn(
        self,
        conversation: Conversation,
        *,
        question: Message,
        reply: Message,
        branch: Sequence[Message],
    ) -> Turn:
        files = self.desk.messages.attachments_of_all(
            [message.id for message in branch], self.audience
        )
        return Turn(
            request=self.request,
            conversation=conversation,
            question=question,
            reply=reply,
            persona=self.desk.personas.answering(conversation),
            branch=branch,
            attachments=files,
            speakers=self._speakers(branch),
        )

    def _speakers(self, branch: Sequence[Message]) -> Mapping[UserId, str]:
        """What to call those who ask, where they are several."""
        asked_by = {message.author_id for message in branch if message.author_id}
        if len(asked_by) < _SEVERAL:
            return {}
        people = map(self.desk.people.find_user, sorted(asked_by))
        return {each.id: each.display_name for each in people if each is not None}

    def _conversation(self, ask: Ask) -> Conversation:
        if ask.conversation_id is not None:
            held = self._active(ask.conversation_id)
            return replace(held, is_incognito=held.is_incognito or ask.is_incognito)
        place = self.audience.place
        now = self.desk.clock()
        fresh = Conversation(
            id=ConversationId(self.desk.mint()),
            user_id=self.audience.user_id,
            title=title_of(ask.text),
            state=ConversationState.NEW,
            created_at=now,
            updated_at=now,
            server_id=place.server_id,
            channel_id=place.channel_id,
            is_incognito=ask.is_incognito,
        )
        self.desk.conversations.add(fresh)
        return self._with_persona(fresh.become(ConversationState.ACTIVE))

    def _followed(self, ask: Ask, conversation: Conversation) -> MessageId | None:
        """The message below which the question goes."""
        if ask.after is None:
            return conversation.head_id
        followed = self.desk.messages.get(ask.after, self.audience)
        if followed.conversation_id != conversation.id:
            raise UsageError("That message belongs to another conversation")
        return followed.id

    def _active(self, conversation_id: ConversationId) -> Conversation:
        conversation = self.desk.conversations.get(conversation_id, self.audience)
        if conversation.state is not ConversationState.ACTIVE:
            conversation = conversation.become(ConversationState.ACTIVE)
        return self._with_persona(conversation)

    def _with_persona(self, conversation: Conversation) -> Conversation:
        """With the one that was asked for by name, from now on."""
        name = self.request.persona
        if name is None:
            return conversation
        return self.desk.personas.chosen_for(conversation, name)

    def _of(self, message: Message) -> Conversation:
        return self._active(message.conversation_id)

    def _question_of(self, message_id: MessageId) -> Message:
        message = self.desk.messages.get(message_id, self.audience)
        if message.role is MessageRole.USER:
            return message
        if message.parent_id is None:
            raise NotFoundError(f"No question leads to message {message_id}")
        return self._question_of(message.parent_id)

    def _question(
        self, conversation: Conversation, text: str, *, parent_id: MessageId | None
    ) -> Message:
        place = self.audience.place
        question = Message(
            id=MessageId(self.desk.mint()),
            conversation_id=conversation.id,
            owner_id=self.audience.user_id,
            author_id=self.audience.user_id,
            role=MessageRole.USER,
            content=text,
            created_at=self.desk.clock(),
            sequence=self.desk.messages.next_sequence(conversation.id),
            state=MessageState.PENDING,
            parent_id=parent_id,
            scope=Scope.PRIVATE if place.is_private else Scope.PUBLIC,
            server_id=place.server_id,
            channel_id=place.channel_id,
        )
        self.desk.messages.add(question)
        return question

    def _attach(self, question: Message, files: Sequence[TextFile]) -> None:
        for file in files:
            attachment = Attachment(
                id=AttachmentId(self.desk.mint()),
                message_id=question.id,
                name=file.name,
                kind=ContentKind.TEXT,
                size_bytes=len(file.text.encode()),
                text=file.text,
                media_type="text/plain",
            )
            self.desk.messages.add_attachment(attachment)

    def _narrow(self, question: Message, within: Sequence[Named]) -> None:
        for named in within:
            fresh = AttachmentId(self.desk.mint())
            self.desk.messages.add_attachment(noted(named, on=question.id, id=fresh))

    def _copy_attachments(self, earlier: Message, question: Message) -> None:
        for file in self.desk.messages.attachments_of(earlier.id, self.audience):
            copy = replace(
                file, id=AttachmentId(self.desk.mint()), message_id=question.id
            )
            self.desk.messages.add_attachment(copy)

    def _move_head(self, conversation: Conversation, reply: Message) -> None:
        self.desk.conversations.update(
            replace(conversation, head_id=reply.id, updated_at=self.desk.clock())
        )


def title_of(text: str) -> str:
    """The question's first line, cut at a word when it is long."""
    line = next(line for line in text.strip().splitlines() if line.strip()).strip()
    if len(line) <= _LONGEST_TITLE:
        return line
    return line[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def _refuse_blank(text: str) -> None:
    if not text.strip():
        raise UsageError(
            "There is no question",
            hint='Say something: hearth ask "What is the capital of France?"',
        )
