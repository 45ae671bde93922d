"""What stands there until the core is open: one can write already, and send.

It imports little, so that it stands there soon, and looks like the conversation
that takes its place. It holds no core; what is written here goes over whole.
"""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static, TextArea

from assistant.config.settings import KeySet
from assistant.safetext import one_line
from tui import greeting
from tui.keymap import Where, named
from tui.widgets.sheet import Sheet

_OPENING = "opening"
_STILL = "still opening: a keyring may be locked, or another Hearth busy   ^Q leave"
_LONG = 3.0
"""Seconds after which somebody wonders."""

_REFUSED = "not open   ^R try again   ^Q leave"
_WIDE, _SHORT = greeting.WIDTHS[-1][0], greeting.HEIGHTS[-1][0]
_SIDE = 28
LEAVING = {"ctrl+c": 130, "ctrl+q": 0}
"""Keys that end the program, whatever else waits, and its status."""

_FOR_LATER = frozenset(
    {"recall(-1)", "recall(1)", "read(-1)", "read(1)", "edit_outside", "command"}
)
"""What is done while writing, and not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote before there was a core to take it."""

    text: str = ""
    cursor: tuple[int, int] = (0, 0)
    sent: tuple[str, ...] = ()
    pasted: tuple[Sheet.Pasted, ...] = ()
    """Large texts and files, to go along."""

    @property
    def words(self) -> str:
        """All of it as one text."""
        texts = (*self.sent, *(each.text for each in self.pasted), self.text)
        return "\n\n".join(filter(str.strip, texts))


class OpeningScreen(Screen[None]):
    """A place to write, and nothing yet to ask."""

    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "again", show=False)]

    class Wanted(Message):
        """The core, now that there is something to look at."""

    def __init__(self, *, keys: KeySet) -> None:
        super().__init__()
        self._keys = keys
        self.HORIZONTAL_BREAKPOINTS = list(greeting.WIDTHS)
        self.VERTICAL_BREAKPOINTS = list(greeting.HEIGHTS)
        # From the start: to learn of it later, the whole tree would be styled again.
        self.add_class(*greeting.classes_of(*self.app.size))
        self._sent: list[str] = []
        self._pasted: list[Sheet.Pasted] = []
        self.is_refused = False
        """Whether it is known that there will be no core, until something is done."""

        writing = named(Where.WRITING, keys)
        self._taken = frozenset(
            key.partition(" ")[0]
            for key, action in writing.items()
            if action not in _FOR_LATER
        ) | {
            key
            for binding in TextArea.BINDINGS
            for key in getattr(binding, "key", "").split(",")
        }

    def compose(self) -> ComposeResult:
        width, height = self.app.size
        yield Static(greeting.brand(width), id="opening-title")
        with Horizontal():
            if width >= _WIDE:
                yield Static(_side(), id="opening-side")
            with Vertical(id="opening-page"):
                with Vertical(id="opening-reading"):
                    yield Static(_said(height), id="opening-said")
                with Vertical(id="opening-writing"):
                    yield Sheet(keys=self._keys)
        yield Static(_OPENING, id="opening-status")

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.post_message(self.Wanted())
        self.set_timer(_LONG, self._tell_still)

    def _tell_still(self) -> None:
        if not self.is_refused:
            self._set_status(_STILL)

    @property
    def written(self) -> Written:
        """All that would be lost."""
        if not self.query(Sheet):
            return Written()
        sheet = self._sheet
        return Written(
            text=sheet.text,
            cursor=sheet.cursor_location,
            sent=tuple(self._sent),
            pasted=tuple(self._pasted),
        )

    def takes(self, event: Key) -> bool:
        """Whether it is for what is written; all else is for later."""
        if self.is_refused:
            return True
        return event.key in self._taken or self._sheet.check_consume_key(
            event.key, event.character
        )

    @property
    def is_marked(self) -> bool:
        """Whether some of what is written is selected, to be copied."""
        return any(each.selected_text for each in self.query(Sheet))

    async def come_to_rest(self) -> None:
        """Wait until each key that was handed on has had its effect here."""
        for node in self._sheet.ancestors_with_self:
            done = asyncio.Event()
            node.call_later(done.set)
            await done.wait()
            if node is self:
                return

    def refuse(self, words: Content) -> None:
        """Show why there is no core, until it is tried again."""
        self.is_refused = True
        self._set_status(_REFUSED)
        for said in self.query("#opening-said"):
            said.display = False
        refused = VerticalScroll(Static(words), id="opening-refused", can_focus=False)
        self.query_one("#opening-reading").mount(refused)

    async def action_again(self) -> None:
        if not self.is_refused:
            return
        self.is_refused = False
        self._set_status(_OPENING)
        await self.query("#opening-refused").remove()
        for said in self.query("#opening-said"):
            said.display = True
        self._begin()

    def action_leave(self) -> None:
        self.app.exit()

    def _set_status(self, words: str) -> None:
        """Below, or above where there is no room below."""
        for status in self.query("#opening-status").results(Static):
            status.update(words)
        if self.has_class("-short"):
            sign = greeting.brand(self.size.width)
            shown = sign.append(words) if self.is_refused else sign
            self.query_one("#opening-title", Static).update(shown)

    @property
    def _sheet(self) -> Sheet:
        return self.query_one(Sheet)

    @on(Sheet.Finished)
    async def _keep(self, event: Sheet.Finished) -> None:
        event.stop()
        self._sent.append(event.text)
        lines = "\n".join(f"next · {one_line(each)}" for each in self._sent)
        for shown in self.query("#opening-sent"):
            await shown.remove()
        sent = Static(Content(lines), id="opening-sent")
        await self.query_one("#opening-writing").mount(sent, before=self._sheet)

    @on(Sheet.Scrolled)
    def _scroll(self, event: Sheet.Scrolled) -> None:
        event.stop()
        for refused in self.query("#opening-refused"):
            refused.scroll_relative(y=event.by * refused.size.height, animate=False)

    @on(Sheet.Pasted)
    def _hold(self, event: Sheet.Pasted) -> None:
        event.stop()
        self._pasted.append(event)


def _said(height: int) -> Content:
    trials = map(greeting.trial, greeting.TRIALS)
    to_try = (Content.styled(greeting.TO_TRY, "$muted $muted-style"), *trials)
    if height < _SHORT:
        return Content("\n").join(to_try)
    return Content("\n").join((greeting.GREETING, *to_try, Content(), greeting.doors()))


def _side() -> Content:
    empty = f" {greeting.FIND_A_TITLE}".ljust(_SIDE)
    return Content.styled(empty, "$muted on $surface")
