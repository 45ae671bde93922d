"""Where the user writes: several lines, earlier questions, and what waits to be sent.

It knows nothing of models or conversations. Text leaves it by being sent, and
comes back when it could not be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

from assistant.safetext import clean
from tui.keymap import Where, named
from tui.present import shortened

_INVITATION = "Ask anything"
_KEYS = named(Where.WRITING)


class Sheet(TextArea):
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

    def __init__(self) -> None:
        super().__init__(
            placeholder=_INVITATION,
            highlight_cursor_line=False,
            tab_behavior="focus",
        )
        self.past: Sequence[str] = ()
        """Earlier questions, oldest first."""

        self._back = 0
        self._unsent = ""

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"

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
        if by < 0 and not self.navigator.is_first_wrapped_line(here):
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

    async def _on_key(self, event: events.Key) -> None:
        # Not by bindings: they would run before letters typed just now are written,
        # or after ones typed since.
        action = _KEYS.get(event.key)
        if action is not None:
            event.stop()
            event.prevent_default()
            await self.run_action(action)

    async def _on_paste(self, event: events.Paste) -> None:
        # Runs before the text area's own, which inserts the text.
        event.text = clean(event.text)


class Composer(Vertical):
    """The sheet, with what is being edited or waits above it."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        width: 100%;
        max-width: 88;

        & > .above {
            color: $muted;
            text-style: $muted-style;
            padding: 0 2;
            display: none;
        }
        &.-has-above > .above { display: block; }
        & > #frame {
            height: auto;
            border: round $rule;
            padding: 0 1;
            &:focus-within { border: round $primary; }
        }
    }
    """

    is_editing: reactive[bool] = reactive(default=False)
    """Whether an earlier question is being worded anew."""

    queued: reactive[tuple[str, ...]] = reactive(())
    """What will be asked when the present answer is done."""

    @dataclass
    class Submitted(Message):
        """The user finished writing."""

        composer: "Composer"
        text: str

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class Scrolled(Message):
        """The user wants to read what is above (-1) or below (1)."""

        composer: "Composer"
        by: int

        @property
        def control(self) -> "Composer":
            return self.composer

    def compose(self) -> ComposeResult:
        yield Static(classes="above")
        with Vertical(id="frame"):
            yield Sheet()

    @property
    def text(self) -> str:
        return self._sheet.text

    @text.setter
    def text(self, text: str) -> None:
        self._sheet.write(text)

    def give_back(self, text: str) -> None:
        """Return what could not be sent, above what was written since."""
        self._sheet.write("\n".join(filter(None, (text, self.text))))

    def remember(self, past: Sequence[str]) -> None:
        """What the up key leafs through, oldest first."""
        self._sheet.past = tuple(past)

    def write_here(self) -> None:
        """Take the focus."""
        self._sheet.focus()

    def watch_is_editing(self) -> None:
        self._tell()

    def watch_queued(self) -> None:
        self._tell()

    @property
    def _sheet(self) -> Sheet:
        return self.query_one(Sheet)

    def _tell(self) -> None:
        lines = [f"next · {shortened(text, to=70)}" for text in self.queued]
        if self.is_editing:
            lines.append("in other words · Esc leaves it as it was")
        self.set_class(bool(lines), "-has-above")
        for above in self.query(".above").results(Static):
            above.update(Content("\n".join(lines)))

    @on(Sheet.Finished)
    def _announce(self, event: Sheet.Finished) -> None:
        event.stop()
        self.post_message(self.Submitted(self, event.text))

    @on(Sheet.Scrolled)
    def _pass_on(self, event: Sheet.Scrolled) -> None:
        event.stop()
        self.post_message(self.Scrolled(self, event.by))
