"""What came with a question, one line each; a click shows a file."""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from assistant.entities.conversation import Attachment
from assistant.safetext import one_line
from tui import present

MARK = "▤"


class Enclosures(Widget):
    """Names and sizes; the words are shown elsewhere."""

    DEFAULT_CSS = """
    Enclosures {
        height: auto;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $muted;
    }
    """

    files: reactive[tuple[Attachment, ...]] = reactive((), layout=True)

    @dataclass
    class Opened(Event):
        """This file is wanted."""

        enclosures: "Enclosures"
        file: Attachment

        @property
        def control(self) -> "Enclosures":
            return self.enclosures

    def render(self) -> Content:
        return Content("\n").join(
            Content(_line(file)).stylize(Style.from_meta({"@click": f"open({place})"}))
            for place, file in enumerate(self.files)
        )

    def action_open(self, place: int) -> None:
        self.post_message(self.Opened(self, self.files[place]))


def _line(file: Attachment) -> str:
    if file.text is None and not file.size_bytes:
        return f"{MARK} only {one_line(file.name)} was asked"
    amount = present.size(file.text) if file.text else f"{file.size_bytes} bytes"
    return f"{MARK} {one_line(file.name)}{present.GAP}{amount}"
