"""Asks before something is done that cannot be undone."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.modals.panel import Panel


class Confirm(Panel[bool]):
    """True when the user says so by its own key; anything else keeps things as is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,enter,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str, *, consequence: str, verb: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence
        self._verb = verb

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static(Content(self._question), classes="title")
            yield Static(Content(self._consequence), classes="quiet")
            yield Static(
                Content.assemble(
                    ("y", "bold $error"),
                    f" {self._verb}     ",
                    ("Enter", "bold"),
                    " keep it",
                ),
                classes="keys",
            )

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
