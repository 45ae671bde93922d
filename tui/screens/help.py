"""Every key, from the key table, as the chosen set has it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from assistant.config.settings import KeySet
from tui.keymap import Where, actions, spelt

_KEYS_WIDTH = 20
_WIDTHS = ((0, "-narrow"), (120, "-wide"))


class HelpScreen(Screen[None]):
    """Read it, and leave with Escape."""

    CSS_PATH = "help.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark", "leave", "Leave", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, keys: KeySet = KeySet.PLAIN) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = list(_WIDTHS)
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            yield Static(_title(self._keys), classes="title")
            with Container(id="columns"):
                for column in _columns(list(_sections(self._keys))):
                    with Vertical(classes="column"):
                        for section in column:
                            yield Static(section, classes="section")
            yield Static(_end(self._keys), classes="end")

    def action_leave(self) -> None:
        """Go back to where one was."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """Read on, a line."""
        self.query_one("#page").scroll_relative(y=by, animate=False)


def _title(keys: KeySet) -> Content:
    return Content("◖ Keys" if keys is KeySet.PLAIN else f"◖ Keys, as in {keys}")


def _end(keys: KeySet) -> Content:
    others = " or ".join(each for each in KeySet if each is not keys)
    back = Content.from_markup("[@click=screen.leave]Esc goes back[/]")
    return Content.assemble(
        back, f"  ·  other keys: hearth config set interface.keys {others}"
    )


def _sections(keys: KeySet) -> Iterator[Content]:
    """A place with all that can be done there."""
    known = [action for action in actions(keys) if action.keys]
    for where in Where:
        lines = [
            Content.assemble(
                ("  " + spelt(action.keys).ljust(_KEYS_WIDTH), "bold $primary"),
                " ",
                action.help,
            )
            for action in known
            if action.where is where
        ]
        if lines:
            yield Content("\n").join([Content.styled(where.value, "bold"), *lines])


def _columns(sections: Sequence[Content]) -> Iterator[Sequence[Content]]:
    """Two, of about the same length; where there is no room, one below the other."""
    heights = [section.plain.count("\n") + 2 for section in sections]
    half, first = sum(heights) / 2, 0
    while first < len(sections) and sum(heights[: first + 1]) <= half:
        first += 1
    yield sections[:first]
    yield sections[first:]
