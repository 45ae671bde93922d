"""What can be done with a conversation in the list, offered below it.

It says what is wished of which word was clicked; doing it is for others.
"""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event
from textual.widgets import Static

from assistant.entities.conversation import Conversation, ConversationState
from tui import present
from tui.keyed import keys_of
from tui.keymap import Where, hint
from tui.messages import Wish
from tui.widgets.titles import WIDTH


class EntryOffers(Static):
    """Words to be clicked, each with its key."""

    DEFAULT_CSS = """
    EntryOffers {
        display: none;
        height: auto;
        padding: 0 2;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $foreground;
    }
    """

    @dataclass
    class Clicked(Event):
        """One of the offered words was clicked."""

        wish: Wish

    def action_wish(self, wish: str) -> None:
        self.post_message(self.Clicked(Wish(wish)))

    def offer(self, conversation: Conversation) -> None:
        """Offer what can be done with that one."""
        is_pinned = conversation.pinned_at is not None
        is_archived = conversation.state is ConversationState.ARCHIVED
        self.update(
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

    def offer_undo(self, title: str) -> None:
        """Offer to bring back what had this title; that cannot be done for ever."""
        self.update(
            Content.assemble(
                f"deleted: {present.shortened(title, to=WIDTH - 10)}\n",
                _link(Wish.UNDO, "bring it back"),
                (f"  {self._key('screen.bring_back')}", "$primary"),
                "\nfor a minute, or until\nHearth is left",
            )
        )

    def _offered(self, wish: Wish, word: str) -> Content:
        key = self._key(f"wish('{wish}')")
        return Content.assemble((f"{key} ", "$primary"), _link(wish, word))

    def _key(self, name: str) -> str:
        return hint(name, keys_of(self), where=Where.CHOOSING)


def _link(wish: Wish, word: str) -> Content:
    return Content.from_markup(f"[@click=wish('{wish}')]{word}[/]")
