"""A panel at the side: one page to look into, without leaving the conversation.

It shows what it is given; where that comes from is not known here.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import Static

from assistant.config.settings import KeySet
from tui.keyed import keys_of
from tui.keymap import Where, bindings, hint
from tui.widgets.pages import Page


class Leaf(VerticalScroll):
    """The words of the page; it has the focus while they are read."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.BESIDE)]

    DEFAULT_CSS = """
    Leaf { height: 1fr; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Turned(Event):
        """The page after (1) or before (-1) is wanted."""

        by: int

    @dataclass
    class Wished(Event):
        """Something shall be done with what is shown: `copy` or `open`."""

        wish: str

    def action_turn(self, by: int) -> None:
        self.post_message(self.Turned(by))

    def action_take(self, wish: str) -> None:
        self.post_message(self.Wished(wish))


class Aside(Vertical):
    """Shown while there is a page."""

    DEFAULT_CSS = """
    Aside {
        display: none;
        width: 46;
        height: 1fr;
        padding: 1 1 0 2;
        background: $surface;

        &.-open { display: block; }
        & > .title { text-style: bold; height: auto; }
        & > .about { color: $muted; text-style: $muted-style; height: auto; }
        & > .keys { color: $muted; text-style: $muted-style; height: 1; }
        & Leaf { margin-top: 1; }
        & Leaf > Static { height: auto; }
        & Leaf:focus { scrollbar-color: $primary; }
    }
    """

    page: reactive[Page | None] = reactive(None)

    @dataclass
    class Changed(Event):
        """It opened or closed."""

        is_open: bool

    def compose(self) -> ComposeResult:
        yield Static(classes="title", markup=False)
        yield Static(classes="about", markup=False)
        with Leaf():
            yield Static(markup=False)
        yield Static(classes="keys", markup=False)

    @property
    def is_open(self) -> bool:
        return self.page is not None

    def read_here(self) -> None:
        """Take the focus."""
        self.query_one(Leaf).focus()

    def watch_page(self, before: Page | None, page: Page | None) -> None:
        self.set_class(page is not None, "-open")
        if page is not None:
            self.query_one(".title", Static).update(Content(page.title))
            about = self.query_one(".about", Static)
            about.update(Content(page.about))
            about.display = bool(page.about)
            leaf = self.query_one(Leaf)
            leaf.query_one(Static).update(page.body)
            leaf.scroll_home(animate=False)
            self.query_one(".keys", Static).update(_offers(page, keys_of(self)))
        if (before is None) is not (page is None):
            self.post_message(self.Changed(page is not None))


def _offers(page: Page, keys: KeySet) -> Content:
    offers = [(hint("stop", keys), "close")]
    if page.to_copy:
        offers.append((hint("take('copy')", keys), "copy"))
    if page.to_open:
        offers.append((hint("take('open')", keys), "open"))
    parts = (Content.assemble((key, "$primary"), " ", word) for key, word in offers)
    return Content(" · ").join(parts)
