"""One message: a byline, a thin coloured edge, the words, and how it went.

It can be streamed into, and it tells what the user wishes of it; it fulfils
no wish itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import Static

from assistant.entities.citation import Citation
from assistant.entities.conversation import (
    Attachment,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.ids import MessageId
from assistant.entities.memory import Noticed
from assistant.safetext import clean
from tui import present
from tui.keyed import keys_of
from tui.keymap import Where, bindings, hint
from tui.messages import Wish
from tui.widgets.enclosures import Enclosures
from tui.widgets.ground import Column
from tui.widgets.noticed import NoticedLine
from tui.widgets.offers import Byline, Foot, Offers, wishes
from tui.widgets.prose import Prose
from tui.widgets.sources import Sources

_CARET = "▍"


class MessageView(Vertical, Column):
    """A message on the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.READING)]

    DEFAULT_CSS = """
    MessageView {
        width: 100%;
        max-width: 88;
        height: auto;
        padding-bottom: 1;

        & > .body {
            height: auto;
            padding-left: 1;
            border-left: vkey $edge-quiet;
        }
        &.-user > .body { border-left: vkey $edge-user; }
        &.-assistant > .body { border-left: vkey $edge-reply; }
        &.-system > .body, &.-tool > .body { border-left: dashed $edge-quiet; }
        &.-failed > .body { border-left: vkey $error; }
        & > .trouble {
            display: none;
            padding-left: 1;
            border-left: vkey $error;
            color: $error;
        }
        &.-failed > .trouble { display: block; }
        & > Sources, & > Enclosures { display: none; padding-left: 2; }
        &.-sourced > Sources { display: block; }
        &.-enclosing > Enclosures { display: block; }
        & > Foot { padding-left: 2; background: $background; }
        /* The last block leaves a line below it; the foot stands there. */
        &.-worded { padding-bottom: 0; }
        &.-worded > Foot, &.-worded > Sources { offset-y: -1; }
        &:focus > .body { border-left: wide $edge-quiet; }
        &.-system:focus > .body, &.-tool:focus > .body {
            border-left: heavy $edge-quiet;
        }
        &.-user:focus > .body { border-left: wide $edge-user; }
        &.-assistant:focus > .body { border-left: wide $edge-reply; }
        &:focus > Offers { color: $foreground; }
        &.-found > Byline { color: $primary; text-style: bold; }
        & > Foot.-streaming { color: $primary; }
    }
    """

    can_focus = True

    version: reactive[str] = reactive("")
    """`‹ 2/3 ›` when it has siblings."""

    citations: reactive[tuple[Citation, ...]] = reactive(())
    """What the references of a reply point to."""

    files: reactive[tuple[Attachment, ...]] = reactive(())
    """What came with a question."""

    noticed: reactive[Noticed] = reactive(Noticed())
    """What is remembered of a question."""

    memories: reactive[int] = reactive(0)
    """How many memories went into a reply."""

    @dataclass
    class Wished(Event):
        """The user wants something done with this message."""

        view: "MessageView"
        wish: Wish

        @property
        def control(self) -> "MessageView":
            return self.view

    @dataclass
    class Stepped(Event):
        """The user wants to go to a neighbour: -1 is above, 1 below."""

        view: "MessageView"
        by: int

        @property
        def control(self) -> "MessageView":
            return self.view

    @dataclass
    class SourceOpened(Event):
        """The passage behind a reference is wanted."""

        view: "MessageView"
        citation: Citation

        @property
        def control(self) -> "MessageView":
            return self.view

    @dataclass
    class FileOpened(Event):
        """The text of a file that came along is wanted."""

        view: "MessageView"
        file: Attachment

        @property
        def control(self) -> "MessageView":
            return self.view

    def __init__(self, message: Message, *, now: datetime) -> None:
        super().__init__(classes=f"-{message.role}")
        self._now = now
        self._advice = ""
        self.is_streaming = False
        self._is_pointed_at = False
        self.code_at = 0
        """Which of its blocks of code was copied last, counted from 1."""

        self.message = message
        self._prose: Prose | None = None

    @property
    def message_id(self) -> MessageId:
        return self.message.id

    def compose(self) -> ComposeResult:
        yield Byline()
        if self.message.role is not MessageRole.ASSISTANT:
            yield Static(Content(clean(self.message.content)), classes="body")
            yield Enclosures()
            yield NoticedLine()
            return
        self._prose = Prose(self.message.content, classes="body")
        yield self._prose
        yield Static(classes="trouble", markup=False)
        yield Sources()
        yield Foot()

    def on_mount(self) -> None:
        self._describe()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._describe()

    def on_enter(self) -> None:
        self._point_at(self.is_mouse_over)

    def on_leave(self) -> None:
        self._point_at(self.is_mouse_over)

    def _point_at(self, is_pointed_at: bool) -> None:
        if is_pointed_at is not self._is_pointed_at:
            self._is_pointed_at = is_pointed_at
            self._describe()

    def watch_version(self) -> None:
        self._describe()

    def watch_citations(self) -> None:
        self._describe()

    def watch_files(self) -> None:
        self._describe()

    def watch_memories(self) -> None:
        self._describe()

    def name_keys(self) -> None:
        """Name those of the set that holds now."""
        self._describe()

    def watch_noticed(self) -> None:
        self._describe()

    @property
    def is_composed(self) -> bool:
        """Whether there is anything to describe it on yet."""
        return bool(self.children)

    def describe(self, message: Message) -> None:
        """Take what has become known of it; the words stay."""
        self.message = message
        self._describe()

    def say(self, saying: str) -> None:
        """Tell in the foot what the reply waits for, or how far it has come."""
        self._foot(saying)

    async def begin(self, text: str, *, saying: str) -> None:
        """Get ready for the pieces of a reply of which this much is known."""
        self.is_streaming = True
        self.set_class(bool(text.strip()), "-worded")
        self._describe()
        self._foot(saying)
        if self._prose is not None:
            await self._prose.begin(text)

    async def feed(self, piece: str, *, saying: str) -> None:
        """Show the next piece of the reply."""
        self._foot(saying)
        self.add_class("-worded")
        if self._prose is not None:
            await self._prose.feed(piece)

    async def settle(self, message: Message, *, advice: str = "") -> None:
        """Show the reply as it was kept; advice says what to do about a failure."""
        self.is_streaming = False
        self.message = message
        self._advice = advice
        self._describe()
        if self._prose is not None:
            await self._prose.settle(message.content)

    def _foot(self, words: str) -> None:
        caret = f"{_CARET} " if self.is_streaming else ""
        for foot in self.query(Foot):
            # A class of its own: one of the message would style all its parts again.
            foot.set_class(self.is_streaming, "-streaming")
            foot.left = Content(caret + words)
            foot.right = () if self.is_streaming else self._offered

    def _describe(self) -> None:
        if not self.is_composed:
            return
        byline = self.query_one(Byline)
        byline.left = Content(present.byline(self.message, self._now))
        versions = (Content(self.version),) if self.version else ()
        is_reply = self.message.role is MessageRole.ASSISTANT
        byline.right = versions if is_reply else (*versions, *self._offered)
        self._describe_around()
        if is_reply and not self.is_streaming:
            has_words = bool(self.message.content.strip())
            self.set_class(has_words and not self._is_failed, "-worded")
            self._foot(self._figures)

    def _describe_around(self) -> None:
        """What goes with the words: trouble, sources, files."""
        self.set_class(self._is_failed, "-failed")
        if self._is_failed:
            self.query_one(".trouble", Static).update(Content(self._trouble))
        self.set_class(bool(self.citations), "-sourced")
        for sources in self.query(Sources):
            sources.answer = self.message.content
            sources.citations = self.citations
        self.set_class(bool(self.files), "-enclosing")
        for enclosures in self.query(Enclosures):
            enclosures.files = self.files
        for line in self.query(NoticedLine):
            line.noticed = self.noticed
            line.is_attended = self.has_focus or self._is_pointed_at

    @property
    def _offered(self) -> tuple[Content, ...]:
        """What can be done with it, while somebody attends to it."""
        is_attended = self.has_focus or self._is_pointed_at
        if not is_attended or self.is_streaming:
            return ()
        return Offers.worded(wishes(self.message, keys_of(self)))

    @property
    def _figures(self) -> str:
        """How the answer went, and what can be done when it went badly."""
        more = ""
        if self.message.is_unfinished:
            more = f"{hint('go_on', keys_of(self))} goes on"
        elif self.message.state is MessageState.FAILED:
            more = f"{hint('go_on', keys_of(self))} tries again"
        parts = (present.measures(self.message, memories=self.memories), more)
        return present.GAP.join(part for part in parts if part)

    @property
    def _is_failed(self) -> bool:
        """Whether there is trouble to tell; a question shares its answer's state."""
        message = self.message
        return (
            message.role is MessageRole.ASSISTANT
            and message.state is MessageState.FAILED
            and not message.is_unfinished
        )

    @property
    def _trouble(self) -> str:
        error = clean(self.message.error or "")
        return "\n".join(filter(None, (error, clean(self._advice))))

    @on(Offers.Clicked)
    def _pass_on(self, event: Offers.Clicked) -> None:
        event.stop()
        self.action_wish(event.wish)

    def action_wish(self, wish: str) -> None:
        self.post_message(self.Wished(self, Wish(wish)))

    @on(Sources.Opened)
    def _open_source(self, event: Sources.Opened) -> None:
        event.stop()
        self.post_message(self.SourceOpened(self, event.citation))

    @on(Enclosures.Opened)
    def _open_file(self, event: Enclosures.Opened) -> None:
        event.stop()
        self.post_message(self.FileOpened(self, event.file))

    @property
    def prose(self) -> Prose | None:
        """The words of a reply, as they are drawn."""
        return self._prose

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(self, by))
