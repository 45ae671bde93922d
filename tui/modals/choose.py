"""Asks which one of several lines is meant."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from assistant.safetext import one_line
from tui.modals.panel import Panel


class Choose(Panel[str | None]):
    """The chosen line, or None."""

    def __init__(self, question: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._question = question
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static(Content(self._question), classes="title")
            yield OptionList(
                *(Content(one_line(line)) for line in self._lines), markup=False
            )
            yield Static(
                Content.assemble(
                    ("Enter", "bold"), " this one     ", ("Esc", "bold"), " none"
                ),
                classes="keys",
            )

    @on(OptionList.OptionSelected)
    def _answer(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._lines[event.option_index])
