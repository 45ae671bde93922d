"""What only carries others: a ground that costs the same however far it reaches.

It has an edge at most at its sides, so one line of it is like the next. What lies
on it, it does not know.
"""

from rich.style import Style
from textual.geometry import Region, Size
from textual.layout import DockArrangeResult
from textual.strip import Strip
from textual.widget import Widget


class Ground(Widget):
    """A ground to lie on."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """One line, as often as it is wanted."""
        line = Region(crop.x, crop.y, crop.width, min(1, crop.height))
        return super().render_lines(line) * crop.height

    def render_line(self, _y: int) -> Strip:
        """What its sides enclose: nothing, drawn without the thousand other lines."""
        ground = self.background_colors[1].rich_color
        return Strip.blank(self.size.width, Style.from_color(bgcolor=ground))


class Column(Ground):
    """A ground as high as what lies on it, from the top down."""

    def arrange(self, size: Size, *args: bool, **kwargs: bool) -> DockArrangeResult:
        """Where the parts stand; how high the whole is makes no difference to them."""
        return super().arrange(Size(size.width, 0), *args, **kwargs)
