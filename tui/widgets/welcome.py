"""What an empty conversation shows: where one is, and three things to try.

Above them stand the answers that broke off, to be gone on with.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.entities.conversation import Message
from tui import present
from tui.greeting import GREETING, TO_TRY, TRIALS, doors, trial


class Welcome(Vertical):
    """The empty state."""

    DEFAULT_CSS = """
    Welcome {
        height: 1fr;
        align: center middle;
        padding: 0 1;
        overflow-y: auto;
        scrollbar-size-vertical: 1;

        & > Static { width: 100%; max-width: 76; height: auto; padding: 0 2; }
        & > .doors {
            margin-top: 1;
            color: $muted;
            text-style: $muted-style;
            link-style: none;
            link-color: $muted;
            link-color-hover: $foreground;
        }
        & > OptionList {
            width: 100%;
            max-width: 76;
            height: auto;
            border: none;
            padding: 0 1;
            background: $background;
            scrollbar-size-vertical: 1;

            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option { padding: 0 1; }
            & > .option-list--option-hover { background: $surface; }
            & > .option-list--option-disabled {
                color: $muted;
                text-style: $muted-style;
            }
        }
    }
    """

    unfinished: reactive[tuple[Message, ...]] = reactive(())
    """Answers that broke off, newest first."""

    @dataclass
    class Chosen(Event):
        """One of the things to try was chosen."""

        text: str

    @dataclass
    class Resumed(Event):
        """An answer should be gone on with."""

        reply: Message

    def compose(self) -> ComposeResult:
        yield Static(GREETING)
        yield OptionList(*self._options(), markup=False)
        yield Static(doors(), classes="doors")

    def watch_unfinished(self) -> None:
        for choices in self.query(OptionList):
            choices.set_options(self._options())

    def _options(self) -> Iterator[Option]:
        if self.unfinished:
            yield Option("\nNot finished", disabled=True)
            yield from map(_unfinished, self.unfinished)
        yield Option(TO_TRY, disabled=True)
        for text in TRIALS:
            yield Option(trial(text), id=text)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        for reply in self.unfinished:
            if reply.id == event.option_id:
                self.post_message(self.Resumed(reply))
        if event.option_id in TRIALS:
            self.post_message(self.Chosen(event.option_id))


def _unfinished(reply: Message) -> Option:
    words = present.shortened(reply.content, to=50) or "nothing said yet"
    line = Content.assemble(
        ("▸ ", "$warning"), words, (present.GAP + present.ending(reply), "$muted")
    )
    return Option(line, id=reply.id)
