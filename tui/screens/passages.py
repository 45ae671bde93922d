"""What was read of one document: its passages, as answers may quote them."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets.option_list import Option

from assistant.entities.knowledge import Document, Passage
from assistant.safetext import one_line
from tui.core import Core
from tui.keymap import Where, bindings
from tui.screens.page import PageScreen
from tui.typeahead import AWAITED
from tui.widgets.documents import about, passage, title_of
from tui.widgets.rows import Lines

_AT_ONCE = 100
"""Passages; more of them come when the last is reached."""


class PassagesScreen(PageScreen):
    """Read, passage by passage, and left."""

    CSS_PATH = "page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.INSIDE)]
    name_ = "passages"
    where = Where.INSIDE
    words: ClassVar[Sequence[tuple[str, str]]] = (("copy_passage", "copy"),)

    def __init__(self, core: Core, document: Document) -> None:
        super().__init__(core)
        self.heading = f"Library › {title_of(document)}"
        self.document = document
        self._passages: list[Passage] = []

    def body(self) -> Iterator[Widget]:
        yield Static(classes="about", markup=False)
        yield Lines()

    def on_mount(self) -> None:
        # Where the ground has one colour, only letters can show what is marked.
        self.set_class(not self.app.current_theme.ansi, "-coloured")

    @work(exclusive=True, group="fill", name=AWAITED)
    async def fill(self) -> None:
        if self._passages:
            return
        with self.troubles_told():
            audience, library = self.core.audience, self.core.library
            sources = await self.errands.run(library.sources, self.document)
            self._passages = await self.errands.run(
                library.passages, self.document, audience
            )
            lines = [about(self.document, now=self.now()), *map(one_line, sources)]
            lines += [f"({one_line(each.detail)})" for each in self.document.notices]
            self.query_one(".about", Static).update(Content("\n".join(lines)))
            self._show_more()

    def _show_more(self) -> None:
        rows = self.query_one(Lines)
        shown = rows.option_count
        rows.add_options(
            Option(passage(each), id=each.id)
            for each in self._passages[shown : shown + _AT_ONCE]
        )
        if not shown and self._passages:
            rows.highlighted = 0

    @on(Lines.Marked)
    def _read_on(self, event: Lines.Marked) -> None:
        event.stop()
        rows = self.query_one(Lines)
        if self._passages and rows.highlighted == rows.option_count - 1:
            self._show_more()

    @on(Lines.Chosen)
    def _enter(self, event: Lines.Chosen) -> None:
        event.stop()

    def action_copy_passage(self) -> None:
        """Copy the words of the marked passage."""
        for each in self._passages:
            if each.id == self.query_one(Lines).marked:
                self.app.copy_to_clipboard(each.text)
                self.note("Copied")
