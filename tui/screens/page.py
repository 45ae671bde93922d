"""A page beside the conversation: its bar, its lines, one word below, and its keys.

What goes wrong on it is said in its place, with what to do; long work on it goes on
while another page is looked at.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from assistant.errors import AssistantError, StorageError
from assistant.safetext import clean, one_line
from tui.bridge import StoppedError, Tell, Work
from tui.core import Core
from tui.keyed import keys_of
from tui.keymap import Action, Where, bindings, hint
from tui.messages import WorkEnded, WorkProgressed
from tui.screens.base import CoreScreen
from tui.screens.help import HelpScreen
from tui.widgets.page import Gauge, KeyLine, Offer, PageBar, Word
from tui.widgets.rows import Lines

_WIDTHS = ((0, "-tiny"), (24, "-narrow"), (100, "-wide"))
_HEIGHTS = ((0, "-flat"), (6, "-short"), (16, "-tall"))
_SHARED = ("find", "help", "app.command_palette", "app.quit")


def _is_shared(name: str) -> bool:
    """Whether an action works on every page as it does in the conversation."""
    return name in _SHARED or name.startswith("visit(")


class PageScreen(CoreScreen):
    """One page. Escape leaves it, step by step."""

    CSS_PATH = "page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(each for each in bindings(Where.EVERYWHERE) if _is_shared(each.action)),
        Binding("escape", "back", "Go back", show=False),
        Binding("question_mark", "help", "Show these keys", show=False),
    ]

    name_: ClassVar[str]
    """What it is visited by."""

    heading: str
    where: ClassVar[Where]
    words: ClassVar[Sequence[tuple[str, str]]] = ()
    """Its actions in short, as the last line offers them."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.HORIZONTAL_BREAKPOINTS = list(_WIDTHS)
        self.VERTICAL_BREAKPOINTS = list(_HEIGHTS)
        self.working: Work | None = None
        """What goes on just now."""

        self.result: object = None

    def compose(self) -> ComposeResult:
        yield PageBar()
        with Vertical(id="middle"), Vertical(id="page"):
            yield from self.body()
            with Vertical(id="below"):
                yield Gauge()
                yield Word()
        yield KeyLine()
        yield Static("A little more room, please: 40 by 10 is enough", id="notice")

    @abstractmethod
    def body(self) -> Iterator[Widget]:
        """What stands between the bar and the word."""

    @abstractmethod
    def fill(self) -> object:
        """Show how things are now."""

    def on_mount(self) -> None:
        self.query_one(PageBar).heading = self.heading
        self.name_keys()
        for line in self.query(Input):
            line.cursor_blink = self.app.animation_level != "none"
        for rows in self.query(Lines):
            rows.focus()

    def on_screen_resume(self) -> None:
        self.fill()

    def on_unmount(self) -> None:
        if self.working is not None:
            self.working.stop()

    words_when_empty: ClassVar[Sequence[tuple[str, str]]] = (("add", "add"),)
    """The same while there is nothing yet that anything could be done with."""

    def be_empty(self, *, is_empty: bool) -> None:
        """Teach what this page is for, or show what is there."""
        self.set_class(is_empty, "-empty")
        self.name_keys()

    def name_keys(self) -> None:
        """Say in the last line which keys do what."""
        self.query_one(KeyLine).offers = tuple(self._offers())

    def _offers(self) -> Iterator[Offer]:
        is_empty = self.has_class("-empty")
        for name, word in self.words_when_empty if is_empty else self.words:
            yield Offer(hint(name, keys_of(self), where=self.where), word, name)
        yield Offer("Esc", "back", "back")

    def can(self, action: Action) -> bool:
        """Whether an action of the table can be done here."""
        if action.where is Where.EVERYWHERE:
            return _is_shared(action.name)
        return action.where is self.where

    def tell(self, error: Exception, *, gave_back: bool = False) -> None:
        if isinstance(error, StorageError):
            super().tell(error, gave_back=gave_back)
        elif isinstance(error, AssistantError):
            self.warn(str(error), error.hint)
        else:
            self.warn("Something went wrong here", "The log says what")

    def warn(self, wrong: str, advice: str = "") -> None:
        """What went wrong in one line, and below it what to do."""
        lines = [Content.assemble(("! ", "$error"), one_line(wrong))]
        if advice:
            lines.append(Content.assemble("  ", (one_line(advice), "$muted")))
        self.show_word(*lines)

    def note(self, *lines: str) -> None:
        """A word about what was just done."""
        self.show_word(*(Content(clean(each)) for each in lines))

    def show_word(self, *lines: Content) -> None:
        self.query_one(Word).say(*lines)

    def begin(self, name: str, call: Callable[[Tell], object]) -> bool:
        """Do something long, one thing at a time; whether it could begin."""
        if self.working is not None:
            self.warn("One thing at a time", "Esc stops what goes on")
            return False
        self.working = Work(node=self, name=name, call=call)
        self.working.start()
        return True

    def progressed(self, events: Sequence[object]) -> None:
        """Long work has told something."""

    def ended(self) -> None:
        """Long work has come to its end; `result` is what it gave."""

    def stopped(self) -> None:
        """Long work was stopped, as was asked."""

    def failed(self, error: Exception) -> None:
        """Long work has failed."""
        self.tell(error)

    @on(WorkProgressed)
    def _progress(self, event: WorkProgressed) -> None:
        event.stop()
        if self.working is not None:
            self.progressed(event.events)

    @on(WorkEnded)
    def _end(self, event: WorkEnded) -> None:
        event.stop()
        self.working = None
        self.query_one(Gauge).share = None
        if event.error is None:
            self.result = event.result
            self.ended()
        elif isinstance(event.error, StoppedError):
            self.stopped()
        else:
            self.failed(event.error)
        self.fill()

    def action_back(self) -> None:
        """Leave what is open, or stop what goes on, or the page."""
        line = next(iter(self.query(Input)), None)
        if line is not None and line.has_focus:
            line.value = ""
            self.query_one(Lines).focus()
        elif self.working is not None and not self.working.is_stopping:
            self.working.stop()
        else:
            if self.working is None:
                self.show_word()  # it was read
            self.leave()

    def leave(self) -> None:
        """Go back to the conversation; what goes on here goes on."""
        self.app.pop_screen()

    def action_visit(self, name: str) -> None:
        """Go to another page; the key of this one leads back."""
        if name == self.name_:
            self.leave()
        else:
            self.app.switch_screen(name)

    def action_find(self) -> None:
        for line in self.query(Input):
            line.focus()

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(keys_of(self)))
