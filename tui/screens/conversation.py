"""The screen Hearth lives on: conversations at the side, one of them to go on with.

It carries what the widgets report to the core, and what the core gives to them.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Markdown, Static
from textual.worker import WorkerCancelled

from assistant.entities.conversation import Conversation, Message, MessageRole
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.turn import Ask, Edit, Regenerate, Resume
from assistant.safetext import clean
from tui import present
from tui.core import Core
from tui.keymap import Where, bindings
from tui.messages import Wish
from tui.modals.models import ChooseModel
from tui.screens.answering import AnsweringScreen
from tui.screens.help import HelpScreen
from tui.screens.listing import ListingScreen
from tui.screens.talk import Live, Question
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.composer import Composer
from tui.widgets.message import MessageView
from tui.widgets.sidebar import Sidebar
from tui.widgets.transcript import Transcript
from tui.widgets.welcome import Welcome

_WIDTHS = ((0, "-tiny"), (24, "-narrow"), (100, "-wide"))
_HEIGHTS = ((0, "-flat"), (6, "-short"), (16, "-tall"))
_LINKS = ("http://", "https://", "mailto:")


class ConversationScreen(AnsweringScreen, ListingScreen):
    """Reading, asking, and doing things with single messages."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.EVERYWHERE)]

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.HORIZONTAL_BREAKPOINTS = list(_WIDTHS)
        self.VERTICAL_BREAKPOINTS = list(_HEIGHTS)
        self._editing: Message | None = None
        self._drafts: dict[ConversationId | None, str] = {}

    def compose(self) -> ComposeResult:
        now = self.now()
        yield TitleBar()
        with Horizontal(id="middle"):
            yield Sidebar(now=now)
            with Vertical(id="page"):
                yield Welcome()
                yield Transcript(now=now)
                with Vertical(id="writing"):
                    yield Composer()
        yield StatusBar()
        yield Static("A little more room, please: 40 by 10 is enough", id="notice")

    def on_mount(self) -> None:
        self._show_empty()
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        """What the first frame does not wait for."""
        self.list_conversations()
        self._show_model()
        self._offer_unfinished()

    @property
    def _open_id(self) -> ConversationId | None:
        return self.conversation.id if self.conversation else None

    def is_shown(self, live: Live) -> bool:
        if live.asked is None:
            return live.question.conversation_id == self._open_id
        return live.asked.conversation_id == self._open_id

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
        if self.is_shown(live):
            self.conversation_changed()
            await self.transcript.put(live.asked, live.reply, now=self.now())
            self._remember_questions()
            await self._follow(live)
        self.list_conversations()

    def answered(self, live: Live) -> None:
        if live.reply is not None and self.is_shown(live):
            self.query_one(StatusBar).last = live.reply
        if self.focused is None:
            self.composer.write_here()
        self.list_conversations()
        self._show_model()

    async def _follow(self, live: Live) -> None:
        """Let the reply grow where the eye is."""
        if view := self.live_view(live):
            await view.begin(live.words, saying=live.saying)

    def conversation_changed(self) -> None:
        bar = self.query_one(TitleBar)
        if self.conversation is None:
            self._show_empty()
        else:
            bar.conversation = present.title_of(self.conversation)
            self.remove_class("-empty")
        self.sidebar.current = self._open_id

    def _show_empty(self) -> None:
        self.query_one(TitleBar).conversation = present.UNTITLED
        self.add_class("-empty")
        self.composer.remember(())
        self.composer.write_here()

    @work(exclusive=True, group="open")
    async def open_conversation(
        self, conversation_id: ConversationId, *, at: Message | None = None
    ) -> None:
        history, audience = self.core.history, self.core.audience
        with self.troubles_told():
            if at is not None:
                await self.errands.run(history.select, at.id, audience)
            opened = await self.errands.run(history.open, conversation_id, audience)
            branch = await self.errands.run(
                history.transcript, conversation_id, audience
            )
            self._change_draft(opened)
            await self._read(branch, at=at)

    async def _read(self, branch: Sequence[Message], *, at: Message | None) -> None:
        """Show the open conversation's branch, at its end or at a message."""
        self.conversation_changed()
        await self.transcript.show(branch, now=self.now(), at=at.id if at else None)
        self._remember_questions()
        replies = [each for each in branch if each.role is MessageRole.ASSISTANT]
        self.query_one(StatusBar).last = replies[-1] if replies else None
        if self.live is not None:
            await self._follow(self.live)
        if at is None:
            self.composer.write_here()

    def _remember_questions(self) -> None:
        said = self.transcript.messages
        self.composer.remember(
            [each.content for each in said if each.role is MessageRole.USER]
        )

    def _change_draft(self, opened: Conversation | None) -> None:
        """Leave the draft with the conversation it was written for."""
        self._leave_editing()
        self._drafts[self._open_id] = self.composer.text
        self.conversation = opened
        self.composer.text = self._drafts.pop(self._open_id, "")
        self.remove_class("-flipped")

    def chose(self, model: str) -> None:
        self._show_model(model)

    @work(exclusive=True, group="model")
    async def _show_model(self, name: str | None = None) -> None:
        """Show the model of that name, or the one in use."""
        with self.troubles_told():
            model = await self.errands.run(self.core.models.in_use)
            if name not in (None, model.name):
                every = await self.errands.run(self.core.models.list)
                model = next((each for each in every if each.name == name), model)
            self.query_one(TitleBar).model = model
            self.query_one(StatusBar).model = model

    @work(exclusive=True, group="unfinished")
    async def _offer_unfinished(self) -> None:
        with self.troubles_told():
            broken = await self.errands.run(
                self.core.history.unfinished, self.core.audience
            )
            self.query_one(Welcome).unfinished = tuple(broken[:3])

    @on(Composer.Submitted)
    def _submit(self, event: Composer.Submitted) -> None:
        event.stop()
        editing = self._editing
        if editing is not None:
            self._leave_editing()
            intent = Edit(message_id=editing.id, text=event.text)
            self.ask(Question(intent=intent, typed=event.text))
        else:
            asked = Ask(text=event.text, conversation_id=self._open_id)
            self.ask(Question(intent=asked, typed=event.text))

    @on(Composer.Scrolled)
    def _scroll(self, event: Composer.Scrolled) -> None:
        event.stop()
        if event.by < 0:
            self.transcript.scroll_page_up(animate=False)
        else:
            self.transcript.scroll_page_down(animate=False)

    @on(Welcome.Chosen)
    def _try(self, event: Welcome.Chosen) -> None:
        event.stop()
        self.ask(Question(intent=Ask(text=event.text), typed=event.text))
        self.composer.write_here()

    @on(Welcome.Resumed)
    def _resume_unfinished(self, event: Welcome.Resumed) -> None:
        event.stop()
        self._go_on_elsewhere(event.reply)

    @work(exclusive=True, group="resume")
    async def _go_on_elsewhere(self, reply: Message) -> None:
        with suppress(WorkerCancelled):
            await self.open_conversation(reply.conversation_id).wait()
            self.fulfil(Wish.GO_ON, reply)

    @on(Transcript.Left)
    def _leave_transcript(self, event: Transcript.Left) -> None:
        event.stop()
        self.composer.write_here()

    @on(Transcript.Drawn)
    def _number(self, event: Transcript.Drawn) -> None:
        event.stop()
        self._number_versions(event.messages)

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

    @on(MessageView.Wished)
    def _wish_for_message(self, event: MessageView.Wished) -> None:
        event.stop()
        self.fulfil(event.wish, event.view.message)

    def fulfil(self, wish: Wish, message: Message) -> None:
        """Do with a message what is wished, as far as it can be done."""
        match wish:
            case Wish.EDIT:
                self._edit(message)
            case Wish.AGAIN:
                self.ask(Question(intent=Regenerate(message_id=message.id)))
            case Wish.GO_ON:
                self._go_on(message)
            case Wish.COPY:
                self.app.copy_to_clipboard(clean(message.content))
                self.say("Copied")
            case Wish.PREVIOUS:
                self._turn_to(message, by=-1)
            case Wish.NEXT:
                self._turn_to(message, by=1)
            case _:
                pass

    def _edit(self, message: Message) -> None:
        if message.role is not MessageRole.USER:
            self.say("Only your own words can be worded anew")
            return
        self._drafts[self._open_id] = self.composer.text
        self._editing = message
        self.composer.is_editing = True
        self.composer.text = message.content
        self.composer.write_here()

    def _leave_editing(self) -> None:
        if self._editing is not None:
            self._editing = None
            self.composer.is_editing = False
            self.composer.text = self._drafts.pop(self._open_id, "")

    def _go_on(self, message: Message) -> None:
        if message.is_unfinished:
            self.ask(Question(intent=Resume(message_id=message.id)))
        elif message.error:
            self.ask(Question(intent=Regenerate(message_id=message.id)))
        else:
            self.say("That answer is complete")

    @work(exclusive=True, group="open")
    async def _turn_to(self, message: Message, *, by: int) -> None:
        """Read on along another version of a message."""
        history, audience = self.core.history, self.core.audience
        with self.troubles_told():
            family = await self.errands.run(history.siblings, message, audience)
            ids = [each.id for each in family]
            place = ids.index(message.id) + by
            if not 0 <= place < len(ids):
                return
            other = family[place]
            opened = await self.errands.run(history.select, other.id, audience)
            self.conversation = opened
            branch = await self.errands.run(history.transcript, opened.id, audience)
            await self._read(branch, at=other)

    @on(Markdown.LinkClicked)
    def _open_link(self, event: Markdown.LinkClicked) -> None:
        event.stop()
        if event.href.startswith(_LINKS):
            self.app.open_url(event.href)

    def _current(self) -> Message | None:
        """The message with the focus, else the newest."""
        if isinstance(self.focused, MessageView):
            return self.focused.message
        messages = self.transcript.messages if self.conversation else ()
        return messages[-1] if messages else None

    def action_wish(self, name: str) -> None:
        wish = Wish(name)
        if self.conversation is None:
            self.say("There is nothing to do that with yet")
            return
        self.wish_for(self.conversation, wish)
        if message := self._current():
            self.fulfil(wish, message)

    def action_again(self) -> None:
        self.action_wish(Wish.AGAIN)

    def action_rename(self) -> None:
        self.action_wish(Wish.RENAME)

    def action_go_on(self) -> None:
        unfinished = self.query_one(Welcome).unfinished
        if self.conversation is None and unfinished:
            self._go_on_elsewhere(unfinished[0])
        else:
            self.action_wish(Wish.GO_ON)

    def action_stop(self) -> None:
        if self.sidebar.has_focus_within:
            self._leave_sidebar()
        elif self._editing is not None:
            self._leave_editing()
        elif self.live is not None and not self.live.is_stopping:
            self.stop_answer()
        else:
            self._leave_sidebar()
        self.composer.write_here()

    def _leave_sidebar(self) -> None:
        self.sidebar.clear()
        if not self.has_class("-wide"):
            self.remove_class("-flipped")

    def action_new(self) -> None:
        self._change_draft(None)
        self.conversation_changed()
        self._offer_unfinished()

    def action_find(self) -> None:
        self._show_sidebar()
        self.sidebar.find_here()

    def action_browse(self) -> None:
        if self.conversation is not None:
            self.transcript.focus_newest()

    def action_toggle_sidebar(self) -> None:
        self.toggle_class("-flipped")
        if not self.sidebar.display:
            self.composer.write_here()

    def _show_sidebar(self) -> None:
        is_hidden = self.has_class("-flipped") == self.has_class("-wide")
        if is_hidden:
            self.toggle_class("-flipped")

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen())

    @work(exclusive=True, group="choose")
    async def action_choose_model(self) -> None:
        with self.troubles_told():
            models = await self.errands.run(self.core.models.list)
            in_use = await self.errands.run(self.core.models.in_use)
            name = await self.app.push_screen_wait(
                ChooseModel(models, in_use=in_use.name)
            )
            if name is None:
                return
            await self.errands.run(
                self.core.models.use, name, actor=self.core.audience.user_id
            )
            self._show_model()
