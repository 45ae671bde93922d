"""A list whose lines have two ends: what it is on the left, figures on the right.

It keeps the marked line when the list changes, and draws anew when it is resized.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.widgets.line import spread

_EDGES = 2
"""Columns beside every line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line, and what stands below it; without an id it is a heading."""

    id: str | None = None
    left: Content
    right: Sequence[Content] = ()
    """Dropped from the last when there is no room."""

    below: Sequence[Content] = ()


def columns(table: Sequence[Sequence[str]]) -> list[list[str]]:
    """The same cells, each as wide as its column; none of them is aligned alone."""
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return [
        [
            " " * (width - _width(cell)) + cell
            for cell, width in zip(row, widths, strict=True)
        ]
        for row in table
    ]


def _width(text: str) -> int:
    return Content(text).cell_length


class Lines(OptionList):
    """A list without a box, that tells what is marked and what is chosen."""

    DEFAULT_CSS = """
    Lines {
        height: 1fr;
        border: none;
        padding: 0;
        background: $background;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;

        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1; color: $foreground; }
        & > .option-list--option-disabled {
            color: $muted;
            text-style: $muted-style;
        }
        & > .option-list--option-hover { background: $surface; }
    }
    """

    @dataclass
    class Chosen(Message):
        """A line was entered, or clicked."""

        id: str

    @dataclass
    class Marked(Message):
        """The mark moved to another line; None where there is none."""

        id: str | None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)

    @property
    def marked(self) -> str | None:
        """The id of the marked line."""
        option = self.highlighted_option
        return option.id if option else None

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Chosen(event.option_id))

    @on(OptionList.OptionHighlighted)
    def _tell_mark(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Marked(event.option_id))


class Rows(Lines):
    """Rows, drawn as wide as there is room."""

    rows: reactive[tuple[Row, ...]] = reactive(())

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn_at = 0

    def mark(self, id: str) -> None:
        """Move the mark to a line, if it is there."""
        ids = [row.id for row in self.rows]
        if id in ids:
            self.highlighted = ids.index(id)

    def watch_rows(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        if event.size.width != self._drawn_at:
            self._draw()

    def _draw(self) -> None:
        self._drawn_at = self.size.width
        before, place = self.marked, self.highlighted
        with self.prevent(OptionList.OptionHighlighted):
            self.set_options(list(self._drawn()))
            self._mark_again(before, place)
        self.post_message(self.Marked(self.marked))

    def _mark_again(self, before: str | None, place: int | None) -> None:
        ids = [row.id for row in self.rows]
        if before is not None and before in ids:
            self.highlighted = ids.index(before)
            return
        usable = [number for number, id in enumerate(ids) if id is not None]
        if usable:
            self.highlighted = next(
                (each for each in reversed(usable) if each <= (place or 0)), usable[0]
            )

    def _drawn(self) -> Iterator[Option]:
        width = max(self.scrollable_content_region.width - _EDGES, 1)
        for row in self.rows:
            line = spread(row.left, row.right, width=width)
            below = (each.truncate(width, ellipsis=True) for each in row.below)
            yield Option(
                Content("\n").join((line, *below)), id=row.id, disabled=row.id is None
            )
