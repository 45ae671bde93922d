"""One line above the conversation, in which words of it are looked for.

It counts what it is told; where the words stand is for others to find.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import Input, Static


class FindBar(Horizontal):
    """Hidden until it is called."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Before", show=False),
        Binding("down", "step(1)", "After", show=False),
    ]

    DEFAULT_CSS = """
    FindBar {
        display: none;
        height: 1;
        width: 100%;
        max-width: 88;
        margin: 0 0 1 0;
        background: $surface;

        &.-open { display: block; }
        & > Static { width: auto; padding: 0 1; color: $muted; }
        & > .sign { color: $primary; }
        & > Input {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0;
            background: $surface;
            &:focus { border: none; background: $panel; }
        }
    }
    """

    count: reactive[int] = reactive(0)
    """How often the words stand in the conversation."""

    at: reactive[int] = reactive(0)
    """Which of them is shown, from 1."""

    @dataclass
    class Sought(Event):
        """These words are looked for."""

        bar: "FindBar"
        words: str

        @property
        def control(self) -> "FindBar":
            return self.bar

    @dataclass
    class Stepped(Event):
        """The place before (-1) or after (1) is wanted."""

        bar: "FindBar"
        by: int

        @property
        def control(self) -> "FindBar":
            return self.bar

    @dataclass
    class Taken(Event):
        """The place that is shown is the right one; it shall be read."""

        bar: "FindBar"

        @property
        def control(self) -> "FindBar":
            return self.bar

    def compose(self) -> ComposeResult:
        yield Static("⌕", classes="sign")
        yield Input(placeholder="find in this conversation", select_on_focus=False)
        yield Static(classes="count", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = self.app.animation_level != "none"

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def words(self) -> str:
        return self.query_one(Input).value.strip()

    def open(self, words: str = "") -> None:
        """Come, and take the focus; with nothing new, the old words stay."""
        self.add_class("-open")
        field = self.query_one(Input)
        if words and words != field.value:
            field.value = words
        else:
            self.post_message(self.Sought(self, self.words))
        field.focus()
        field.action_select_all()

    def close(self) -> None:
        self.remove_class("-open")

    def watch_count(self) -> None:
        self._tell()

    def watch_at(self) -> None:
        self._tell()

    def _tell(self) -> None:
        said = f"{self.at}/{self.count}" if self.count else "not here"
        for told in self.query(".count").results(Static):
            told.update(Content(said if self.words else ""))

    @on(Input.Changed)
    def _seek(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()
        self.post_message(self.Sought(self, self.words))

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Taken(self))

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(self, by))
