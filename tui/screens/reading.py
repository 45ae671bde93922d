"""A screen on which one conversation is open: its branch, its versions, its draft.

It follows what is opened, asked and answered; what can be wished of a message is
the next screen's business.
"""

from collections.abc import Sequence

from textual import on, work

from assistant.entities.citation import Citation
from assistant.entities.conversation import (
    Attachment,
    Conversation,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.turn import Edit, Regenerate
from tui import present
from tui.screens.listing import ListingScreen
from tui.screens.talk import Live, Question
from tui.screens.writing import WritingScreen
from tui.typeahead import AWAITED
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.transcript import Transcript

_UNDER_WAY = (MessageState.PENDING, MessageState.PROCESSING)


class ReadingScreen(WritingScreen, ListingScreen):
    """Shows one conversation, and follows what becomes of it."""

    @property
    def open_id(self) -> ConversationId | None:
        return self.conversation.id if self.conversation else None

    def is_shown(self, live: Live) -> bool:
        if live.asked is None:
            return live.question.conversation_id == self.open_id
        return live.asked.conversation_id == self.open_id

    def begins(self, question: Question) -> None:
        if isinstance(question.intent, Edit | Regenerate):
            self._note_step()

    async def saved(self, live: Live) -> None:
        if live.asked is None or live.reply is None:
            return
        is_new = live.question.begins_conversation and self.conversation is None
        if is_new:
            with self.troubles_told():
                self.conversation = await self.errands.run(
                    self.core.history.open,
                    live.asked.conversation_id,
                    self.core.audience,
                )
                self.draft_moves()
        if self.is_shown(live):
            self.conversation_changed()
            await self.transcript.put(live.asked, live.reply, now=self.now())
            self._remember_questions()
            await self._follow(live)
        self.list_conversations()

    def answered(self, live: Live) -> None:
        if live.reply is not None and self.is_shown(live):
            self._look_up_memories([live.reply])
            self.query_one(StatusBar).last = live.reply
            self.measure()
        if self.focused is None:
            self.composer.write_here()
        self.list_conversations()
        self.show_model()

    async def _follow(self, live: Live) -> None:
        """Let the reply grow where the eye is."""
        if view := self.live_view(live):
            await view.begin(live.words, saying=live.saying)

    def conversation_changed(self) -> None:
        bar = self.query_one(TitleBar)
        if self.conversation is None:
            self.show_empty()
        else:
            bar.conversation = present.title_of(self.conversation)
            self.remove_class("-empty")
        self.sidebar.current = self.open_id

    def show_empty(self) -> None:
        self.query_one(TitleBar).conversation = present.UNTITLED
        self.add_class("-empty")
        self.composer.remember(())
        self.query_one(StatusBar).last = None
        self.measure()
        if not self.sidebar.has_focus_within:
            self.composer.write_here()

    @work(exclusive=True, group="open", name=AWAITED)
    async def open_conversation(
        self, conversation_id: ConversationId, *, at: MessageId | None = None
    ) -> None:
        history, audience = self.core.history, self.core.audience
        with self.troubles_told():
            if at is not None:
                await self.errands.run(history.select, at, audience)
            opened = await self.errands.run(history.open, conversation_id, audience)
            branch = await self.errands.run(
                history.transcript, conversation_id, audience
            )
            self.change_draft(opened)
            await self._read(branch, at=at)

    async def _read(self, branch: Sequence[Message], *, at: MessageId | None) -> None:
        """Show the open conversation's branch, at its end or at a message."""
        self.conversation_changed()
        await self.transcript.show(branch, now=self.now(), at=at)
        self._remember_questions()
        replies = [each for each in branch if each.role is MessageRole.ASSISTANT]
        self.query_one(StatusBar).last = replies[-1] if replies else None
        self.measure()
        if self.live is not None:
            await self._follow(self.live)
        if at is None:
            self.composer.write_here()

    def _remember_questions(self) -> None:
        said = self.transcript.messages
        self.composer.remember(
            [each.content for each in said if each.role is MessageRole.USER]
        )

    def change_draft(self, opened: Conversation | None) -> None:
        """Leave the draft with the conversation it was written for."""
        self.stow_draft()
        self.conversation = opened
        self.unpack_draft()
        self.remove_class("-flipped")

    def chose(self, model: str) -> None:
        self.show_model(model)

    @work(exclusive=True, group="model")
    async def show_model(self, name: str | None = None) -> None:
        """Show the model of that name, or the one in use."""
        with self.troubles_told():
            model = await self.errands.run(self.core.models.in_use)
            if name not in (None, model.name):
                every = await self.errands.run(self.core.models.list)
                model = next((each for each in every if each.name == name), model)
            self.query_one(TitleBar).model = model
            self.query_one(StatusBar).model = model

    @on(Transcript.Drawn)
    def _complete(self, event: Transcript.Drawn) -> None:
        event.stop()
        self._number_versions(event.messages)
        self._look_up_sources([each for each in event.messages if each.sources])
        self._look_up_memories(
            [each for each in event.messages if each.role is MessageRole.ASSISTANT]
        )
        asked = [each for each in event.messages if each.role is MessageRole.USER]
        self._look_up_files(asked)

    @work(group="memories")
    async def _look_up_memories(self, replies: Sequence[Message]) -> None:
        with self.troubles_told():
            found = await self.errands.run(self._memories, replies)
            self.transcript.count_memories(found)

    def _memories(self, replies: Sequence[Message]) -> dict[MessageId, int]:
        accounts, audience = self.core.accounts, self.core.audience
        return {each.id: len(accounts.memories(each.id, audience)) for each in replies}

    @work(group="files")
    async def _look_up_files(self, questions: Sequence[Message]) -> None:
        with self.troubles_told():
            found = await self.errands.run(self._files, questions)
            self.transcript.enclose(found)

    def _files(
        self, questions: Sequence[Message]
    ) -> dict[MessageId, tuple[Attachment, ...]]:
        history, audience = self.core.history, self.core.audience
        return {
            each.id: tuple(history.attachments(each, audience)) for each in questions
        }

    @work(group="sources")
    async def _look_up_sources(self, replies: Sequence[Message]) -> None:
        with self.troubles_told():
            found = await self.errands.run(self._citations, replies)
            self.transcript.cite(found)

    def _citations(
        self, replies: Sequence[Message]
    ) -> dict[MessageId, tuple[Citation, ...]]:
        references, audience = self.core.citations, self.core.audience
        return {each.id: tuple(references.of(each.id, audience)) for each in replies}

    @work(group="versions")
    async def _number_versions(self, messages: Sequence[Message]) -> None:
        with self.troubles_told():
            versions = await self.errands.run(self._versions, messages)
            self.transcript.number_versions(versions)

    def _versions(self, messages: Sequence[Message]) -> dict[MessageId, str]:
        places = {}
        for message in messages:
            family = self.core.history.siblings(message, self.core.audience)
            ids = [each.id for each in family]
            if message.id in ids:
                places[message.id] = present.version(
                    ids.index(message.id) + 1, len(ids)
                )
        return places

    @work(exclusive=True, group="open", name=AWAITED)
    async def turn_to(self, message: Message, *, by: int) -> None:
        """Read on along another version of a message."""
        history, audience = self.core.history, self.core.audience
        with self.troubles_told():
            family = await self.errands.run(history.siblings, message, audience)
            ids = [each.id for each in family]
            place = ids.index(message.id) + by
            if not 0 <= place < len(ids):
                return
            other = family[place]
            self._note_step()
            opened = await self.errands.run(history.select, other.id, audience)
            self.conversation = opened
            branch = await self.errands.run(history.transcript, opened.id, audience)
            await self._read(branch, at=other.id)

    @work(exclusive=True, group="open", name=AWAITED)
    async def fork(self, message: Message) -> None:
        """Go on from a message in a conversation of its own; this one stays."""
        if message.state in _UNDER_WAY:
            self.say("That answer is still being written")
            return
        history, audience = self.core.history, self.core.audience
        left = self.transcript.messages[-1].id
        with self.troubles_told():
            fork = await self.errands.run(history.fork, message.id, audience)
            self.core.steps.note(fork.id, left)
            branch = await self.errands.run(history.transcript, fork.id, audience)
            self.change_draft(fork)
            await self._read(branch, at=None)
            self.list_conversations()
            self.say("This is a fork; the conversation it came from stays as it was")

    @work(exclusive=True, group="open", name=AWAITED)
    async def undo_step(self) -> None:
        """Read on where the last step aside was taken from."""
        if self.conversation is None:
            return
        history, audience = self.core.history, self.core.audience
        with self.troubles_told():
            back = await self.errands.run(
                self.core.steps.undo, self.conversation.id, audience
            )
            branch = await self.errands.run(history.transcript, back.id, audience)
            if back.id != self.open_id:
                self.change_draft(back)
            self.conversation = back
            await self._read(branch, at=None)
            self.transcript.focus_newest()

    def _note_step(self) -> None:
        """Remember where the branch that is about to be left ends."""
        messages = self.transcript.messages
        if self.conversation is not None and messages:
            self.core.steps.note(self.conversation.id, messages[-1].id)
