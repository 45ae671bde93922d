"""What can be done with a message, offered on a line that can be clicked."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message as Event

from assistant.entities.conversation import Message, MessageRole, MessageState
from tui.messages import Wish
from tui.widgets.line import Line

_Offer = tuple[Wish, str, str]

_COPY: _Offer = (Wish.COPY, "c", "copy")
_AGAIN: _Offer = (Wish.AGAIN, "r", "again")
_WHY: _Offer = (Wish.WHY, "w", "why")
_FORK: _Offer = (Wish.FORK, "f", "fork")


def wishes(message: Message) -> tuple[_Offer, ...]:
    """What can be done with a message, by which key, and the word for it."""
    if message.role is MessageRole.USER:
        return ((Wish.EDIT, "e", "edit"), _COPY, _FORK)
    if message.role is not MessageRole.ASSISTANT:
        return (_COPY, _FORK)
    if message.is_unfinished:
        return ((Wish.GO_ON, "g", "go on"), _COPY, _AGAIN, _WHY)
    if message.state is MessageState.FAILED:
        return ((Wish.GO_ON, "g", "try again"), _COPY, _WHY)
    sources: tuple[_Offer, ...] = ()
    if message.sources:
        sources = ((Wish.SOURCES, "s", "sources"),)
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
