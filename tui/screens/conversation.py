"""The screen Hearth lives on: conversations at the side, one of them to go on with.

It carries what the widgets report to the core, and what the core gives to them.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from textual.worker import WorkerCancelled

from assistant.entities.conversation import Message
from assistant.entities.turn import Ask, Edit, Regenerate, Resume
from tui import greeting
from tui.core import Core
from tui.keyed import keys_of
from tui.keymap import Where, bindings
from tui.messages import SourceSought, Wish
from tui.modals.models import ChooseModel
from tui.screens.completing import CompletingScreen
from tui.screens.firstrun import FirstRunScreen
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.opening import Written
from tui.screens.talk import Question
from tui.typeahead import AWAITED, Settled
from tui.widgets.aside import Aside
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.completion import Completion
from tui.widgets.composer import Composer
from tui.widgets.findbar import FindBar
from tui.widgets.message import MessageView
from tui.widgets.sheet import Sheet
from tui.widgets.sidebar import Sidebar
from tui.widgets.transcript import Transcript
from tui.widgets.welcome import Welcome

_LINKS = ("http://", "https://", "mailto:")


class ConversationScreen(CompletingScreen):
    """Asking, and doing things with single messages."""

    AUTO_FOCUS = "Sheet"
    CSS_PATH = "conversation.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.EVERYWHERE)]

    def __init__(self, core: Core, *, written: Written | None = None) -> None:
        super().__init__(core)
        self._written = written or Written()
        self.HORIZONTAL_BREAKPOINTS = list(greeting.WIDTHS)
        self.VERTICAL_BREAKPOINTS = list(greeting.HEIGHTS)
        self.is_filled = False
        # From the start: to learn of it later, the whole tree would be styled again.
        self.add_class("-empty", *greeting.classes_of(*self.app.size))

    def compose(self) -> ComposeResult:
        now = self.now()
        yield TitleBar()
        with Horizontal(id="middle"):
            yield Sidebar(now=now)
            with Vertical(id="page"):
                yield Welcome()
                yield FindBar()
                yield Transcript(now=now)
                with Vertical(id="writing"):
                    yield Completion()
                    yield Composer(keys=keys_of(self))
            yield Aside()
        yield StatusBar()
        yield Static(greeting.TOO_SMALL, id="notice")

    def on_mount(self) -> None:
        self.show_empty()
        sheet = self.query_one(Sheet)
        sheet.write(self._written.text)
        sheet.move_cursor(self._written.cursor)
        self.call_after_refresh(self._wake)

    def _wake(self) -> None:
        self._fill()
        self._listen()

    @work(group="listen")
    async def _listen(self) -> None:
        """Keys typed early come after the draft: they would be taken for a new one."""
        with suppress(WorkerCancelled):
            await self.fetch_draft(above=True).wait()
        self._take_up()
        self.app.post_message(Settled())

    def _take_up(self) -> None:
        """What was sent and pasted before there was a core."""
        for text in self._written.sent:
            self._submit(Composer.Submitted(self.composer, text))
        for each in self._written.pasted:
            self.query_one(Sheet).post_message(Sheet.Pasted(each.text, each.paths))
        self._written = Written()

    def look_again(self) -> None:
        self._fill()
        self.keep_drafts()
        if self.open_id is not None and self.live is None:
            self.open_conversation(self.open_id)

    def on_screen_resume(self) -> None:
        """Another page may have changed which model answers."""
        if self.is_filled:
            self.show_model()

    def _fill(self) -> None:
        """What the first frame does not wait for."""
        self.is_filled = True
        self._greet()
        self.fetch_draft()
        self.list_conversations()
        self.show_model()
        self.show_persona()
        self._offer_unfinished()

    @work(group="greet")
    async def _greet(self) -> None:
        """Say what this is to somebody who is here for the first time."""
        with self.troubles_told():
            is_new = await self.errands.run(
                self.core.beginning.is_first_time, self.core.audience
            )
            if is_new and not self.composer.text:
                await self.app.push_screen(FirstRunScreen(self.core))

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
        editing = self.editing
        if editing is None and not event.files and self.obeyed(event.text):
            return
        if editing is not None:
            self.leave_editing()
            intent = Edit(message_id=editing.id, text=event.text)
            self.ask(Question(intent=intent, typed=event.text))
        else:
            asked = Ask(
                text=event.text,
                conversation_id=self.open_id,
                files=event.files,
                within=event.within,
                is_incognito=self.is_off_record,
            )
            self.ask(Question(intent=asked, typed=event.text, files=event.files))

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

    @work(exclusive=True, group="resume", name=AWAITED)
    async def _go_on_elsewhere(self, reply: Message) -> None:
        with suppress(WorkerCancelled):
            await self.open_conversation(reply.conversation_id).wait()
            self.fulfil(Wish.GO_ON, reply)

    @on(Transcript.Left)
    def _leave_transcript(self, event: Transcript.Left) -> None:
        event.stop()
        self.composer.write_here()

    @on(MessageView.Wished)
    def _wish_for_message(self, event: MessageView.Wished) -> None:
        event.stop()
        self.fulfil(event.wish, event.view.message)

    def fulfil(self, wish: Wish, message: Message) -> None:
        """Do with a message what is wished, as far as it can be done."""
        match wish:
            case Wish.EDIT:
                self.edit(message)
            case Wish.AGAIN:
                self.ask(Question(intent=Regenerate(message_id=message.id)))
            case Wish.GO_ON:
                self._go_on(message)
            case Wish.FORK:
                self.fork(message)
            case Wish.UNDO:
                self.undo_step()
            case Wish.PREVIOUS:
                self.turn_to(message, by=-1)
            case Wish.NEXT:
                self.turn_to(message, by=1)
            case _ if not self.judge(wish, message):
                self._look_into(wish, message)

    def _look_into(self, wish: Wish, message: Message) -> None:
        """Wishes that leave everything as it is."""
        view = self.transcript.find_view(message.id)
        if wish is Wish.COPY:
            self.copy(message.content, said="Copied")
        elif wish is Wish.WHY:
            self.explain(message)
        elif wish is Wish.SOURCES:
            self.show_sources(message)
        elif wish is Wish.COPY_ALL and self.conversation is not None:
            self.copy_conversation(self.conversation)
        elif wish is Wish.COPY_CODE and view is not None:
            self.copy_code(view)
        elif wish is Wish.FOLLOW and view is not None:
            self.follow(view)

    def _go_on(self, message: Message) -> None:
        if message.is_unfinished:
            self.ask(Question(intent=Resume(message_id=message.id)))
        elif message.error:
            self.ask(Question(intent=Regenerate(message_id=message.id)))
        else:
            self.say("That answer is complete")

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

    def action_export(self) -> None:
        if self.conversation is None:
            self.say("There is nothing to save yet")
        else:
            self.export(self.conversation)

    def action_rename(self) -> None:
        self.action_wish(Wish.RENAME)

    def action_go_on(self) -> None:
        unfinished = self.query_one(Welcome).unfinished
        if self.conversation is None and unfinished:
            self._go_on_elsewhere(unfinished[0])
        else:
            self.action_wish(Wish.GO_ON)

    @work(exclusive=True, group="library", name=AWAITED)
    async def offer_to_library(self, paths: Sequence[Path]) -> None:
        self.say(f"{paths[0].name} is no plain text; the library can read it")
        await self.app.push_screen("library")
        library = self.app.get_screen("library", LibraryScreen)
        library.offer(str(paths[0]))

    def action_stop(self) -> None:
        if self.aside.has_focus_within:
            self.close_aside()
            return
        if self.leave_finding():
            return
        if self.sidebar.has_focus_within:
            self._leave_sidebar()
        elif self.editing is not None:
            self.leave_editing()
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
        self.change_draft(None)
        self.conversation_changed()
        self._offer_unfinished()

    def action_browse(self) -> None:
        if self.conversation is not None:
            self.transcript.focus_newest()

    async def action_go_to_end(self, side: int) -> None:
        """Go to the first message (-1), or to the last one (1)."""
        messages = self.transcript.messages
        if self.conversation is None or not messages:
            return
        if side < 0:
            first = messages[0].id
            await self.transcript.show(messages, now=self.now(), at=first)
        else:
            await self.transcript.show(messages, now=self.now())
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
        self.app.push_screen(HelpScreen(keys_of(self)))

    @on(SourceSought)
    def _show_source(self, event: SourceSought) -> None:
        event.stop()
        self.open_conversation(event.conversation_id, at=event.message_id)

    def action_visit(self, page: str) -> None:
        self.app.push_screen(page)

    @work(exclusive=True, group="choose", name=AWAITED)
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
            self.show_model()
