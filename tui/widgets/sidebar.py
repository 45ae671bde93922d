"""The list of conversations, and where words are found in them.

It filters titles by itself; finding words in what was said is asked for.
"""

from collections.abc import Iterator
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
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import ConversationId
from tui import present
from tui.keymap import Where, bindings
from tui.messages import Wish

_WIDTH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message in which the words were found, as the list shows it."""

    message: Message
    title: str
    snippet: str


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

    def action_wish(self, wish: str) -> None:
        option = self.highlighted_option
        if option is not None and option.id is not None:
            self.post_message(self.Wished(option.id, Wish(wish)))


class Sidebar(Vertical):
    """Conversations by day, narrowed to what is looked for."""

    DEFAULT_CSS = """
    Sidebar {
        width: 29;
        height: 1fr;
        border-right: vkey $rule;

        & > Input {
            height: 1;
            border: none;
            padding: 0 1;
            margin-bottom: 1;
            background: $surface;
            &:focus { border: none; background: $panel; }
            & > .input--placeholder { color: $muted; }
        }
    }
    """

    conversations: reactive[tuple[Conversation, ...]] = reactive(())
    found: reactive[tuple[Found, ...]] = reactive(())
    current: reactive[ConversationId | None] = reactive(None)

    @dataclass
    class Opened(Event):
        """A conversation was chosen, perhaps at one of its messages."""

        sidebar: "Sidebar"
        conversation_id: ConversationId
        message: Message | None = None

        @property
        def control(self) -> "Sidebar":
            return self.sidebar

    @dataclass
    class Sought(Event):
        """These words are looked for; empty ones no longer are."""

        sidebar: "Sidebar"
        words: str

        @property
        def control(self) -> "Sidebar":
            return self.sidebar

    @dataclass
    class Wished(Event):
        """Something should be done with a conversation."""

        sidebar: "Sidebar"
        conversation: Conversation
        wish: Wish

        @property
        def control(self) -> "Sidebar":
            return self.sidebar

    @dataclass
    class EndReached(Event):
        """The list was read to its end; there may be more."""

        sidebar: "Sidebar"

        @property
        def control(self) -> "Sidebar":
            return self.sidebar

    def __init__(self, *, now: datetime, id: str | None = None) -> None:
        super().__init__(id=id)
        self.now = now

    def compose(self) -> ComposeResult:
        yield Input(placeholder="find anything")
        yield Titles(markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = self.app.animation_level != "none"

    def find_here(self) -> None:
        """Take the focus to where words are typed."""
        self.query_one(Input).focus()

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.query_one(Input).value.strip()

    def clear(self) -> None:
        """Look for nothing."""
        self.query_one(Input).value = ""

    def watch_conversations(self) -> None:
        self._list()

    def watch_found(self) -> None:
        self._list()

    def watch_current(self) -> None:
        self._list()

    def _list(self) -> None:
        if not self.is_mounted:
            return
        titles = self.query_one(Titles)
        before = titles.highlighted_option
        options = list(self._options())
        with titles.prevent(OptionList.OptionHighlighted):
            titles.set_options(options)
            wanted = before.id if before else self.current
            ids = [option.id for option in options]
            if wanted in ids:
                titles.highlighted = ids.index(wanted)

    def _options(self) -> Iterator[Option]:
        words = self.words.casefold()
        fitting = [
            each for each in self.conversations if words in each.title.casefold()
        ]
        for heading, those in present.grouped(fitting, self.now):
            yield Option(heading, disabled=True)
            yield from map(self._titled, those)
        if self.found:
            yield Option("In what was said", disabled=True)
            yield from map(self._quoted, self.found)
        if words and not fitting and not self.found:
            yield Option("Nothing found", disabled=True)

    def _titled(self, conversation: Conversation) -> Option:
        is_current = conversation.id == self.current
        mark = present.state_mark(conversation)
        title = Content(present.title_of(conversation))
        end = f" {mark}" if mark else ""
        line = Content.assemble(
            ("▌" if is_current else " ", "$primary"),
            title.truncate(_WIDTH - len(end), ellipsis=True),
            (end, "$muted"),
        )
        return Option(line, id=conversation.id)

    def _quoted(self, found: Found) -> Option:
        title = Content(present.shortened(found.title, to=80))
        snippet = Content(present.shortened(found.snippet, to=160))
        return Option(
            Content.assemble(
                " ",
                title.truncate(_WIDTH, ellipsis=True),
                "\n  ",
                snippet.truncate(_WIDTH - 1, ellipsis=True).stylize("$muted"),
            ),
            id=found.message.id,
        )

    @on(Input.Changed)
    def _seek(self, event: Input.Changed) -> None:
        event.stop()
        self._list()
        self.post_message(self.Sought(self, self.words))

    @on(Input.Submitted)
    def _go_to_list(self, event: Input.Submitted) -> None:
        event.stop()
        titles = self.query_one(Titles)
        titles.focus()
        titles.action_first()

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if conversation := self._conversation(event.option_id):
            self.post_message(self.Opened(self, conversation.id))
        for found in self.found:
            if found.message.id == event.option_id:
                message = found.message
                self.post_message(self.Opened(self, message.conversation_id, message))

    @on(OptionList.OptionHighlighted)
    def _ask_for_more(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index == event.option_list.option_count - 1:
            self.post_message(self.EndReached(self))

    @on(Titles.Wished)
    def _pass_on(self, event: Titles.Wished) -> None:
        event.stop()
        if conversation := self._conversation(event.option_id):
            self.post_message(self.Wished(self, conversation, event.wish))

    def _conversation(self, option_id: str | None) -> Conversation | None:
        return next((each for each in self.conversations if each.id == option_id), None)
