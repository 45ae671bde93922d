"""Asks for a title."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.modals.panel import Panel

_LONGEST = 200


class Rename(Panel[str | None]):
    """The new title, or None when it stays."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static("Title of this conversation", classes="title")
            yield Input(self._title, max_length=_LONGEST)
            yield Static(
                Content.assemble(
                    ("Enter", "bold"), " rename     ", ("Esc", "bold"), " leave it"
                ),
                classes="keys",
            )

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        event.stop()
        title = event.value.strip()
        self.dismiss(title if title and title != self._title else None)
