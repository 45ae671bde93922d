"""Lines that go on below their own words: the rest of an item hangs under its start.

It wraps and draws; what the lines are, and why they begin where they do, it leaves
to those who write them.
"""

from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

_NARROWEST = 1
"""Cells that stay for the words, however deep they hang."""


class Hanging(Visual):
    """Lines of text, each with so many of its first characters left to stand alone."""

    def __init__(self, text: Content, indents: Sequence[int]) -> None:
        self.text = text
        self._indents = tuple(indents)
        self._heights: dict[int, int] = {}

    def __str__(self) -> str:
        return self.text.plain

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self.text.get_optimal_width(rules, container_width)

    def get_minimal_width(self, rules: RulesMap) -> int:
        return self.text.get_minimal_width(rules)

    def get_height(self, rules: RulesMap, width: int) -> int:
        if width not in self._heights:
            self._heights = {
                width: sum(
                    max(1, rest.get_height(rules, _room(start, width)))
                    for start, rest in self._parted(self.text)
                )
            }
        return self._heights[width]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        if not width:
            return []
        plain = replace(options, selection=None)
        strips: list[Strip] = []
        for number, (start, rest) in enumerate(self._parted(self._marked(options))):
            shift = start.cell_length
            begun = start.render_strips(max(1, shift), 1, style, plain)
            gap = Strip.blank(shift, style.background_style.rich_style)
            first, *others = rest.render_strips(_room(start, width), None, style, plain)
            strips.append(Strip.join([*begun, first]).apply_offsets(0, number))
            for line in others:
                column = len(start) + _column(line)
                strips.append(Strip.join([gap, line.apply_offsets(column, number)]))
        return strips if height is None else strips[:height]

    def _parted(self, text: Content) -> list[tuple[Content, Content]]:
        """Each line's start, and what hangs behind it."""
        lines = text.split(allow_blank=True)
        return [
            (line[:indent], line[indent:])
            for line, indent in zip(lines, self._indents, strict=True)
        ]

    def _marked(self, options: RenderOptions) -> Content:
        """The text with what is selected shown as such."""
        selection, style = options.selection, options.selection_style
        if selection is None or style is None:
            return self.text
        lines = self.text.split(allow_blank=True)
        for number, line in enumerate(lines):
            span = selection.get_span(number)
            if span is not None:
                end = len(line) if span[1] == -1 else span[1]
                lines[number] = line.stylize(style, span[0], end)
        return Content("\n").join(lines)


def reword(words: Static, text: Content) -> None:
    """Let it say this instead; what stands around it moves only if it must."""
    width, height = words.size
    words.update(text, layout=False)
    size = words.container_size
    if not width or words.get_content_height(size, size, width) != height:
        words.refresh(layout=True)


def _room(start: Content, width: int) -> int:
    return max(_NARROWEST, width - start.cell_length)


def _column(line: Strip) -> int:
    """How far into its text a wrapped line begins."""
    for segment in line:
        if segment.style is not None and "offset" in segment.style.meta:
            column, _ = segment.style.meta["offset"]
            return int(column)
    return 0
