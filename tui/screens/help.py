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
from tui.keymap import Action, Where, actions, spelt
from tui.widgets.hanging import Hanging

_KEYS_WIDTH = 21
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
    return Content.assemble(back, f"  ·  other keys: /keys {others}")


def _sections(keys: KeySet) -> Iterator[Hanging]:
    """A place with all that can be done there."""
    for where in Where:
        those = [each for each in actions(keys) if each.keys and each.where is where]
        if those:
            longest = max(len(spelt(each.keys)) for each in those)
            yield _section(where, those, width=min(longest, _KEYS_WIDTH))


def _section(where: Where, those: Sequence[Action], *, width: int) -> Hanging:
    """Keys on the left; what they do goes on below itself where it is long."""
    starts = [f"  {spelt(each.keys).ljust(width)}  " for each in those]
    lines = [
        Content.assemble((start, "bold $primary"), each.help)
        for start, each in zip(starts, those, strict=True)
    ]
    text = Content("\n").join([Content.styled(where.value, "bold"), *lines])
    return Hanging(text, [0, *map(len, starts)])


def _columns(sections: Sequence[Hanging]) -> Iterator[Sequence[Hanging]]:
    """Two, of about the same length; where there is no room, one below the other."""
    heights = [str(section).count("\n") + 2 for section in sections]
    half, first = sum(heights) / 2, 0
    while first < len(sections) and sum(heights[: first + 1]) <= half:
        first += 1
    yield sections[:first]
    yield sections[first:]
