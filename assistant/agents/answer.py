"""From a written question to a committed reply: which model, and how it ends.

The question is safe by now, so nothing raised in here is lost on the user:
failures become the turn's last event, with whatever was said kept.
"""

from collections.abc import Generator, Iterable
from contextlib import suppress
from typing import Protocol

from assistant.agents.finish import Ending, finish
from assistant.agents.making import MAY_WRITE, Making
from assistant.agents.recall import Recall
from assistant.agents.remembering import TurnMemory
from assistant.agents.told import Told
from assistant.agents.turn import Desk, Turn
from assistant.audit.trace import Trace
from assistant.config.settings import ChatSettings
from assistant.entities.citation import Basis
from assistant.entities.conversation import FinishReason, Message
from assistant.entities.model import ModelKind, ModelService
from assistant.entities.turn import (
    LibraryAsked,
    ModelChosen,
    QuestionSaved,
    TurnEvent,
    TurnFailed,
    TurnFinished,
)
from assistant.errors import AssistantError, ModelError, SchemaError, StorageError
from assistant.models.fallback import Candidate

_ASK_AGAIN = "Ask again, or choose another model: hearth models list"
_WITHOUT_WORDS = frozenset({FinishReason.EMPTY, FinishReason.ERROR})


class Models(Protocol):
    """Models to try, and somewhere to say how each one did."""

    def wanted(self, name: str | None) -> ModelService:
        """The model of that name, or the one in use. Raises NotFoundError."""
        ...

    def working(self, name: str | None) -> Iterable[Candidate]:
        """Best first, each opened when it is asked for.

        Raises a ModelError when none is left.
        """
        ...

    def tier(self, service: ModelService) -> int:
        """What it was found able to do, from 0 (extract only) to 3."""
        ...

    def report(
        self,
        name: str,
        *,
        ok: bool,
        response_ms: float | None = None,
        error: str | None = None,
    ) -> None:
        """How one answer went; it moves the model's health."""
        ...


