"""What can be done with a message, offered on a line that can be clicked."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event

from assistant.config.settings import KeySet
from assistant.entities.conversation import Message, MessageRole, MessageState
from tui.keymap import Where, hint
from tui.messages import Wish
from tui.widgets.line import Line

_Offer = tuple[Wish, str, str]

_COPY = (Wish.COPY, "copy")
_AGAIN = (Wish.AGAIN, "again")
_WHY = (Wish.WHY, "why")
_FORK = (Wish.FORK, "fork")


def wishes(message: Message, keys: KeySet = KeySet.PLAIN) -> tuple[_Offer, ...]:
    """What can be done with a message, by which key, and the word for it."""
    return tuple(
        (wish, hint(f"wish('{wish}')", keys, where=Where.READING), word)
        for wish, word in _words(message)
    )


def _words(message: Message) -> tuple[tuple[Wish, str], ...]:
    if message.role is MessageRole.USER:
        return ((Wish.EDIT, "edit"), _COPY, _FORK)
    if message.role is not MessageRole.ASSISTANT:
        return (_COPY, _FORK)
    if message.is_unfinished:
        return ((Wish.GO_ON, "go on"), _COPY, _AGAIN, _WHY)
    if message.state is MessageState.FAILED:
        return ((Wish.GO_ON, "try again"), _COPY, _WHY)
    sources = ((Wish.SOURCES, "sources"),) if message.sources else ()
    return (_WHY, *sources, _COPY, _AGAIN, _FORK)


class Offers(Line):
    """A line whose right end offers words that are wishes."""

    DEFAULT_CSS = """
    Offers {
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

    @staticmethod
    def worded(offers: Iterable[_Offer]) -> tuple[Content, ...]:
        """The offers, each with its key, as parts of a line; the last ones go first."""
        return tuple(
            Content.assemble(
                (f"{key} ", "$primary"),
                Content.from_markup(f"[@click=wish('{wish}')]{word}[/]"),
            )
            for wish, key, word in offers
        )


class Byline(Offers):
    """Who said it; for a question also what can be done with it."""


class Foot(Offers):
    """How an answer went, and what can be done with it."""

    kept = 3
