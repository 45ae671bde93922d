"""Titles of conversations as a list: under their headings, drawn once each.

What is listed, and what becomes of a wish, is for others to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as Event
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.entities.conversation import Conversation
from assistant.entities.ids import ConversationId
from tui import present
from tui.keymap import Where, bindings
from tui.messages import Wish

WIDTH = 25
_LEFT_BUTTON = 1


class Drawn:
    """Conversations as lines; a long list changes in few places, so each is kept."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.current: ConversationId | None = None
        self.forks: Mapping[ConversationId, int] = {}
        self.is_archive = False
        self._last_heading = ""
        self._kept: dict[ConversationId, tuple[tuple[object, ...], Content]] = {}

    def begin(self) -> None:
        """The list begins anew, with no heading above it."""
        self._last_heading = ""

    def under_headings(self, some: Sequence[Conversation]) -> Iterator[Option]:
        """These below those listed so far; a heading goes on where it is the same."""
        for heading, those in present.grouped(some, self.now):
            if heading != self._last_heading:
                yield Option(heading, disabled=True)
            self._last_heading = heading
            yield from map(self.titled, those)

    def titled(self, conversation: Conversation) -> Option:
        """One of them on its line."""
        is_current = conversation.id == self.current
        mark = present.state_mark(
            conversation,
            forks=self.forks.get(conversation.id, 0),
            among_archived=self.is_archive,
        )
        look = (conversation.title, is_current, mark)
        kept = self._kept.get(conversation.id)
        if kept is None or kept[0] != look:
            line = _line(conversation, is_current=is_current, mark=mark)
            kept = self._kept[conversation.id] = (look, line)
        return Option(kept[1], id=conversation.id)


class Titles(OptionList):
    """The list itself, with what can be done with an entry."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.CHOOSING)]

    DEFAULT_CSS = """
    Titles {
        height: 1fr;
        border: none;
        padding: 0;
        background: $background;
        scrollbar-size-vertical: 1;

        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1; color: $foreground; }
        & > .option-list--option-disabled {
            color: $muted;
            text-style: $muted-style;
        }
        & > .option-list--option-hover { background: $surface; }
    }
    """

    @dataclass
    class Wished(Event):
        """The user wants something done with the highlighted entry."""

        option_id: str
        wish: Wish

    @dataclass
    class NearEnd(Event):
        """The list is read almost to its end; there may be more."""

    def action_wish(self, wish: str) -> None:
        option = self.highlighted_option
        if option is not None and option.id is not None:
            self.post_message(self.Wished(option.id, Wish(wish)))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and self.max_scroll_y - new_value < self.size.height:
            self.post_message(self.NearEnd())

    async def _on_click(self, event: events.Click) -> None:
        if event.button == _LEFT_BUTTON:
            await super()._on_click(event)
            return
        # Another button only goes there, so that something can be done with it.
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is not None and not self.get_option_at_index(clicked).disabled:
            self.highlighted = clicked
            self.focus()


def _line(conversation: Conversation, *, is_current: bool, mark: str) -> Content:
    title = Content(present.title_of(conversation))
    end = f" {mark}" if mark else ""
    return Content.assemble(
        ("▌" if is_current else " ", "$primary"),
        title.truncate(WIDTH - len(end), ellipsis=True),
        (end, "$muted"),
    )
