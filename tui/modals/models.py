"""Asks which model shall answer."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.entities.model import ModelService, ServiceStatus
from assistant.safetext import one_line
from tui import present
from tui.keymap import hint
from tui.modals.panel import Panel

_COLOURS = {
    ServiceStatus.HEALTHY: "$success",
    ServiceStatus.DEGRADED: "$warning",
    ServiceStatus.UNAVAILABLE: "$error",
}


class ChooseModel(Panel[str | None]):
    """The name of the chosen model, or None when nothing changes."""

    def __init__(self, models: Sequence[ModelService], *, in_use: str) -> None:
        super().__init__()
        self._models = models
        self._in_use = in_use

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static("Which model shall answer?", classes="title")
            yield OptionList(*map(self._option, self._models), markup=False)
            key = hint("visit('models')")
            yield Static(
                f"{key} fetches, connects and checks models", classes="quiet keys"
            )

    def on_mount(self) -> None:
        names = [model.name for model in self._models]
        if self._in_use in names:
            self.query_one(OptionList).highlighted = names.index(self._in_use)

    def _option(self, model: ModelService) -> Option:
        in_use = model.name == self._in_use
        line = Content.assemble(
            (present.mark(model.status), _COLOURS[model.status]),
            " ",
            (one_line(model.name), "bold"),
            (" · in use" if in_use else "", "$primary"),
            "\n  ",
            (present.model_line(model), "$muted"),
        )
        return Option(line, id=model.name)

    @on(OptionList.OptionSelected)
    def _answer(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)