class Answering:
    """One reply in the making. Used once, by one thread."""

    def __init__(
        self,
        *,
        turn: Turn,
        trace: Trace,
        desk: Desk,
        models: Models,
        settings: ChatSettings,
        recall: Recall | None = None,
        memory: TurnMemory | None = None,
    ) -> None:
        self._turn = turn
        self._trace = trace
        self._desk = desk
        self._models = models
        self._memory = memory
        self._making = Making(
            turn=turn, trace=trace, desk=desk, settings=settings, memory=memory
        )
        self._recall = recall
        self._is_order = False
        """Whether the message was to memory itself, and teaches nothing more."""

        self._model: str | None = None

    def events(self) -> Generator[TurnEvent, None, None]:
        """Everything after the question is written; the last one ends the turn."""
        try:
            yield self._saved()
            if not self._ask_memory():
                yield from self._ask_library()
                self._making.told = self._ask_around() or self._untold()
                self._ask_conclusions()
            if self._making.told is not None:
                yield from self._making.tell(self._making.told)
            elif self._can_be_quoted():
                yield from self._making.quote()
            else:
                yield from self._first_that_answers()
        except AssistantError as error:
            yield self._failed(error)
            return
        except (GeneratorExit, KeyboardInterrupt):
            self._leave(FinishReason.CANCELLED)
            raise
        except BaseException as error:
            # Raised again; but no reply may look for ever as if it were being written.
            self._leave(FinishReason.ERROR, error=f"A bug: {type(error).__name__}")
            raise
        yield self._ended()

    def _saved(self) -> QuestionSaved:
        turn = self._turn
        return QuestionSaved(
            question=turn.question,
            reply=turn.reply,
            attachments=tuple(turn.attachments.get(turn.question.id, ())),
        )

    def _ask_memory(self) -> bool:
        """Whether the program answers by itself: an order to memory, or a question."""
        if self._memory is None:
            return False
        making, memory = self._making, self._memory
        with self._trace.span("remember") as span:
            making.told = memory.carry_out(self._turn)
            self._is_order = making.told is not None
            if making.told is None and memory.is_worth_asking(self._turn):
                if self._is_weak():
                    making.told = memory.answer(self._turn)
                else:
                    making.to_hand = memory.to_hand(self._turn)
            span.count(is_answer=int(making.told is not None))
        return making.told is not None

    def _ask_around(self) -> Told | None:
        """What was said in public; it answers by itself where no able model does."""
        if self._memory is None or self._making.evidence.is_enough:
            return None
        overheard = self._memory.overheard(self._turn)
        self._making.overheard = overheard
        return overheard.answer() if overheard and self._is_weak() else None

    def _ask_conclusions(self) -> None:
        """What was concluded is for models that can tell it from what was said."""
        making = self._making
        if self._memory is None or making.told is not None:
            return
        if making.evidence.is_enough or self._is_weak():
            return
        with self._trace.span("conclude") as span:
            making.concluded = self._memory.concluded(self._turn)
            if making.concluded is not None:
                span.count(insights=len(making.concluded.hits))
                span.count(why=making.concluded.why)

    def _untold(self) -> Told | None:
        """When neither memory nor the library knows, and no able model is there."""
        if self._memory is None or self._making.evidence.is_enough:
            return None
        untold = self._memory.untold(self._turn)
        return untold if untold is not None and self._is_weak() else None

    def _ask_library(self) -> Generator[TurnEvent, None, None]:
        """Only for questions of their own: a schema or a half answer has no room."""
        request = self._turn.request
        is_asked = request.use_knowledge and request.schema is None
        if self._recall is None or not is_asked or self._turn.already_said:
            return
        with self._trace.span("recall") as span:
            if not self._recall.is_worth_asking:
                return
            evidence = self._recall.ask(
                self._turn.question.content,
                request.audience,
                within=self._turn.within,
            )
            span.count(
                passages=len(evidence.hits),
                quotes=len(evidence.quotes),
                is_enough=int(evidence.is_enough),
            )
        self._making.evidence = evidence
        yield LibraryAsked(evidence=evidence)

    def _can_be_quoted(self) -> bool:
        """So that documents are answered from even where no model runs at all."""
        if not self._making.evidence.is_enough:
            return False
        return self._is_weak()

    def _is_weak(self) -> bool:
        """Whether the model in use had better leave the words to others."""
        wanted = self._models.wanted(self._turn.request.model)
        return self._models.tier(wanted) < MAY_WRITE

    def _first_that_answers(self) -> Generator[TurnEvent, None, None]:
        """Falls back only while not a word was said."""
        failure: ModelError | None = None
        for candidate in self._models.working(self._turn.request.model):
            self._model = candidate.service.name
            yield ModelChosen(
                model=candidate.service.name,
                is_local=candidate.service.kind is ModelKind.LOCAL_LLM,
                instead_of=candidate.instead_of,
                reason=str(failure) if failure else candidate.reason,
            )
            try:
                yield from self._making.answer(
                    candidate.engine, tier=self._models.tier(candidate.service)
                )
            except SchemaError:
                raise
            except ModelError as error:
                self._models.report(self._model, ok=False, error=str(error))
                if self._making.draft.has_new_words:
                    raise
                failure = error
            else:
                self._report_success()
                return
        raise failure or ModelError("No model can answer", hint=_ASK_AGAIN)

    def _report_success(self) -> None:
        """A quoted answer says nothing of the model."""
        draft = self._making.draft
        measured = draft.measures
        if self._model and measured and not self._making.is_quoted:
            empty = draft.reason in _WITHOUT_WORDS
            self._models.report(
                self._model,
                ok=not empty,
                response_ms=measured.first_token_ms,
                error="no usable words" if empty else None,
            )

    def _ended(self) -> TurnFinished | TurnFailed:
        reason = self._making.draft.reason or FinishReason.ERROR
        try:
            reply = self._finish(reason)
        except StorageError as error:
            return self._failed(error)
        if reply.error is not None:
            return TurnFailed(
                reply=reply,
                error=reply.error,
                hint=_ASK_AGAIN,
                exit_code=ModelError.exit_code,
            )
        return TurnFinished(
            reply=reply,
            reason=reason,
            basis=self._basis,
            citations=self._making.citations,
            memories=self._making.used,
        )

    @property
    def _basis(self) -> Basis:
        if self._making.citations:
            return Basis.DOCUMENTS
        return self._making.told.basis if self._making.told else Basis.GENERAL

    def _failed(self, error: AssistantError) -> TurnFailed:
        """What went wrong, with the reply at rest if the file still takes it."""
        try:
            reply = self._finish(FinishReason.ERROR, error=str(error))
        except StorageError:
            reply = self._turn.reply
        return TurnFailed(
            reply=reply, error=str(error), hint=error.hint, exit_code=error.exit_code
        )

    def _leave(self, reason: FinishReason, *, error: str | None = None) -> None:
        """Keep what was said when nobody can be told how that went.

        Should the file not take it, the part saved while it grew remains, and the
        next start marks it interrupted.
        """
        with suppress(StorageError):
            self._finish(reason, error=error)

    def _finish(self, reason: FinishReason, *, error: str | None = None) -> Message:
        with self._trace.span("finish") as span:
            span.count(reason=reason)
            self._making.take_back()
            return finish(
                self._turn,
                ending=Ending(reason=reason, model=self._model, error=error),
                draft=self._making.draft,
                desk=self._desk,
                citations=self._making.citations,
                learn=self._learn,
            )

    def _learn(self, reply: Message) -> None:
        if self._memory is not None:
            self._memory.learn(
                self._turn, reply, self._making.used, is_order=self._is_order
            )
