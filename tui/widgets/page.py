"""The parts that every page beside the conversation has: its bar, word and keys."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui.greeting import brand
from tui.widgets.line import Line

_NARROWEST_GAUGE = 10
_BETWEEN = Content("   ")


class Offer(NamedTuple):
    """Something that can be done: its key as it is spelt, a word, the action."""

    key: str
    word: str
    action: str


class PageBar(Line):
    """Which page this is, and what there is in all."""

    DEFAULT_CSS = """
    PageBar { padding: 0 1; height: 1; }
    """

    heading: reactive[str] = reactive("")
    facts: reactive[str] = reactive("")

    def watch_heading(self) -> None:
        self._describe()

    def watch_facts(self) -> None:
        self._describe()

    def on_resize(self) -> None:
        self._describe()

    def _describe(self) -> None:
        self.left = Content.assemble(brand(self.outer_size.width), self.heading)
        self.right = (Content.styled(self.facts, "$muted"),) if self.facts else ()


class Gauge(Widget):
    """How much of something is done, as a line that fills; words say it too."""

    DEFAULT_CSS = """
    Gauge { height: 1; width: 1fr; display: none; }
    Gauge.-shown { display: block; }
    """

    share: reactive[float | None] = reactive(None)
    """From 0 to 1; None while nothing goes on."""

    def watch_share(self) -> None:
        self.set_class(self.share is not None, "-shown")

    def render(self) -> Content:
        width = max(self.size.width, _NARROWEST_GAUGE)
        full = round(width * min(max(self.share or 0.0, 0.0), 1.0))
        return Content.assemble(
            ("━" * full, "$primary"), ("─" * (width - full), "$rule")
        )


class Word(Static):
    """What is going on, what came of it, or what went wrong; gone when empty."""

    DEFAULT_CSS = """
    Word { height: auto; max-height: 12; display: none; }
    Word.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.said = Content()

    def say(self, *lines: Content | str) -> None:
        """Show these lines in place of what was there."""
        self.said = Content("\n").join(
            Content(each) if isinstance(each, str) else each for each in lines
        )
        self.set_class(bool(self.said.plain), "-shown")
        self.update(self.said)


class KeyLine(Line):
    """What can be done here, each with its key; every one of them can be clicked."""

    DEFAULT_CSS = """
    KeyLine {
        padding: 0 1;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $muted;
        link-color-hover: $foreground;
    }
    """

    offers: reactive[tuple[Offer, ...]] = reactive(())
    """The last one stays, whatever else there is no room for."""

    def watch_offers(self) -> None:
        self._describe()

    def on_resize(self) -> None:
        self._describe()

    def _describe(self) -> None:
        parts = [_clickable(each) for each in self.offers]
        while len(parts) > 1 and _length(parts) > self.size.width:
            del parts[-2]
        self.left = _BETWEEN.join(parts)


def _length(parts: Sequence[Content]) -> int:
    return _BETWEEN.join(parts).cell_length


def _clickable(offer: Offer) -> Content:
    return Content.from_markup(
        f"[@click=screen.{offer.action}][$foreground]$key[/] $word[/]",
        key=offer.key,
        word=offer.word,
    )
