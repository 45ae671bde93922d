"""What of the library alone will be asked, above the words; a click lets it go."""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import Static

from assistant.entities.search import Named
from tui import present

_LONGEST_NAME = 32


class Aimed(Static):
    """Documents and collections by name; hidden when the whole library is asked."""

    DEFAULT_CSS = """
    Aimed {
        display: none;
        height: auto;
        color: $muted;
        link-style: none;
        link-color: $foreground;
        &.-some { display: block; }
    }
    """

    within: reactive[tuple[Named, ...]] = reactive(())

    @dataclass
    class Dropped(Event):
        """This one shall not be asked alone any more."""

        named: Named

    def watch_within(self) -> None:
        self.set_class(bool(self.within), "-some")
        self.update(
            Content("  ").join(map(_chip, range(len(self.within)), self.within))
        )

    def action_drop(self, place: int) -> None:
        self.post_message(self.Dropped(self.within[place]))


def _chip(place: int, named: Named) -> Content:
    name = present.shortened(named.title, to=_LONGEST_NAME)
    what = "collection " if named.collection is not None else ""
    return Content.assemble(
        ("only ", "$primary"),
        f"{what}{name} ",
        Content.from_markup(f"[@click=drop({place})]✕[/]"),
    )
