"""Every key, from the key table."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.keymap import ACTIONS, Where, spelt

_KEYS_WIDTH = 22


class HelpScreen(Screen[None]):
    """Read it, and leave with Escape."""

    CSS_PATH = "help.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark", "leave", "Leave", show=False)
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            yield Static("◖ Keys", classes="title")
            for where in Where:
                yield Static(where.value, classes="heading")
                for action in ACTIONS:
                    if action.where is where:
                        yield Static(_line(action.keys, action.help), classes="key")
            yield Static("Esc goes back", classes="end")

    def action_leave(self) -> None:
        """Go back to the conversation."""
        self.dismiss()


def _line(keys: str, words: str) -> Content:
    return Content.assemble(
        (spelt(keys).ljust(_KEYS_WIDTH), "bold $primary"), " ", words
    )
