"""What an answer quotes, one line each; a click opens the passage."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from assistant.entities.citation import Citation
from tui import present


class Sources(Widget):
    """References of one answer, numbered as in its words."""

    DEFAULT_CSS = """
    Sources {
        height: auto;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $muted;
    }
    """

    citations: reactive[tuple[Citation, ...]] = reactive((), layout=True)
    answer: reactive[str] = reactive("")
    """Words that need not be said twice."""

    @dataclass
    class Opened(Event):
        """The passage behind this reference is wanted."""

        sources: "Sources"
        citation: Citation

        @property
        def control(self) -> "Sources":
            return self.sources

    def render(self) -> Content:
        return Content("\n").join(self._lines())

    def _lines(self) -> Iterator[Content]:
        """Each line once, though several references may read alike."""
        seen = set[str]()
        for place, citation in enumerate(self.citations):
            line = present.source(citation, answer=self.answer)
            if line not in seen:
                seen.add(line)
                style = Style.from_meta({"@click": f"open({place})"})
                yield Content(line).stylize(style)

    def action_open(self, place: int) -> None:
        self.post_message(self.Opened(self, self.citations[place]))
