"""Says that the database cannot be used, what to do, and what was kept."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from assistant.safetext import clean
from tui.modals.panel import Panel

_GAVE_BACK = (
    "What you wrote is back where you wrote it; send it again when this is mended."
)


class Trouble(Panel[bool | None]):
    """True when it shall be tried again; anything else goes back and waits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "answer(True)", "Try again", show=False),
        Binding("enter", "leave", "Go back", show=False),
    ]

    gave_back: reactive[bool] = reactive(default=False)
    """Whether words that could not be kept stand where they were written."""

    def __init__(self, error: str, *, hint: str, gave_back: bool) -> None:
        super().__init__()
        self._error = error
        self._hint = hint
        self.set_reactive(Trouble.gave_back, gave_back)

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static("The database cannot be used just now", classes="title")
            yield Static(Content(clean(self._error)))
            yield Static(Content(clean(self._hint or "See: hearth doctor")))
            yield Static(_GAVE_BACK, id="back", classes="quiet")
            yield Static(
                Content.assemble(
                    ("r", "bold"), " try again     ", ("Enter", "bold"), " go back"
                ),
                classes="keys",
            )

    def watch_gave_back(self) -> None:
        for back in self.query("#back"):
            back.display = self.gave_back

    def action_answer(self, again: bool) -> None:
        self.dismiss(again)
