"""From a written question to a committed reply: which model, and how it ends.

The question is safe by now, so nothing raised in here is lost on the user:
failures become the turn's last event, with whatever was said kept.
"""

from collections.abc import Generator, Iterable
from contextlib import suppress
from typing import Protocol

from assistant.agents.check import MEETING_ATTEMPTS, meets_schema
from assistant.agents.finish import finish
from assistant.agents.generate import Draft, generate
from assistant.agents.prompt import Prompt, budget, compose
from assistant.agents.quoting import CitedAnswer, as_material, checked, quoted
from assistant.agents.recall import Recall
from assistant.agents.turn import Desk, Turn
from assistant.audit.trace import Trace
from assistant.config.settings import ChatSettings
from assistant.entities.citation import Basis, Citation, Evidence
from assistant.entities.conversation import FinishReason, Message
from assistant.entities.model import ModelKind, ModelService
from assistant.entities.turn import (
    HistoryTrimmed,
    LibraryAsked,
    ModelChosen,
    QuestionSaved,
    Regenerate,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
)
from assistant.errors import AssistantError, ModelError, SchemaError, StorageError
from assistant.llm.engine import Engine
from assistant.models.fallback import Candidate

MAY_WRITE = 2
"""From this tier on a model's own words about documents are worth checking."""

_ASK_AGAIN = "Ask again, or choose another model: hearth models list"
_WITHOUT_WORDS = frozenset({FinishReason.EMPTY, FinishReason.ERROR})


