"""Files that will go along with what is written: one chip each.

They are looked into, and taken off again, before anything is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.message import Message as Event
from textual.widgets import Static

from assistant.entities.turn import TextFile
from assistant.safetext import one_line
from tui import present
from tui.keymap import Where, bindings
from tui.widgets.enclosures import MARK

_LONGEST_NAME = 32


class Chip(Static):
    """One file."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.ENCLOSING)]

    DEFAULT_CSS = """
    Chip {
        width: auto;
        height: 1;
        padding: 0 1;
        margin-right: 1;
        color: $muted;
        background: $surface;
        link-style: none;
        link-color: $foreground;

        &:focus { color: $foreground; text-style: reverse; }
    }
    """

    can_focus = True

    @dataclass
    class Shown(Event):
        """Its words are wanted."""

        chip: "Chip"

        @property
        def control(self) -> "Chip":
            return self.chip

    @dataclass
    class Removed(Event):
        """It shall not go along."""

        chip: "Chip"

        @property
        def control(self) -> "Chip":
            return self.chip

    @dataclass
    class Left(Event):
        """Back to the words; or to a neighbour, before (-1) or after (1)."""

        chip: "Chip"
        by: int

        @property
        def control(self) -> "Chip":
            return self.chip

    @dataclass
    class Written(Event):
        """A letter that belongs to the words."""

        chip: "Chip"
        letter: str

        @property
        def control(self) -> "Chip":
            return self.chip

    def __init__(self, file: TextFile) -> None:
        name = present.shortened(one_line(file.name), to=_LONGEST_NAME)
        label = Content(f"{MARK} {name}{present.GAP}{present.size(file.text)} ")
        super().__init__(label.append(Content.from_markup("[@click=remove]✕[/]")))
        self.file = file

    def on_click(self, event: Click) -> None:
        event.stop()
        if "@click" not in event.style.meta:  # that is the word that takes it off
            self.action_show()

    def on_key(self, event: Key) -> None:
        # Whoever goes on writing means the words, not the file.
        if event.is_printable and event.character:
            event.stop()
            self.post_message(self.Written(self, event.character))

    def action_show(self) -> None:
        self.post_message(self.Shown(self))

    def action_remove(self) -> None:
        self.post_message(self.Removed(self))

    def action_leave(self, by: int) -> None:
        self.post_message(self.Left(self, by))


class Chips(Vertical):
    """All of them, in the order they came."""

    DEFAULT_CSS = """
    Chips {
        display: none;
        height: auto;
        max-height: 4;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        &.-some { display: block; }
    }
    """

    @property
    def chips(self) -> Sequence[Chip]:
        return list(self.query(Chip))

    async def show(self, files: Sequence[TextFile]) -> None:
        """Show these and no others."""
        await self.remove_children()
        self.set_class(bool(files), "-some")
        await self.mount_all(Chip(file) for file in files)
