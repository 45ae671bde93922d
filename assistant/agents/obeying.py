"""Carrying out what a person asks of memory: remember, forget, tell.

What it says was remembered or forgotten is in the file, or out of it, by then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.agents.told import Told, day, known_to
from assistant.agents.turn import Turn
from assistant.config.settings import MemoryMode
from assistant.entities.audience import Audience
from assistant.entities.conversation import MessageRole
from assistant.entities.memory import Memory, MemoryFilter, MemoryState
from assistant.memory.asking import about
from assistant.memory.book import MemoryBook
from assistant.memory.capture import Capture
from assistant.memory.keeping import Kept, Outcome
from assistant.memory.order import (
    Confirm,
    Forget,
    ForgetAll,
    Order,
    Recount,
    Remember,
    Tell,
)

if TYPE_CHECKING:
    from assistant.agents.concluding import Concluding

_MOST_FORGOTTEN = 5
_MOST_TOLD = 50
_EVER_TRUE = (
    MemoryState.CURRENT,
    MemoryState.PENDING,
    MemoryState.SUPERSEDED,
    MemoryState.MERGED,
    MemoryState.EXPIRED,
)


def is_repeatable(order: Order) -> bool:
    """Whether carrying it out again changes nothing."""
    return isinstance(order, Tell | Confirm | Recount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obeying:
    """Carries out orders to one file's memory."""

    book: MemoryBook
    capture: Capture
    concluding: "Callable[[], Concluding] | None" = None

    def carry_out(self, order: Order, turn: Turn) -> Told:
        """What was done, or why it was not."""
        match order:
            case Remember():
                told = self._remember(turn)
            case Forget(about=what):
                told = self._forget(what, turn)
            case ForgetAll():
                told = self._refuse_all(turn)
            case Tell(about=what):
                told = self._tell(what, turn)
            case Confirm(about=what):
                told = self._confirm(what, turn)
            case Recount():
                told = self._recount(turn)
        return told

    def _remember(self, turn: Turn) -> Told:
        if turn.conversation.is_incognito:
            return Told(
                text="Nothing was remembered: this conversation is off the record."
            )
        if self.book.desk.mode is MemoryMode.OFF:
            return Told(
                text="Nothing was remembered: memory is off. "
                "Turn it on: hearth config set memory.mode automatic"
            )
        kept = self.capture.take(turn.question.id, turn.request.audience)
        if not kept:
            return Told(text="Nothing was remembered: I found nothing to keep in that.")
        audience = turn.request.audience
        return Told(
            text="\n".join(self._confirmed(each, audience) for each in kept),
            memories=tuple(each.memory.id for each in kept),
        )

    def _confirmed(self, kept: Kept, audience: Audience) -> str:
        quote = f"“{kept.memory.text}”"
        if kept.outcome is Outcome.KNOWN:
            return f"I knew that already: {quote}"
        said = f"Remembered: {quote}"
        if kept.outcome is Outcome.CHANGED:
            before = self.book.earlier(kept.memory, audience)
            said += "".join(f"\nBefore, it was: “{each.text}”" for each in before[:1])
        return said

    def _forget(self, what: str, turn: Turn) -> Told:
        audience = turn.request.audience
        if not audience.place.is_private:
            return Told(text="Nothing was forgotten: tell me so in private.")
        found = self._meant(what, turn)
        if not found:
            return Told(text=self._nothing_forgotten(what, turn))
        if len(found) > _MOST_FORGOTTEN:
            return Told(
                text=f"Nothing was forgotten yet: {len(found)} memories may be meant. "
                "Say which:\n" + "\n".join(f"- {each.text}" for each in found)
            )
        self.book.forget([each.id for each in found], audience)
        lines = "\n".join(f"- {each.text}" for each in found)
        return Told(
            text=f"Forgotten:\n{lines}\n"
            "What you wrote is still in the conversation; hearth forget removes it too."
        )

    def _meant(self, what: str, turn: Turn) -> list[Memory]:
        """What was true once is meant too: nobody forgets half."""
        if what:
            audience = turn.request.audience
            return about(what, known_to(self.book, audience, states=_EVER_TRUE))
        return self._last(turn)

    def _nothing_forgotten(self, what: str, turn: Turn) -> str:
        """What was kept here before that may be meant; it is not taken for granted."""
        if what:
            return f"Nothing was forgotten: nothing is remembered about {what}."
        wanted = MemoryFilter(conversation_id=turn.conversation.id)
        kept = self.book.browse(turn.request.audience, wanted, limit=1)
        if not kept:
            return "Nothing was forgotten: nothing is remembered in this conversation."
        return (
            "Nothing was forgotten: nothing is remembered of what you said last. "
            f"If you mean “{kept[0].text}”, say: forget that {kept[0].text}"
        )

    def _last(self, turn: Turn) -> list[Memory]:
        """What was said just before, for the first time or once more; or what the
        answer told of, when it was one thing.
        """
        before, audience = turn.branch[:-1], turn.request.audience
        said = [each for each in before if each.role is MessageRole.USER]
        if said and (found := self.book.said_in(said[-1].id, audience)):
            return found
        answers = [each for each in before if each.role is MessageRole.ASSISTANT]
        told = self.book.told_by(answers[-1].id, audience) if answers else []
        return told if len(told) == 1 else []

    def _refuse_all(self, turn: Turn) -> Told:
        number = self.book.count(turn.request.audience)
        if not number:
            return Told(text="Nothing was forgotten: nothing is remembered.")
        return Told(
            text=f"Nothing was forgotten yet: that would be all {number} memories. "
            "If you are sure: hearth memories forget --all"
        )

    def _confirm(self, what: str, turn: Turn) -> Told:
        known = known_to(self.book, turn.request.audience)
        found = about(what, known) if what else self._last(turn)
        if not found:
            where = f"about that: {what}" if what else "of this conversation"
            return Told(text=f"No: nothing is remembered {where}.")
        lines = "\n".join(f"- {each.text} ({day(each.valid_from)})" for each in found)
        return Told(
            text=f"Yes, this is remembered:\n{lines}",
            memories=tuple(each.id for each in found),
        )

    def _recount(self, turn: Turn) -> Told:
        if turn.conversation.is_incognito:
            return Told(text="This conversation is off the record: I look nothing up.")
        if not turn.request.audience.place.is_private:
            return Told(text="That is for private: ask me in a direct message.")
        said = self.concluding().recount(turn) if self.concluding is not None else ""
        return Told(
            text=said or "Nothing was concluded yet. Now: hearth reflect run",
        )

    def _tell(self, what: str, turn: Turn) -> Told:
        if turn.conversation.is_incognito:
            return Told(text="This conversation is off the record: I look nothing up.")
        audience = turn.request.audience
        known = known_to(self.book, audience)
        found = about(what, known) if what else known
        if not found:
            return Told(
                text=f"Nothing is remembered about {what}."
                if what
                else "Nothing is remembered about you yet."
            )
        shown = found[:_MOST_TOLD]
        lines = [f"- {each.text} ({day(each.valid_from)})" for each in shown]
        if more := len(found) - len(shown):
            lines.append(f"… and {more} more: hearth memories list")
        return Told(
            text="You told me:\n" + "\n".join(lines),
            memories=tuple(each.id for each in shown),
        )
