"""The turn under way on a screen, and the questions that wait for their turn.

It holds what has come so far, so that a conversation can be left and found
again while it is being answered. It draws nothing.
"""

from dataclasses import dataclass, field, replace
from typing import assert_never

from assistant.entities.conversation import Message
from assistant.entities.ids import ConversationId
from assistant.entities.turn import (
    Ask,
    HistoryTrimmed,
    Intent,
    LibraryAsked,
    ModelChosen,
    QuestionSaved,
    TextFile,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    Waiting,
)
from assistant.figures import plural
from tui.bridge import Turn
from tui.present import GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to be answered, and what was typed for it, to be given back."""

    intent: Intent
    typed: str = ""
    files: tuple[TextFile, ...] = ()
    follows: bool = False
    """Whether it belongs to the conversation that the one before it begins."""

    @property
    def conversation_id(self) -> ConversationId | None:
        """Where a new question belongs; None when that is for the core to say."""
        return self.intent.conversation_id if isinstance(self.intent, Ask) else None

    @property
    def begins_conversation(self) -> bool:
        """Whether there will be a conversation that was not there before."""
        return isinstance(self.intent, Ask) and self.intent.conversation_id is None

    def led_to(self, conversation_id: ConversationId) -> "Question":
        """The same, if it follows what has become this conversation."""
        if not (self.follows and isinstance(self.intent, Ask)):
            return self
        intent = replace(self.intent, conversation_id=conversation_id)
        return replace(self, intent=intent, follows=False)


@dataclass(slots=True)
class Live:
    """The turn under way, as far as it has come."""

    turn: Turn
    question: Question
    model: str | None = None
    asked: Message | None = None
    reply: Message | None = None
    ended: TurnFinished | TurnFailed | None = None
    words: str = ""
    pieces: int = 0
    is_stopping: bool = False
    notes: list[str] = field(default_factory=list)
    _waiting: str = "waiting"
    _reading: str = "reading"

    @property
    def is_saved(self) -> bool:
        """Whether the question is safe in the file."""
        return self.asked is not None

    def take(self, event: TurnEvent) -> None:
        """Let one more thing have happened."""
        match event:
            case QuestionSaved():
                self.asked, self.reply = event.question, event.reply
                self.words = event.reply.content
            case ModelChosen():
                self._choose(event)
            case LibraryAsked():
                self._ask_library(event)
            case HistoryTrimmed():
                self._trim(event)
            case Waiting(ahead=ahead):
                self._waiting = f"{ahead} before you" if ahead else self._reading
            case TokenArrived(text=text):
                self.words += text
                self.pieces += 1
            case TurnFinished() | TurnFailed():
                self.ended, self.reply = event, event.reply
            case _:
                assert_never(event)

    @property
    def saying(self) -> str:
        """What stands below the reply while it grows."""
        if self.is_stopping:
            return "stopping"
        state = "writing" if self.pieces else self._waiting
        return GAP.join((state, *self.notes, "Esc stops"))

    def _ask_library(self, asked: LibraryAsked) -> None:
        is_enough = asked.evidence.is_enough
        self.notes.append("from your documents" if is_enough else "general knowledge")
        if is_enough:
            count = len({quote.hit.id for quote in asked.evidence.quotes})
            self._reading = self._waiting = f"reading {plural(count, 'passage')}"

    def _choose(self, chosen: ModelChosen) -> None:
        self.model = chosen.model
        if self.reply is not None:
            self.reply = replace(self.reply, model=chosen.model)
        if chosen.instead_of:
            self.notes.append(f"{chosen.model} instead of {chosen.instead_of}")

    def _trim(self, trimmed: HistoryTrimmed) -> None:
        if trimmed.dropped:
            self.notes.append(f"{trimmed.dropped} older messages left out")
        if trimmed.characters_cut:
            self.notes.append(f"{trimmed.characters_cut} characters left out")
