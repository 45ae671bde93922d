"""Asks who shall seem to be answering."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.entities.ids import PersonaId
from assistant.entities.persona import Persona
from assistant.safetext import one_line
from tui.modals.panel import Panel


class ChoosePersona(Panel[str | None]):
    """The name of the chosen persona, or None when nothing changes."""

    def __init__(
        self, personas: Sequence[Persona], *, answering: PersonaId, where: str
    ) -> None:
        super().__init__()
        self._personas = personas
        self._answering = answering
        self._where = where

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static(f"Who shall answer {self._where}?", classes="title")
            yield OptionList(*map(self._option, self._personas), markup=False)
            yield Static(
                "A persona changes how things are said: no fact, no source, nothing "
                "that is refused. One of your own: hearth personas add FILE",
                classes="quiet keys",
            )

    def on_mount(self) -> None:
        ids = [persona.id for persona in self._personas]
        if self._answering in ids:
            self.query_one(OptionList).highlighted = ids.index(self._answering)

    def _option(self, persona: Persona) -> Option:
        answers = persona.id == self._answering
        line = Content.assemble(
            ("● " if answers else "  ", "$primary"),
            (one_line(persona.name), "bold"),
            (" · answers now" if answers else "", "$primary"),
            "\n  ",
            (one_line(persona.description), "$muted"),
        )
        return Option(line, id=persona.name)

    @on(OptionList.OptionSelected)
    def _answer(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)
