"""A screen on which questions are answered: one at a time, the others wait.

It follows the turn under way into the transcript, and settles what is shown when
the core has committed it.
"""

from abc import abstractmethod
from collections import deque
from dataclasses import replace

from textual import on

from assistant.entities.conversation import FinishReason, Message, MessageState
from assistant.entities.turn import (
    ModelChosen,
    QuestionSaved,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    TurnRequest,
)
from tui import tidying
from tui.bridge import Turn
from tui.core import Core
from tui.messages import TurnEnded, TurnProgressed
from tui.screens.base import CoreScreen
from tui.screens.talk import Live, Question
from tui.widgets.composer import Composer
from tui.widgets.message import MessageView
from tui.widgets.transcript import Transcript

_REST = 2.0
"""Seconds without a letter, after which nobody minds a moment's pause."""


class AnsweringScreen(CoreScreen):
    """Sends questions down the road and shows what comes back."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.live: Live | None = None
        self._waiting: deque[Question] = deque()
        self._turns = 0
        self._is_typed_in = False

    def on_unmount(self) -> None:
        if self.live is not None:
            self.live.turn.stop()
        tidying.as_usual()

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @abstractmethod
    def is_shown(self, live: Live) -> bool:
        """Whether the turn belongs to the conversation on the screen."""

    @abstractmethod
    def begins(self, question: Question) -> None:
        """It is about to be answered; the file still is as it was."""

    @abstractmethod
    async def saved(self, live: Live) -> None:
        """The question is safe in the file; show it, and the reply's place."""

    @abstractmethod
    def chose(self, model: str) -> None:
        """This model gets the words now."""

    @abstractmethod
    def answered(self, live: Live) -> None:
        """The turn is over, well or not."""

    def ask(self, question: Question) -> None:
        """Have it answered, now or when its turn comes."""
        if self.live is None:
            self._begin(question)
        else:
            is_hasty = question.begins_conversation and not self.live.is_saved
            follows = is_hasty and self.live.question.begins_conversation
            self._waiting.append(replace(question, follows=follows))
            self._show_waiting()

    def stop_answer(self) -> None:
        """End the turn under way; what waits goes back to where it was written."""
        if self.live is None or self.live.is_stopping:
            return
        self.live.is_stopping = True
        self.live.turn.stop()
        if view := self.live_view(self.live):
            view.say(self.live.saying)
        while self._waiting:
            given = self._waiting.pop()
            self.composer.give_back(given.typed, given.files)
        self._show_waiting()

    def live_view(self, live: Live) -> MessageView | None:
        """Where the reply grows, or None while it is not on the screen."""
        if live.reply is None or not self.is_shown(live):
            return None
        return self.transcript.find_view(live.reply.id)

    def _begin(self, question: Question) -> None:
        self.begins(question)
        self._turns += 1
        turn = Turn(self._turns, node=self, chat=self.core.chat)
        self.live = Live(turn=turn, question=question)
        turn.start(TurnRequest(audience=self.core.audience, intent=question.intent))

    @on(Composer.TakenBack)
    def _take_back(self, event: Composer.TakenBack) -> None:
        event.stop()
        if not 0 <= event.place < len(self._waiting):
            return
        given = self._waiting[event.place]
        del self._waiting[event.place]
        self._show_waiting()
        if event.is_kept:
            self.composer.give_back(given.typed, given.files)
        self.composer.write_here()

    def _show_waiting(self) -> None:
        self.composer.queued = tuple(each.typed for each in self._waiting)

    @on(TurnProgressed)
    async def _progress(self, progress: TurnProgressed) -> None:
        progress.stop()
        live = self.live
        if live is None or live.turn.number != progress.number:
            return
        for event in progress.events:
            live.take(event)
            await self._reflect(live, event)

    async def _reflect(self, live: Live, event: TurnEvent) -> None:
        if isinstance(event, QuestionSaved):
            talk = event.question.conversation_id
            self._waiting = deque(each.led_to(talk) for each in self._waiting)
            await self.saved(live)
            return
        if isinstance(event, ModelChosen):
            self.chose(event.model)
        view = self.live_view(live)
        if view is None:
            return
        match event:
            case TokenArrived(text=text):
                await view.feed(text, saying=live.saying)
            case TurnFinished(reply=reply, citations=citations):
                await self._settle(reply)
                view.citations = citations
            case TurnFailed(reply=reply, hint=hint):
                await self._settle(reply, hint=hint)
            case _:
                view.say(live.saying)
                if live.reply is not None:
                    view.describe(live.reply)

    async def _settle(self, reply: Message, *, hint: str = "") -> None:
        self.transcript.replace(reply)
        if view := self.transcript.find_view(reply.id):
            await view.settle(reply, advice=hint)

    @on(TurnEnded)
    async def _end(self, ended: TurnEnded) -> None:
        ended.stop()
        live = self.live
        if live is None or live.turn.number != ended.number:
            return
        self.live = None
        if ended.error is not None:
            self._give_up(live, ended.error)
        if live.ended is None:
            await self._settle_stopped(live)
        self.answered(live)
        if self._waiting:
            self._begin(self._waiting.popleft())
            self._show_waiting()
        else:
            self.set_timer(_REST, self._tidy)

    @on(Composer.Changed)
    def _note_typing(self) -> None:
        self._is_typed_in = True
        if self.live is not None:
            self.live.turn.make_way()

    def _tidy(self) -> None:
        """Look through memory when no words come, and nobody types either."""
        if self.live is not None:
            return
        if self._is_typed_in:
            self._is_typed_in = False
            self.set_timer(_REST, self._tidy)
        else:
            tidying.take_up()

    def _give_up(self, live: Live, error: Exception) -> None:
        gives_back = not live.is_saved and bool(live.question.typed)
        if gives_back:
            self.composer.give_back(live.question.typed, live.question.files)
        self.tell(error, gave_back=gives_back)

    async def _settle_stopped(self, live: Live) -> None:
        """A stopped turn says nothing more; the file knows how it ended."""
        if live.reply is None:
            return
        reply = replace(
            live.reply,
            content=live.words,
            state=MessageState.FAILED,
            error="Interrupted",
            finish_reason=FinishReason.INTERRUPTED,
        )
        with self.troubles_told():
            reply = await self.errands.run(self._at_rest, reply)
        live.reply = reply
        await self._settle(reply)

    def _at_rest(self, reply: Message) -> Message:
        branch = self.core.history.transcript(reply.conversation_id, self.core.audience)
        return next((each for each in branch if each.id == reply.id), reply)
