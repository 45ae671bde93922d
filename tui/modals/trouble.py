"""Says that the database cannot be used, what to do, and what was kept."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.safetext import clean
from tui.modals.panel import Panel


class Trouble(Panel[None]):
    """Not a question: it is read, and left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "Go back", show=False)
    ]

    def __init__(self, error: str, *, hint: str, gave_back: bool) -> None:
        super().__init__()
        self._error = error
        self._hint = hint
        self._gave_back = gave_back

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static("The database cannot be used just now", classes="title")
            yield Static(Content(clean(self._error)))
            yield Static(Content(clean(self._hint or "See: hearth doctor")))
            if self._gave_back:
                yield Static(
                    "What you wrote is back where you wrote it; send it again "
                    "when this is mended.",
                    classes="quiet",
                )
            yield Static(
                Content.assemble(("Enter", "bold"), " go back"), classes="keys"
            )
