"""A screen with the list of conversations: keeping it in order, page by page.

What is deleted is gone from the file at once. For a minute the interface remembers
its export, and can bring it back from that.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from textual import on, work

from assistant.entities.conversation import Conversation, ConversationState
from assistant.entities.ids import ConversationId, MessageId
from tui import present
from tui.core import Core
from tui.messages import Wish
from tui.modals.rename import Rename
from tui.screens.base import CoreScreen
from tui.typeahead import AWAITED
from tui.widgets.sidebar import Fitting, Sidebar

_AT_ONCE = 50
_UNDO_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What is no longer in the file, and all that is needed to put it back."""

    conversation: Conversation
    lines: tuple[str, ...]
    was_open: bool


class ListingScreen(CoreScreen):
    """Lists conversations and does with them what the user wishes."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.conversation: Conversation | None = None
        """The one on the screen; None for one that has not begun."""

        self._deleted: list[Deleted] = []

    @property
    def sidebar(self) -> Sidebar:
        return self.query_one(Sidebar)

    @abstractmethod
    def open_conversation(
        self, conversation_id: ConversationId, *, at: MessageId | None = None
    ) -> object:
        """Show a conversation, perhaps at one of its messages."""

    @abstractmethod
    def conversation_changed(self) -> None:
        """The conversation on the screen has another title, or is gone."""

    def is_being_answered(self, conversation: Conversation) -> bool:
        """Whether somebody writes in it just now; such a one cannot be deleted."""
        del conversation
        return False

    @work(exclusive=True, group="list")
    async def list_conversations(self) -> None:
        """Bring the list up to date; what lies beyond its first page stays."""
        with self.troubles_told():
            pinned, page = await self.errands.run(self._first_page)
            sidebar = self.sidebar
            sidebar.now = self.now()
            sidebar.forks = await self.errands.run(
                self.core.history.forks, self.core.audience
            )
            beyond = _beyond(page, sidebar.conversations)
            sidebar.conversations = (*pinned, *page, *beyond)
            sidebar.is_read = True
            sidebar.current = self.conversation.id if self.conversation else None

    def _first_page(self) -> tuple[list[Conversation], list[Conversation]]:
        pinned = []
        if not self.sidebar.is_archive:
            pinned = self.core.history.pinned(self.core.audience)
        return pinned, self._page(None)

    def _page(self, before: Conversation | None) -> list[Conversation]:
        """The next ones of the list; a whole page of them, unless it ends."""
        history, audience = self.core.history, self.core.audience
        if self.sidebar.is_archive:
            return history.archived(audience, limit=_AT_ONCE, before=before)
        found: list[Conversation] = []
        while len(found) < _AT_ONCE:
            page = history.recent(audience, limit=_AT_ONCE, before=before)
            found += [each for each in page if each.pinned_at is None]
            if len(page) < _AT_ONCE:
                break
            before = page[-1]
        return found

    @work(exclusive=True, group="more")
    async def _list_further(self) -> None:
        listed = self.sidebar.conversations
        unpinned = [each for each in listed if not _is_on_top(each)]
        if not unpinned:
            return
        with self.troubles_told():
            more = await self.errands.run(self._page, unpinned[-1])
            if more and self.sidebar.conversations is listed:
                self.sidebar.conversations = (*listed, *more)

    def wish_for(self, conversation: Conversation, wish: Wish) -> None:
        """Do with a conversation what is wished."""
        match wish:
            case Wish.RENAME:
                self._rename(conversation)
            case Wish.ARCHIVE:
                self._archive(conversation)
            case Wish.DELETE:
                self._delete(conversation)
            case Wish.PIN:
                self._pin(conversation)
            case _:
                pass

    @work(group="wish", name=AWAITED)
    async def _rename(self, conversation: Conversation) -> None:
        title = await self.app.push_screen_wait(Rename(conversation.title))
        if title is None:
            return
        with self.troubles_told():
            renamed = await self.errands.run(
                self.core.history.rename, conversation.id, title, self.core.audience
            )
            self.took_place(renamed)

    @work(group="wish", name=AWAITED)
    async def _pin(self, conversation: Conversation) -> None:
        history = self.core.history
        change = history.pin if conversation.pinned_at is None else history.unpin
        with self.troubles_told():
            changed = await self.errands.run(
                change, conversation.id, self.core.audience
            )
            self.took_place(changed)

    @work(group="wish", name=AWAITED)
    async def _archive(self, conversation: Conversation) -> None:
        history, audience = self.core.history, self.core.audience
        with self.troubles_told():
            if conversation.state is ConversationState.ARCHIVED:
                back = await self.errands.run(
                    history.restore, conversation.id, audience
                )
                self.say(f"Back from the archive: {present.title_of(back)}")
                self.took_place(back, leaves=self.sidebar.is_archive)
                return
            away = await self.errands.run(history.archive, conversation.id, audience)
            self.say("Archived; finding still reaches what was said in it")
            self.took_place(away, leaves=True)

    @work(group="wish", name=AWAITED)
    async def _delete(self, conversation: Conversation) -> None:
        if self.is_being_answered(conversation):
            self.say("It is being answered; Esc stops that first")
            return
        with self.troubles_told():
            gone = await self.errands.run(self._take_out, conversation)
            self._deleted.append(gone)
            self.set_timer(_UNDO_SECONDS, lambda: self._forget(gone))
            self._tell_what_can_be_undone()
            self.took_place(conversation, leaves=True)
            title = present.title_of(conversation)
            self.say(f"Deleted: {title}\n/undo brings it back, for a minute")

    def _take_out(self, conversation: Conversation) -> Deleted:
        """Delete it, and keep in memory what an export would hold."""
        core, audience = self.core, self.core.audience
        whole = core.history.open(conversation.id, audience)
        lines = tuple(core.transfer.export_jsonl([whole], audience))
        core.history.delete(whole.id, audience)
        is_open = self.conversation is not None and self.conversation.id == whole.id
        return Deleted(conversation=whole, lines=lines, was_open=is_open)

    def _forget(self, gone: Deleted) -> None:
        if gone in self._deleted:
            self._deleted.remove(gone)
            self._tell_what_can_be_undone()

    def _tell_what_can_be_undone(self) -> None:
        last = self._deleted[-1].conversation if self._deleted else None
        self.sidebar.undoable = present.title_of(last) if last else ""

    @work(group="wish", name=AWAITED)
    async def action_bring_back(self) -> None:
        """Undo the last deletion."""
        if not self._deleted:
            self.say("Nothing was deleted in the last minute")
            return
        gone = self._deleted.pop()
        self._tell_what_can_be_undone()
        with self.troubles_told():
            await self.errands.run(
                self.core.transfer.import_jsonl, gone.lines, self.core.audience
            )
            self.say(f"Brought back: {present.title_of(gone.conversation)}")
            self.list_conversations()
            if gone.was_open and self.conversation is None:
                self.open_conversation(gone.conversation.id)

    def action_toggle_archive(self) -> None:
        """Show the archive instead of the list, or the list again."""
        self.sidebar.is_archive = not self.sidebar.is_archive
        self.sidebar.conversations = ()
        self.list_conversations()

    @work(group="wish")
    async def set_incognito(self, *, is_incognito: bool) -> None:
        """Take the conversation on the screen off the record, or put it back on."""
        if self.conversation is None:
            return
        with self.troubles_told():
            changed = await self.errands.run(
                self.core.history.set_incognito,
                self.conversation.id,
                self.core.audience,
                is_incognito=is_incognito,
            )
            self.took_place(changed)

    def took_place(self, changed: Conversation, *, leaves: bool = False) -> None:
        """Show at once what is known of it; the list is read anew meanwhile."""
        self.sidebar.conversations = tuple(
            changed if each.id == changed.id else each
            for each in self.sidebar.conversations
            if not (leaves and each.id == changed.id)
        )
        self.list_conversations()
        if self.conversation is not None and self.conversation.id == changed.id:
            self.conversation = None if leaves else changed
            self.conversation_changed()

    @on(Sidebar.Wished)
    def _wish(self, event: Sidebar.Wished) -> None:
        event.stop()
        self.wish_for(event.conversation, event.wish)

    @on(Sidebar.UndoWished)
    def _undo(self, event: Sidebar.UndoWished) -> None:
        event.stop()
        self.action_bring_back()

    @on(Sidebar.Opened)
    def _open(self, event: Sidebar.Opened) -> None:
        event.stop()
        self.open_conversation(event.conversation_id)

    @on(Sidebar.EndReached)
    def _list_more(self, event: Sidebar.EndReached) -> None:
        event.stop()
        self._list_further()

    @on(Sidebar.Sought)
    def _seek(self, event: Sidebar.Sought) -> None:
        event.stop()
        self._find_titles(event.words)

    @work(exclusive=True, group="titles")
    async def _find_titles(self, words: str) -> None:
        if not words:
            self.sidebar.fitting = Fitting()
            return
        with self.troubles_told():
            found = await self.errands.run(
                self.core.history.titled, words, self.core.audience, limit=_AT_ONCE
            )
            self.sidebar.fitting = Fitting(words, tuple(found))


def _is_on_top(conversation: Conversation) -> bool:
    is_archived = conversation.state is ConversationState.ARCHIVED
    return conversation.pinned_at is not None and not is_archived


def _beyond(
    page: Sequence[Conversation], listed: Sequence[Conversation]
) -> list[Conversation]:
    """What was listed after a first page, when that page is a whole one."""
    if len(page) < _AT_ONCE:
        return []
    end = (page[-1].updated_at, page[-1].id)
    on_page = {each.id for each in page}
    return [
        each
        for each in listed
        if not _is_on_top(each)
        and each.id not in on_page
        and (each.updated_at, each.id) < end
    ]
