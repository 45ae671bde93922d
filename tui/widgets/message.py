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
from assistant.entities.conversation import Message, MessageRole, MessageState
from assistant.entities.ids import MessageId
from assistant.safetext import clean
from tui import present
from tui.keymap import Where, bindings, hint
from tui.messages import Wish
from tui.widgets.line import Line
from tui.widgets.prose import Prose

_CARET = "▍"


def wishes(message: Message) -> tuple[tuple[Wish, str, str], ...]:
    """What can be done with a message, by which key, and the word for it."""
    copy, again = (Wish.COPY, "c", "copy"), (Wish.AGAIN, "r", "again")
    if message.role is MessageRole.USER:
        return ((Wish.EDIT, "e", "edit"), copy)
    if message.role is not MessageRole.ASSISTANT:
        return (copy,)
    if message.is_unfinished:
        return ((Wish.GO_ON, "g", "go on"), copy, again)
    if message.state is MessageState.FAILED:
        return ((Wish.GO_ON, "g", "try again"), copy)
    return (copy, again)


class Byline(Line):
    """Who said it, and what can be done with it while it has the focus."""

    DEFAULT_CSS = """
    Byline {
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $foreground;
    }
    """

    kept = 1

    @dataclass
    class Clicked(Event):
        """One of the offered words was clicked."""

        wish: Wish

    def action_wish(self, wish: str) -> None:
        self.post_message(self.Clicked(Wish(wish)))


class MessageView(Vertical):
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
        &.-failed > .body { border-left: vkey $error; }
        & > .trouble {
            display: none;
            padding-left: 1;
            border-left: vkey $error;
            color: $error;
        }
        &.-failed > .trouble { display: block; }
        & > .sources {
            display: none;
            height: auto;
            padding-left: 2;
            color: $muted;
            text-style: $muted-style;
        }
        &.-sourced > .sources { display: block; }
        & > .foot {
            padding-left: 2;
            color: $muted;
            text-style: $muted-style;
            background: $background;
        }
        /* The last block leaves a line below it; the foot stands there. */
        &.-worded { padding-bottom: 0; }
        &.-worded > .foot, &.-worded > .sources { offset-y: -1; }
        &:focus > .body { border-left: wide $edge-quiet; }
        &.-user:focus > .body { border-left: wide $edge-user; }
        &.-assistant:focus > .body { border-left: wide $edge-reply; }
        &:focus > Byline { color: $foreground; }
        &.-found > Byline { color: $primary; text-style: bold; }
        &.-streaming > .foot { color: $primary; }
    }
    """

    can_focus = True

    version: reactive[str] = reactive("")
    """`‹ 2/3 ›` when it has siblings."""

    citations: reactive[tuple[Citation, ...]] = reactive(())
    """What the references of a reply point to."""

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

    def __init__(self, message: Message, *, now: datetime) -> None:
        super().__init__(classes=f"-{message.role}")
        self._now = now
        self._advice = ""
        self.message = message
        self._prose: Prose | None = None

    @property
    def message_id(self) -> MessageId:
        return self.message.id

    def compose(self) -> ComposeResult:
        yield Byline()
        if self.message.role is not MessageRole.ASSISTANT:
            yield Static(Content(clean(self.message.content)), classes="body")
            return
        self._prose = Prose(self.message.content, classes="body")
        yield self._prose
        yield Static(classes="trouble", markup=False)
        yield Static(classes="sources", markup=False)
        yield Line(classes="foot")

    def on_mount(self) -> None:
        self._describe()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._describe()

    def watch_version(self) -> None:
        self._describe()

    def watch_citations(self) -> None:
        self._describe()

    @property
    def is_composed(self) -> bool:
        """Whether there is anything to describe it on yet."""
        return bool(self.children)

    @property
    def is_streaming(self) -> bool:
        return self.has_class("-streaming")

    def describe(self, message: Message) -> None:
        """Take what has become known of it; the words stay."""
        self.message = message
        self._describe()

    def say(self, saying: str) -> None:
        """Tell in the foot what the reply waits for, or how far it has come."""
        self._foot(saying)

    async def begin(self, text: str, *, saying: str) -> None:
        """Get ready for the pieces of a reply of which this much is known."""
        self.add_class("-streaming")
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
        self.remove_class("-streaming")
        self.message = message
        self._advice = advice
        self._describe()
        if self._prose is not None:
            await self._prose.settle(message.content)

    def _foot(self, words: str) -> None:
        caret = f"{_CARET} " if self.is_streaming else ""
        for foot in self.query(".foot").results(Line):
            foot.left = Content(caret + words)

    def _describe(self) -> None:
        if not self.is_composed:
            return
        byline = self.query_one(Byline)
        byline.left = Content(present.byline(self.message, self._now))
        byline.right = self._right_end()
        self.set_class(self._is_failed, "-failed")
        if self._is_failed:
            self.query_one(".trouble", Static).update(Content(self._trouble))
        self.set_class(bool(self.citations), "-sourced")
        if self.citations:
            self.query_one(".sources", Static).update(Content(self._sources))
        if not self.is_streaming:
            is_reply = self.message.role is MessageRole.ASSISTANT
            has_words = bool(self.message.content.strip())
            self.set_class(is_reply and has_words and not self._is_failed, "-worded")
            self._foot(self._figures)

    def _right_end(self) -> tuple[Content, ...]:
        parts = [Content(self.version)] if self.version else []
        if self.has_focus and not self.is_streaming:
            offered = [
                Content.assemble(
                    (f"{key} ", "$primary"),
                    Content.from_markup(f"[@click=wish('{wish}')]{word}[/]"),
                )
                for wish, key, word in wishes(self.message)
            ]
            parts.append(Content(present.GAP).join(offered))
        return tuple(parts)

    @property
    def _figures(self) -> str:
        """How the answer went, and what can be done when it went badly."""
        more = ""
        if self.message.role is MessageRole.ASSISTANT:
            if self.message.is_unfinished:
                more = f"{hint('go_on')} goes on"
            elif self.message.state is MessageState.FAILED:
                more = f"{hint('go_on')} tries again"
        parts = (present.measures(self.message), more)
        return present.GAP.join(part for part in parts if part)

    @property
    def _sources(self) -> str:
        answer = self.message.content
        lines = (present.source(each, answer=answer) for each in self.citations)
        return "\n".join(dict.fromkeys(lines))

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

    @on(Byline.Clicked)
    def _pass_on(self, event: Byline.Clicked) -> None:
        event.stop()
        self.action_wish(event.wish)

    def action_wish(self, wish: str) -> None:
        self.post_message(self.Wished(self, Wish(wish)))

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(self, by))
