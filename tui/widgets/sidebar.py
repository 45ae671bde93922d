"""The list of conversations: what is pinned, the others by day, or the archive.

It narrows itself to the titles it knows; titles it does not know yet, and all that
was said, are asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.entities.conversation import Conversation, ConversationState
from assistant.entities.ids import ConversationId
from tui import present
from tui.greeting import FIND_A_TITLE
from tui.keyed import keys_of
from tui.keymap import Where, bindings, hint
from tui.messages import Wish

_WIDTH = 25
_SAID = "what was said"  # no conversation has such an id
_LEFT_BUTTON = 1


class Fitting(NamedTuple):
    """Conversations whose titles have these words, as far as there are any."""

    words: str = ""
    conversations: tuple[Conversation, ...] = ()


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


class EntryOffers(Static):
    """What can be done with the entry that is highlighted, to be clicked."""

    @dataclass
    class Clicked(Event):
        """One of the offered words was clicked."""

        wish: Wish

    def action_wish(self, wish: str) -> None:
        self.post_message(self.Clicked(Wish(wish)))


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
        & > EntryOffers {
            display: none;
            height: auto;
            padding: 0 2;
            color: $muted;
            text-style: $muted-style;
            link-style: none;
            link-color: $foreground;
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
        self._last_heading = ""
        self._drawn: dict[ConversationId, tuple[tuple[object, ...], Content]] = {}
        """How each was drawn last; a long list changes in few places."""

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
            self.query_one(Titles).add_options(self._under_headings(new[len(old) :]))
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
            title = present.shortened(self.undoable, to=_WIDTH - 10)
            self.query_one(".undo", EntryOffers).update(
                Content.assemble(
                    f"deleted: {title}\n",
                    _link(Wish.UNDO, "bring it back"),
                    (f"  {self._key('screen.bring_back')}", "$primary"),
                )
            )

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

    def _options(self) -> Iterator[Option]:
        self._last_heading = ""
        fitting = self._fitting()
        if self.is_archive:
            yield Option("Archived", disabled=True)
            yield from map(self._titled, fitting)
        else:
            yield from self._under_headings(fitting)
        if self.words:
            words = present.shortened(self.words, to=_WIDTH - 8)
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

    def _under_headings(self, some: Sequence[Conversation]) -> Iterator[Option]:
        for heading, those in present.grouped(some, self.now):
            if heading != self._last_heading:
                yield Option(heading, disabled=True)
            self._last_heading = heading
            yield from map(self._titled, those)

    def _titled(self, conversation: Conversation) -> Option:
        is_current = conversation.id == self.current
        mark = present.state_mark(
            conversation,
            forks=self.forks.get(conversation.id, 0),
            among_archived=self.is_archive,
        )
        look = (conversation.title, is_current, mark)
        drawn = self._drawn.get(conversation.id)
        if drawn is None or drawn[0] != look:
            line = _line(conversation, is_current=is_current, mark=mark)
            drawn = self._drawn[conversation.id] = (look, line)
        return Option(drawn[1], id=conversation.id)

    def _offer(self) -> None:
        """Say what can be done with the highlighted entry, and by which key."""
        option = self.query_one(Titles).highlighted_option
        conversation = self._conversation(option.id) if option else None
        self.set_class(conversation is not None, "-choosing")
        if conversation is None:
            return
        is_pinned = conversation.pinned_at is not None
        is_archived = conversation.state is ConversationState.ARCHIVED
        self.query_one(".entry", EntryOffers).update(
            Content.assemble(
                self._offered(Wish.PIN, "unpin" if is_pinned else "pin"),
                "   ",
                self._offered(Wish.RENAME, "rename"),
                "\n",
                self._offered(Wish.ARCHIVE, "bring back" if is_archived else "archive"),
                "   ",
                self._offered(Wish.DELETE, "delete"),
            )
        )

    def _offered(self, wish: Wish, word: str) -> Content:
        key = self._key(f"wish('{wish}')")
        return Content.assemble((f"{key} ", "$primary"), _link(wish, word))

    def _key(self, name: str) -> str:
        return hint(name, keys_of(self), where=Where.CHOOSING)

    def name_keys(self) -> None:
        """Name those of the set that holds now."""
        self._offer()

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


def _line(conversation: Conversation, *, is_current: bool, mark: str) -> Content:
    title = Content(present.title_of(conversation))
    end = f" {mark}" if mark else ""
    return Content.assemble(
        ("▌" if is_current else " ", "$primary"),
        title.truncate(_WIDTH - len(end), ellipsis=True),
        (end, "$muted"),
    )


def _link(wish: Wish, word: str) -> Content:
    return Content.from_markup(f"[@click=wish('{wish}')]{word}[/]")
