"""A screen with the list of conversations: finding in it, and keeping it in order."""

from abc import abstractmethod
from asyncio import sleep
from collections.abc import Sequence

from textual import on, work

from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import ConversationId
from tui import present
from tui.core import Core, Hit
from tui.messages import Wish
from tui.modals.confirm import Confirm
from tui.modals.rename import Rename
from tui.screens.base import CoreScreen
from tui.widgets.sidebar import Found, Sidebar

_AT_ONCE = 50
_FEW_LETTERS = 2
_PAUSE = 0.15
"""Seconds without a key before what was said is searched."""


class ListingScreen(CoreScreen):
    """Lists conversations and does with them what the user wishes."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.conversation: Conversation | None = None
        """The one on the screen; None for one that has not begun."""

        self._listed = _AT_ONCE

    @property
    def sidebar(self) -> Sidebar:
        return self.query_one(Sidebar)

    @abstractmethod
    def open_conversation(
        self, conversation_id: ConversationId, *, at: Message | None = None
    ) -> object:
        """Show a conversation, perhaps at one of its messages."""

    @abstractmethod
    def conversation_changed(self) -> None:
        """The conversation on the screen has another title, or is gone."""

    @work(exclusive=True, group="list")
    async def list_conversations(self) -> None:
        """Bring the list up to date."""
        with self.troubles_told():
            listed = await self.errands.run(
                self.core.history.recent, self.core.audience, limit=self._listed
            )
            self.sidebar.now = self.now()
            self.sidebar.conversations = tuple(listed)
            self.sidebar.current = self.conversation.id if self.conversation else None

    def wish_for(self, conversation: Conversation, wish: Wish) -> None:
        """Do with a conversation what is wished."""
        match wish:
            case Wish.RENAME:
                self._rename(conversation)
            case Wish.ARCHIVE:
                self._archive(conversation)
            case Wish.DELETE:
                self._delete(conversation)
            case _:
                pass

    @work(group="wish")
    async def _rename(self, conversation: Conversation) -> None:
        title = await self.app.push_screen_wait(Rename(conversation.title))
        if title is None:
            return
        with self.troubles_told():
            renamed = await self.errands.run(
                self.core.history.rename, conversation.id, title, self.core.audience
            )
            self._took_place(renamed)

    @work(group="wish")
    async def _archive(self, conversation: Conversation) -> None:
        with self.troubles_told():
            await self.errands.run(
                self.core.history.archive, conversation.id, self.core.audience
            )
            self.say("Archived; finding still reaches what was said in it")
            self._took_place(conversation, gone=True)

    @work(group="wish")
    async def _delete(self, conversation: Conversation) -> None:
        question = Confirm(
            f"Delete “{present.title_of(conversation)}”?",
            consequence="Every version of every message in it goes, for good.",
            verb="delete it",
        )
        if not await self.app.push_screen_wait(question):
            return
        with self.troubles_told():
            await self.errands.run(
                self.core.history.delete, conversation.id, self.core.audience
            )
            self._took_place(conversation, gone=True)

    def _took_place(self, changed: Conversation, *, gone: bool = False) -> None:
        self.list_conversations()
        if self.conversation is not None and self.conversation.id == changed.id:
            self.conversation = None if gone else changed
            self.conversation_changed()

    @on(Sidebar.Wished)
    def _wish(self, event: Sidebar.Wished) -> None:
        event.stop()
        self.wish_for(event.conversation, event.wish)

    @on(Sidebar.Opened)
    def _open(self, event: Sidebar.Opened) -> None:
        event.stop()
        self.open_conversation(event.conversation_id, at=event.message)

    @on(Sidebar.EndReached)
    def _list_more(self, event: Sidebar.EndReached) -> None:
        event.stop()
        if len(self.sidebar.conversations) >= self._listed:
            self._listed += _AT_ONCE
            self.list_conversations()

    @on(Sidebar.Sought)
    def _seek(self, event: Sidebar.Sought) -> None:
        event.stop()
        self._search(event.words)

    @work(exclusive=True, group="search")
    async def _search(self, words: str) -> None:
        if len(words) < _FEW_LETTERS:
            self.sidebar.found = ()
            return
        await sleep(_PAUSE)
        with self.troubles_told():
            hits = await self.errands.run(
                self.core.history.search, words, self.core.audience
            )
            self.sidebar.found = _found(hits)


def _found(hits: Sequence[Hit]) -> tuple[Found, ...]:
    return tuple(
        Found(message=hit.message, title=hit.conversation_title, snippet=hit.snippet)
        for hit in hits
    )
