"""The branch that is being read, newest at the bottom; only a window of it is drawn.

It stays at the bottom while it is there, and draws more where it is scrolled to.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message as Event
from textual.widgets import Static

from assistant.entities.citation import Citation
from assistant.entities.conversation import Attachment, Message
from assistant.entities.ids import MessageId
from assistant.entities.memory import Noticed
from tui.widgets.ground import Ground
from tui.widgets.message import MessageView

AT_ONCE = 10
AT_MOST = 100

_BRIEFLY = 4.0
"""Seconds for which a message that was jumped to stands out."""


class Transcript(VerticalScroll, Ground, can_focus=False):
    """Messages, one below the other, in a column that can be read."""

    DEFAULT_CSS = """
    Transcript {
        height: 1fr;
        align-horizontal: center;
        padding: 0 1;
        scrollbar-size-vertical: 1;

        & > .rest { width: 1; height: 1fr; min-height: 0; }
    }
    """

    @dataclass
    class Drawn(Event):
        """These messages have come into the window."""

        transcript: "Transcript"
        messages: tuple[Message, ...]

        @property
        def control(self) -> "Transcript":
            return self.transcript

    @dataclass
    class Left(Event):
        """The user went below the last message."""

        transcript: "Transcript"

        @property
        def control(self) -> "Transcript":
            return self.transcript

    def __init__(self, *, now: datetime, id: str | None = None) -> None:
        super().__init__(id=id)
        self._messages: list[Message] = []
        self._views: dict[MessageId, MessageView] = {}
        self._now = now
        self._first = 0
        self._last = 0
        self._is_drawing = False

    def compose(self) -> ComposeResult:
        # Fills what a short conversation leaves, so that it begins at the top.
        yield Static(classes="rest")

    @property
    def messages(self) -> tuple[Message, ...]:
        """The whole branch, drawn or not."""
        return tuple(self._messages)

    @property
    def drawn(self) -> tuple[Message, ...]:
        """The part of the branch that is on the screen or near it."""
        return tuple(self._messages[self._first : self._last])

    def find_view(self, message_id: MessageId) -> MessageView | None:
        """The message's view, or None while it is not drawn."""
        return self._views.get(message_id)

    async def show(
        self,
        messages: Sequence[Message],
        *,
        now: datetime,
        at: MessageId | None = None,
        takes_focus: bool = True,
    ) -> None:
        """Show another branch, at its end or at one of its messages.

        That message gets the focus, unless somebody is typing elsewhere.
        """
        self._now = now
        with self.app.batch_update():
            await self.query_children(MessageView).remove()
            self._views.clear()
            self._messages = list(messages)
            end = min(len(messages), self._place_of(at) + AT_ONCE // 2)
            self._first = self._last = end
            await self._draw(end - AT_ONCE, end)
        self.anchor()
        if at is not None and (view := self.find_view(at)):
            self._reveal(view, takes_focus=takes_focus)
        self.call_after_refresh(self._fill)

    async def put(self, question: Message, reply: Message, *, now: datetime) -> None:
        """A question and the reply that begins below it; what followed it goes."""
        branch = [*self._above(question), question, reply]
        kept = self._alike(branch[:-1])
        if self._last < len(self._messages) or kept < self._first:
            await self.show(branch, now=now)
            return
        self._now = now
        with self.app.batch_update():
            await self._undraw(kept, self._last)
            self._messages = branch
            await self._draw(kept, len(branch))
        self.anchor()

    def replace(self, message: Message) -> None:
        """Remember a message's newest version; its view is told by the caller."""
        for place, known in enumerate(self._messages):
            if known.id == message.id:
                self._messages[place] = message

    def number_versions(self, versions: Mapping[MessageId, str]) -> None:
        """Mark the messages that have siblings."""
        for message_id, version in versions.items():
            if view := self.find_view(message_id):
                view.version = version

    def cite(self, citations: Mapping[MessageId, tuple[Citation, ...]]) -> None:
        """Show what the references of these replies point to."""
        for message_id, found in citations.items():
            if view := self.find_view(message_id):
                view.citations = found

    def count_memories(self, counts: Mapping[MessageId, int]) -> None:
        """Show how many memories went into these replies."""
        for message_id, count in counts.items():
            if view := self.find_view(message_id):
                view.memories = count

    def note_remembered(self, noticed: Mapping[MessageId, Noticed]) -> None:
        """Show what is remembered of these questions."""
        for message_id, found in noticed.items():
            if view := self.find_view(message_id):
                view.noticed = found

    def enclose(self, files: Mapping[MessageId, tuple[Attachment, ...]]) -> None:
        """Show which files came with these questions."""
        for message_id, found in files.items():
            if view := self.find_view(message_id):
                view.files = found

    def focus_newest(self) -> None:
        """Go to the last message."""
        if self.drawn and (view := self.find_view(self.drawn[-1].id)):
            view.focus()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and new_value < self.size.height:
            self._want(self.draw_older)
        elif new_value > old_value and self.max_scroll_y - new_value < 2:
            self._want(self.draw_newer)

    async def draw_older(self) -> None:
        """Draw what comes before the window, without moving what is read."""
        first = max(0, self._first - AT_ONCE)
        reading = self._views.get(self._messages[self._first].id)
        if first == self._first or reading is None:
            return
        is_at_end = self.is_vertical_scroll_end
        shift = self.scroll_y - reading.virtual_region.y
        with self.app.batch_update():
            await self._draw(first, self._first)
            if not is_at_end and self._last - first > AT_MOST:
                await self._undraw(first + AT_MOST, self._last)
        if not is_at_end:
            self.call_after_refresh(self._hold, reading, shift)

    async def draw_newer(self) -> None:
        """Draw what comes after the window, without moving what is read."""
        last = min(len(self._messages), self._last + AT_ONCE)
        reading = self._views.get(self._messages[self._last - 1].id)
        if last == self._last or reading is None:
            return
        shift = self.scroll_y - reading.virtual_region.y
        with self.app.batch_update():
            await self._draw(self._last, last)
            if last - self._first > AT_MOST:
                await self._undraw(self._first, last - AT_MOST)
        self.call_after_refresh(self._hold, reading, shift)

    def _want(self, draw: Callable[[], Awaitable[None]]) -> None:
        if not self._is_drawing:
            self._is_drawing = True
            self.call_after_refresh(self._draw_once, draw)

    async def _draw_once(self, draw: Callable[[], Awaitable[None]]) -> None:
        try:
            await draw()
        finally:
            self._is_drawing = False
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        """See to it that there is something to scroll to above."""
        if self._first > 0 and self.max_scroll_y < self.size.height:
            self._want(self.draw_older)

    async def _draw(self, first: int, last: int) -> None:
        """Draw messages that touch the window, above it or below it."""
        first = max(0, first)
        fresh = self._messages[first:last]
        views = [MessageView(message, now=self._now) for message in fresh]
        above = self._first < self._last and last == self._first
        self._views.update(zip((each.id for each in fresh), views, strict=True))
        self._first = min(first, self._first) if self._first < self._last else first
        self._last = max(last, self._last)
        if views:
            await self.mount_all(views, before=0 if above else ".rest")
            self.post_message(self.Drawn(self, tuple(fresh)))

    async def _undraw(self, first: int, last: int) -> None:
        """Take messages out of the window, from its top or from its bottom."""
        for message in self._messages[first:last]:
            if view := self._views.pop(message.id, None):
                await view.remove()
        if first <= self._first:
            self._first = max(self._first, last)
        else:
            self._last = min(self._last, first)

    def _hold(self, reading: MessageView, shift: float) -> None:
        """Keep what is read where it was, however much came above it."""
        if reading.is_attached:
            y = reading.virtual_region.y + shift
            self.scroll_to(y=y, animate=False, immediate=True)

    def _reveal(self, view: MessageView, *, takes_focus: bool) -> None:
        view.add_class("-found")
        self.set_timer(_BRIEFLY, lambda: view.remove_class("-found"))
        if takes_focus:
            view.focus(scroll_visible=False)
        self.release_anchor()
        self.call_after_refresh(self.scroll_to_widget, view, animate=False, top=True)

    @on(MessageView.Stepped)
    def _step(self, event: MessageView.Stepped) -> None:
        event.stop()
        place = self._place_of(event.view.message_id) + event.by
        if place >= len(self._messages):
            self.post_message(self.Left(self))
        elif place >= 0 and (view := self._views.get(self._messages[place].id)):
            view.focus()

    def _place_of(self, message_id: MessageId | None) -> int:
        for place, message in enumerate(self._messages):
            if message.id == message_id:
                return place
        return len(self._messages)

    def _above(self, question: Message) -> list[Message]:
        """What stays above a question: everything down to its parent."""
        if question.parent_id is None:
            return []
        return self._messages[: self._place_of(question.parent_id) + 1]

    def _alike(self, branch: Sequence[Message]) -> int:
        """How many messages of another branch are those shown already."""
        pairs = zip(branch, self._messages, strict=False)
        same = takewhile(lambda pair: pair[0].id == pair[1].id, pairs)
        return sum(1 for _ in same)
