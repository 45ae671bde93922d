"""The list of conversations: what is pinned, the others by day, or the archive.

It narrows itself to the titles it knows; titles it does not know yet, and all that
was said, are asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from assistant.entities.conversation import Conversation
from assistant.entities.ids import ConversationId
from tui import present
from tui.greeting import FIND_A_TITLE
from tui.keyed import keys_of
from tui.keymap import hint
from tui.messages import Wish
from tui.widgets.entry import EntryOffers
from tui.widgets.titles import WIDTH, Drawn, Titles

_SAID = "what was said"  # no conversation has such an id


class Fitting(NamedTuple):
    """Conversations whose titles have these words, as far as there are any."""

    words: str = ""
    conversations: tuple[Conversation, ...] = ()


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
        &.-undoable > EntryOffers.undo { display: block; }
        &.-choosing.-used > EntryOffers.entry { display: block; }
    }
    """

    conversations: reactive[tuple[Conversation, ...]] = reactive(())
    """Those listed so far, the pinned ones among them."""

    fitting: reactive[Fitting] = reactive(Fitting())
    """What was found for the words that were typed."""

    forks: reactive[Mapping[ConversationId, int]] = reactive({})
    current: reactive[ConversationId | None] = reactive(None)
    is_archive: reactive[bool] = reactive(default=False)
    is_read: reactive[bool] = reactive(default=False)
    """Whether it is known what there is; until then nothing is said of it."""

    undoable: reactive[str] = reactive("")
    """The title of what was deleted last, while it can be brought back."""

    @dataclass
    class Opened(Event):
        """A conversation was chosen."""

        sidebar: "Sidebar"
        conversation_id: ConversationId

        @property
        def control(self) -> "Sidebar":
            return self.sidebar

    @dataclass
    class Sought(Event):
        """Titles with these words are looked for; with none of them no longer."""

        sidebar: "Sidebar"
        words: str

        @property
        def control(self) -> "Sidebar":
            return self.sidebar

    @dataclass
    class WantedEverywhere(Event):
        """These words are looked for in all that was said."""

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
    class UndoWished(Event):
        """What was deleted last should come back."""

        sidebar: "Sidebar"

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
        self._drawn = Drawn(now=now)

    def compose(self) -> ComposeResult:
        yield Input(placeholder=FIND_A_TITLE)
        yield Titles(markup=False)
        yield EntryOffers(classes="entry")
        yield EntryOffers(classes="undo")

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = self.app.animation_level != "none"

    def find_here(self) -> None:
        """Take the focus to where words are typed."""
        self.query_one(Input).focus()

    def choose_here(self) -> None:
        """Take the focus to the list, at the conversation that is open."""
        titles = self.query_one(Titles)
        titles.focus()
        entries = [at for at, each in enumerate(titles.options) if not each.disabled]
        if entries and titles.highlighted not in entries:
            titles.highlighted = entries[0]

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.query_one(Input).value.strip()

    def clear(self) -> None:
        """Look for nothing."""
        self.query_one(Input).value = ""

    def watch_conversations(
        self, old: tuple[Conversation, ...], new: tuple[Conversation, ...]
    ) -> None:
        is_longer = bool(old) and new[: len(old)] == old
        if is_longer and self.is_composed and not self.words:
            further = self._lines().under_headings(new[len(old) :])
            self.query_one(Titles).add_options(further)
        else:
            self._list()

    @property
    def is_composed(self) -> bool:
        """Whether there is a list yet, and still: it may be told of late at the end."""
        return bool(self.children)

    def watch_fitting(self) -> None:
        self._list()

    def watch_forks(self) -> None:
        self._list()

    def watch_current(self) -> None:
        self._list()

    def watch_is_archive(self) -> None:
        self._list()

    def watch_is_read(self) -> None:
        self._list()

    def on_descendant_focus(self) -> None:
        self.add_class("-used")

    def on_descendant_blur(self) -> None:
        self.remove_class("-used")

    def watch_undoable(self) -> None:
        self.set_class(bool(self.undoable), "-undoable")
        if self.undoable:
            self.query_one(".undo", EntryOffers).offer_undo(self.undoable)

    def _list(self) -> None:
        if not self.is_composed:
            return
        titles = self.query_one(Titles)
        before = titles.highlighted_option
        options = list(self._options())
        with titles.prevent(OptionList.OptionHighlighted):
            place, titles.scroll_target_y = titles.scroll_y, titles.scroll_y
            titles.set_options(options)
            titles.scroll_to(y=place, animate=False, immediate=True)
            wanted = before.id if before else self.current
            ids = [option.id for option in options]
            if wanted in ids:
                titles.highlighted = ids.index(wanted)
        self._offer()

    def _lines(self) -> Drawn:
        """What draws a conversation, told how things are now."""
        lines = self._drawn
        lines.now, lines.current = self.now, self.current
        lines.forks, lines.is_archive = self.forks, self.is_archive
        return lines

    def _options(self) -> Iterator[Option]:
        lines = self._lines()
        lines.begin()
        fitting = self._fitting()
        if self.is_archive:
            key = hint("screen.toggle_archive", keys_of(self))
            yield Option(f"Archived · {key} goes back", disabled=True)
            yield from map(lines.titled, fitting)
        else:
            yield from lines.under_headings(fitting)
        if self.words:
            words = present.shortened(self.words, to=WIDTH - 8)
            yield Option(Content.assemble(" find ", (words, "bold")), id=_SAID)
        elif self.is_read and not fitting:
            yield Option(self._nothing, disabled=True)

    @property
    def _nothing(self) -> str:
        if self.is_archive:
            return "Nothing is archived"
        return "What you talk about will\nbe listed here"

    def _fitting(self) -> Sequence[Conversation]:
        """Those in the list, until all that fit are known."""
        if not self.words:
            return self.conversations
        if self.fitting.words == self.words:
            return self.fitting.conversations
        words = self.words.casefold().split()
        return [
            each
            for each in self.conversations
            if all(word in each.title.casefold() for word in words)
        ]

    def _offer(self) -> None:
        """Say what can be done with the highlighted entry, and by which key."""
        option = self.query_one(Titles).highlighted_option
        conversation = self._conversation(option.id) if option else None
        self.set_class(conversation is not None, "-choosing")
        if conversation is not None:
            self.query_one(".entry", EntryOffers).offer(conversation)

    def name_keys(self) -> None:
        """Name those of the set that holds now."""
        self._offer()
        self.watch_undoable()

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
        if event.option_id == _SAID:
            self.post_message(self.WantedEverywhere(self, self.words))
        elif conversation := self._conversation(event.option_id):
            self.post_message(self.Opened(self, conversation.id))

    @on(OptionList.OptionHighlighted)
    def _ask_for_more(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._offer()
        if event.option_index == event.option_list.option_count - 1:
            self.post_message(self.EndReached(self))

    @on(Titles.NearEnd)
    def _ask_for_more_below(self, event: Titles.NearEnd) -> None:
        event.stop()
        self.post_message(self.EndReached(self))

    @on(Titles.Wished)
    def _pass_on(self, event: Titles.Wished) -> None:
        event.stop()
        if conversation := self._conversation(event.option_id):
            self.post_message(self.Wished(self, conversation, event.wish))

    @on(EntryOffers.Clicked)
    def _do_offered(self, event: EntryOffers.Clicked) -> None:
        event.stop()
        if event.wish is Wish.UNDO:
            self.post_message(self.UndoWished(self))
        else:
            self.query_one(Titles).action_wish(event.wish)

    def _conversation(self, option_id: str | None) -> Conversation | None:
        every = (*self.conversations, *self.fitting.conversations)
        return next((each for each in every if each.id == option_id), None)
