"""The first time: what this is in three lines, a model that is ready, a folder to add.

Seen once in the life of a file, whatever is chosen, and skipped with one key.
"""

from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.entities.model import ModelService
from assistant.figures import size
from assistant.safetext import one_line
from tui.core import Core
from tui.keymap import hint
from tui.screens.base import CoreScreen
from tui.screens.library import LibraryScreen
from tui.widgets.rows import Row, Rows

_BRAND = Content.styled("◖ hearth", "bold $primary")
_LINES = Content(
    "Ask anything: a model answers that runs on this very computer.\n"
    "Give it documents, and it quotes them, and says where the words stand.\n"
    "All of it stays in one file of yours; nothing leaves by itself."
)
_START = "start"
_END = Content.assemble(
    ("Esc", "$foreground"), (" skips this; it is not shown again", "$muted")
)


class FirstRunScreen(CoreScreen):
    """Three lines, and where to begin."""

    CSS_PATH = "firstrun.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "begin('')", "Skip it", show=False)
    ]

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.VERTICAL_BREAKPOINTS = [(0, "-flat"), (6, "-short"), (16, "-tall")]

    def compose(self) -> ComposeResult:
        with Vertical(id="page"):
            yield Static(_BRAND, classes="brand")
            yield Static(_LINES, classes="lines")
            yield Rows()
            yield Static(_END, classes="end")

    def on_mount(self) -> None:
        self.query_one(Rows).focus()
        self._offer()

    @work
    async def _offer(self) -> None:
        """What can be done first; the model is named when it is known."""
        self.query_one(Rows).rows = tuple(_rows(""))
        with self.troubles_told():
            await self.errands.run(self.core.beginning.note_greeted)
            model, ready = await self.errands.run(self._model)
            self.query_one(Rows).rows = tuple(_rows(f"{one_line(model.name)}{ready}"))

    def _model(self) -> tuple[ModelService, str]:
        model = self.core.models.in_use()
        file = self.core.models.metadata(model)
        return model, f" is ready · {size(file.size_bytes)}" if file else " answers"

    @on(Rows.Chosen)
    def _choose(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_begin("" if event.id == _START else event.id)

    def action_begin(self, page: str) -> None:
        """Go on, to a page or to the conversation."""
        if not page:
            self.app.pop_screen()
            return
        # Not awaited: this screen cannot wait for its own end.
        self.app.switch_screen(page)
        if page == LibraryScreen.name_:
            library = self.app.get_screen(page, LibraryScreen)
            library.call_after_refresh(library.offer, "")


def _rows(model: str) -> Iterator[Row]:
    offers = (
        (_START, "Start talking", model),
        ("library", "Add a folder of documents", hint("visit('library')")),
        ("models", "Look for another model", hint("visit('models')")),
    )
    for id, words, beside in offers:
        yield Row(
            id=id,
            left=Content.assemble(("› ", "$primary"), words),
            right=(Content.styled(beside, "$muted"),) if beside else (),
        )
