"""Questions that wait until the present answer is done.

Each can be taken back to be written on, or taken out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widget import Widget

from tui.present import shortened

_LONGEST = 60


class Waiting(Widget):
    """One line each, the next one first."""

    DEFAULT_CSS = """
    Waiting {
        display: none;
        height: auto;
        padding: 0 2;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $foreground;
        &.-some { display: block; }
    }
    """

    questions: reactive[tuple[str, ...]] = reactive((), layout=True)

    @dataclass
    class TakenBack(Event):
        """This one shall be written on; or dropped, when it is not kept."""

        waiting: "Waiting"
        place: int
        is_kept: bool

        @property
        def control(self) -> "Waiting":
            return self.waiting

    def watch_questions(self) -> None:
        self.set_class(bool(self.questions), "-some")

    def render(self) -> Content:
        return Content("\n").join(self._lines())

    def _lines(self) -> Iterator[Content]:
        for place, text in enumerate(self.questions):
            offers = Content.from_markup(
                f"   [@click=take({place})]edit[/] · [@click=drop({place})]drop[/]"
            )
            yield Content(f"next · {shortened(text, to=_LONGEST)}").append(offers)

    def action_take(self, place: int) -> None:
        self.post_message(self.TakenBack(self, place, is_kept=True))

    def action_drop(self, place: int) -> None:
        self.post_message(self.TakenBack(self, place, is_kept=False))
