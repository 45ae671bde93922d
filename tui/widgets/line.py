"""One line of text with two ends, for bylines and bars.

What stands on the right gives way when there is no room, its last part first.
"""

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


def spread(left: Content, right: Sequence[Content], *, width: int) -> Content:
    """Both ends on one line of that width; nothing ever wraps."""
    for kept in range(len(right), 0, -1):
        end = Content("  ").join(right[:kept])
        gap = width - left.cell_length - end.cell_length
        if gap >= 2:
            return Content.assemble(left, " " * gap, end)
    return left.truncate(width, ellipsis=True)


class Line(Widget):
    """One line; `left` stays, the parts of `right` are dropped from the last."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    left: reactive[Content] = reactive(Content())
    right: reactive[tuple[Content, ...]] = reactive(())

    def render(self) -> Content:
        return spread(self.left, self.right, width=self.size.width)