class Models(Protocol):
    """Models to try, and somewhere to say how each one did."""

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
    ) -> None:
        self._turn = turn
        self._trace = trace
        self._desk = desk
        self._models = models
        self._settings = settings
        self._draft = Draft(text=turn.already_said)
        self._model: str | None = None
        self._recall = recall
        self._evidence = Evidence()
        self._citations: tuple[Citation, ...] = ()

    def events(self) -> Generator[TurnEvent, None, None]:
        """Everything after the question is written; the last one ends the turn."""
        try:
            yield self._saved()
            yield from self._ask_library()
            yield from self._first_that_answers()
        except (ModelError, StorageError) as error:
            yield self._failed(error)
            return
        except (GeneratorExit, KeyboardInterrupt):
            self._leave(FinishReason.CANCELLED)
            raise
        except BaseException as error:
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

    def _ask_library(self) -> Generator[TurnEvent, None, None]:
        """Only for questions of their own: a schema or a half answer has no room."""
        request = self._turn.request
        is_asked = request.use_knowledge and request.schema is None
        if self._recall is None or not is_asked or self._turn.already_said:
            return
        with self._trace.span("recall") as span:
            if not self._recall.is_worth_asking:
                return
            self._evidence = self._recall.ask(
                self._turn.question.content, request.audience
            )
            span.count(
                passages=len(self._evidence.hits),
                quotes=len(self._evidence.quotes),
                is_enough=int(self._evidence.is_enough),
            )
        yield LibraryAsked(evidence=self._evidence)

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
                yield from self._answer(candidate)
            except SchemaError:
                raise
            except ModelError as error:
                self._models.report(self._model, ok=False, error=str(error))
                if self._draft.has_new_words:
                    raise
                failure = error
            else:
                self._report_success()
                return
        raise failure or ModelError("No model can answer", hint=_ASK_AGAIN)

    def _answer(self, candidate: Candidate) -> Generator[TurnEvent, None, None]:
        """In the way that what was found, what was asked and the model allow."""
        if not self._evidence.is_enough:
            yield from self._say(candidate.engine)
        elif self._models.tier(candidate.service) < MAY_WRITE:
            yield from self._quote()
        else:
            yield from self._write_and_check(candidate.engine)

    def _quote(self) -> Generator[TurnEvent, None, None]:
        """The documents' own words; this model would only spoil them."""
        with self._trace.span("check"):
            answer = quoted(self._evidence)
        yield from self._cite(answer, reason=FinishReason.STOP)

    def _write_and_check(self, engine: Engine) -> Generator[TurnEvent, None, None]:
        """Nothing is shown before every reference of it is checked."""
        prompt = self._compose(engine, material=as_material(self._evidence))
        for event in self._generate(engine, prompt):
            if not isinstance(event, TokenArrived):
                yield event
        with self._trace.span("check"):
            answer = checked(self._draft.text, self._evidence)
        yield from self._cite(answer, reason=self._draft.reason or FinishReason.STOP)

    def _cite(
        self, answer: CitedAnswer, *, reason: FinishReason
    ) -> Generator[TurnEvent, None, None]:
        self._citations = answer.citations
        self._draft.text, self._draft.reason = answer.text, reason
        yield TokenArrived(text=answer.text)

    def _say(self, engine: Engine) -> Generator[TurnEvent, None, None]:
        prompt = self._compose(engine)
        if prompt.is_trimmed:
            yield HistoryTrimmed(
                dropped=prompt.dropped,
                kept=prompt.kept,
                characters_cut=prompt.characters_cut,
            )
        if self._turn.request.schema is None:
            yield from self._generate(engine, prompt)
        else:
            yield from self._meet_schema(engine, prompt)

    def _compose(self, engine: Engine, *, material: str = "") -> Prompt:
        limit = self._turn.request.max_tokens or self._settings.max_reply_tokens
        with self._trace.span("compose") as span:
            prompt = compose(
                self._turn.branch,
                system=self._settings.system_prompt,
                attachments=self._turn.attachments,
                engine=engine,
                allowed=budget(engine, max_reply_tokens=limit),
                material=material,
            )
            span.count(messages=prompt.kept, dropped=prompt.dropped)
        return prompt

    def _generate(
        self, engine: Engine, prompt: Prompt, *, is_retry: bool = False
    ) -> Generator[TurnEvent, None, None]:
        with self._trace.span("generate") as span:
            span.count(model=engine.name)
            yield from generate(
                self._turn,
                prompt=prompt,
                engine=engine,
                temperature=self._temperature(is_retry=is_retry),
                desk=self._desk,
                draft=self._draft,
            )
            if measured := self._draft.measures:
                span.count(
                    prompt_tokens=measured.prompt_tokens,
                    completion_tokens=measured.completion_tokens,
                    reused_tokens=measured.reused_tokens,
                    first_token_ms=round(measured.first_token_ms or 0.0, 1),
                )

    def _temperature(self, *, is_retry: bool) -> float:
        """Another answer should be another one; a first one the likeliest."""
        if is_retry or isinstance(self._turn.request.intent, Regenerate):
            return max(self._settings.temperature, self._settings.retry_temperature)
        return self._settings.temperature

    def _meet_schema(
        self, engine: Engine, prompt: Prompt
    ) -> Generator[TurnEvent, None, None]:
        """Nothing is shown before it is known to be valid.

        Raises SchemaError when no attempt met the schema.
        """
        schema = self._turn.request.schema or {}
        for attempt in range(MEETING_ATTEMPTS):
            self._draft = Draft(text="")
            for event in self._generate(engine, prompt, is_retry=attempt > 0):
                if not isinstance(event, TokenArrived):
                    yield event
            with self._trace.span("check"):
                is_met = meets_schema(self._draft.text, schema)
            if is_met:
                yield TokenArrived(text=self._draft.text)
                return
        self._draft = Draft(text="")
        raise SchemaError(
            f"None of {MEETING_ATTEMPTS} answers met the schema",
            hint="Loosen the schema, or raise chat.max_reply_tokens",
        )

    def _report_success(self) -> None:
        measured = self._draft.measures
        if self._model is not None and measured is not None:
            empty = self._draft.reason in _WITHOUT_WORDS
            self._models.report(
                self._model,
                ok=not empty,
                response_ms=measured.first_token_ms,
                error="no usable words" if empty else None,
            )

    def _ended(self) -> TurnFinished | TurnFailed:
        reason = self._draft.reason or FinishReason.ERROR
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
            basis=Basis.DOCUMENTS if self._citations else Basis.GENERAL,
            citations=self._citations,
        )

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
            return finish(
                self._turn,
                draft=self._draft,
                reason=reason,
                model=self._model,
                desk=self._desk,
                error=error,
                citations=self._citations,
            )
