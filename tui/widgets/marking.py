"""Marks words in what is drawn, and takes the marks away again.

It knows texts on the screen, not messages; whatever is drawn anew meanwhile stays
as it is drawn.
"""

import re
from collections.abc import Iterator

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

_MARK = "reverse"
"""Told apart without colours, too."""


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where the words stand in a text, in any case, as they were typed."""
    if not words:
        return []
    return [each.span() for each in re.finditer(re.escape(words), text, re.IGNORECASE)]


class Marking:
    """The marks that are on the screen now."""

    def __init__(self) -> None:
        self._marked: list[tuple[Static, Content, Content]] = []

    def mark(self, words: str, within: Widget) -> list[Static]:
        """Mark the words in every text below a widget; those that have them."""
        having = []
        for part in _texts(within):
            plain = part.content
            if not isinstance(plain, Content):
                continue
            places = places_of(words, plain.plain)
            if not places:
                continue
            marked = plain
            for start, end in places:
                marked = marked.stylize(_MARK, start, end)
            part.update(marked)
            self._marked.append((part, plain, marked))
            having += [part] * len(places)
        return having

    def clear(self) -> None:
        """Take every mark away."""
        for part, plain, marked in self._marked:
            if part.is_attached and part.content is marked:
                part.update(plain)
        self._marked.clear()


def _texts(widget: Widget) -> Iterator[Static]:
    if isinstance(widget, Static):
        yield widget
    yield from widget.query(Static)
