"""One line of text with two ends, for bylines and bars.

What stands on the right gives way when there is no room, its last part first.
"""

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 2


def spread(
    left: Content, right: Sequence[Content], *, width: int, kept: int = 0
) -> Content:
    """Both ends on one line of that width; nothing ever wraps.

    The last parts on the right go first; `kept` of them stay while the left end
    still has half of the line.
    """
    for count in range(len(right), 0, -1):
        end = Content("  ").join(right[:count])
        room = width - end.cell_length - _GAP
        if left.cell_length > room and (count > kept or room < width // 2):
            continue
        start = left.truncate(min(room, left.cell_length), ellipsis=True)
        return Content.assemble(start, " " * (room - start.cell_length + _GAP), end)
    return left.truncate(width, ellipsis=True)


class Line(Widget):
    """One line; `left` stays, the parts of `right` are dropped from the last."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    kept = 0
    """How many parts on the right the left end makes room for."""

    left: reactive[Content] = reactive(Content())
    right: reactive[tuple[Content, ...]] = reactive(())

    def render(self) -> Content:
        return spread(self.left, self.right, width=self.size.width, kept=self.kept)
