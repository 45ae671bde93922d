"""The sheet that is written on: it grows, leafs back, and knows much from little.

What becomes of what is written is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.message import Message

from assistant.config.settings import KeySet
from assistant.safetext import clean
from tui.widgets.dropped import dropped
from tui.widgets.editing import Editing

INVITATION = "Ask anything"
_MOST_LETTERS = 2000
_MOST_LINES = 20
"""A paste beyond one of these becomes a file, where files can go along."""

_CHOOSING = frozenset({"up", "down", "tab", "enter", "escape"})


class Sheet(Editing):
    """The sheet that is written on; it grows with the text."""

    DEFAULT_CSS = """
    Sheet {
        height: auto;
        max-height: 12;
        border: none;
        padding: 0;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;

        &:focus { border: none; }
        &:dark .text-area--cursor, &:light .text-area--cursor {
            color: $input-cursor-foreground;
            background: $input-cursor-background;
        }
        & .text-area--cursor-line { background: $background; }
        & .text-area--placeholder { color: $muted; }
    }
    """

    @dataclass
    class Finished(Message):
        """The user wants this sent."""

        text: str

    @dataclass
    class Scrolled(Message):
        """The user wants to read what is above (-1) or below (1)."""

        by: int

    @dataclass
    class Choosing(Message):
        """A key for what is offered, not for the words."""

        key: str

    @dataclass
    class Pasted(Message):
        """Too much to be written, or names of files."""

        text: str
        paths: tuple[Path, ...] = ()

    @dataclass
    class Reached(Message):
        """The user goes on where the sheet ends: `chips`, `waiting`, `editor`."""

        what: str

    def __init__(self, *, keys: KeySet = KeySet.PLAIN) -> None:
        super().__init__(keys=keys, placeholder=INVITATION)
        self.is_choosing = False
        """Whether something is offered for the word being typed."""

        self.takes_files = True
        """Whether a large paste may become a file."""

        self.is_followed = False
        """Whether something that was sent still waits."""

        self.past: Sequence[str] = ()
        """Earlier questions, oldest first."""

        self._back = 0
        self._unsent = ""

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"

    async def _on_key(self, event: events.Key) -> None:
        # Runs before the keys of writing, which it keeps away.
        if self.is_choosing and event.key in _CHOOSING:
            event.stop()
            event.prevent_default()
            self.post_message(self.Choosing(event.key))

    def write(self, text: str) -> None:
        """Replace everything by this text; the cursor goes behind it."""
        self.load_text(text)
        self.move_cursor(self.document.end)
        self._back = 0

    def action_send(self) -> None:
        if text := self.text.strip():
            # At once, so that letters typed from now on are another text.
            self.write("")
            self.post_message(self.Finished(text))

    def action_break_line(self) -> None:
        self.insert("\n")

    def action_read(self, by: int) -> None:
        self.post_message(self.Scrolled(by))

    def action_recall(self, by: int) -> None:
        """Leaf through earlier questions, at the edges of the sheet."""
        here = self.cursor_location
        if by < 0 and not self.text and self.is_followed:
            self.post_message(self.Reached("waiting"))
        elif by < 0 and not self.navigator.is_first_wrapped_line(here):
            self.action_cursor_up()
        elif by > 0 and not self.navigator.is_last_wrapped_line(here):
            self.action_cursor_down()
        else:
            self._leaf(self._back - by)

    def _leaf(self, back: int) -> None:
        if not 0 <= back <= len(self.past) or back == self._back:
            return
        if self._back == 0:
            self._unsent = self.text
        text = self.past[-back] if back else self._unsent
        self.write(text)
        self._back = back

    def action_edit_outside(self) -> None:
        self.post_message(self.Reached("editor"))

    def action_delete_left(self) -> None:
        """Before the first letter stand the files."""
        if self.cursor_location == (0, 0) and self.selection.is_empty:
            self.post_message(self.Reached("chips"))
        else:
            super().action_delete_left()

    async def _on_paste(self, event: events.Paste) -> None:
        # Runs before the text area's own, which inserts the text. Terminals paste
        # line ends as if somebody had pressed Enter.
        event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if self.takes_files and (paths := dropped(event.text)):
            event.prevent_default()
            self.post_message(self.Pasted(clean(event.text), paths))
            return
        event.text = clean(event.text)
        is_much = (
            len(event.text) > _MOST_LETTERS or event.text.count("\n") >= _MOST_LINES
        )
        if self.takes_files and is_much:
            event.prevent_default()
            self.post_message(self.Pasted(event.text))
