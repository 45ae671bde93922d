"""Asking a model for a word, to see how it is doing.

A check settles at once what passing answers settle slowly: who asked for it
wants to know how things are now.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from typing import Protocol, runtime_checkable

from assistant.entities.conversation import FinishReason, MessageRole
from assistant.entities.model import HealthReport, ModelService
from assistant.errors import EngineError, ModelError
from assistant.llm.engine import (
    ChatMessage,
    Engine,
    Finished,
    GenerationRequest,
    Sampling,
)
from assistant.llm.wire.server import Listed
from assistant.models.engines import OpenEngines
from assistant.models.vitals import Vitals

_QUESTION = "Say OK."
_FEW = 8
_NO_ANSWER = frozenset({FinishReason.EMPTY, FinishReason.ERROR})


@runtime_checkable
class Offers(Protocol):
    """An engine that can say what its server offers."""

    def models(self) -> Sequence[Listed]: ...


def check_service(
    service: ModelService, *, opened: OpenEngines, vitals: Vitals
) -> HealthReport:
    """A real answer, or why there is none; kept as the model's health."""
    try:
        engine = opened.get(service)
        finished = ask_for_a_word(engine)
    except ModelError as error:
        now = vitals.failed(service.name, error=str(error), is_lasting=True)
        details: dict[str, object] = {"error": str(error)}
        return _report(now or service, at=vitals.clock(), details=details)
    response_ms = finished.first_token_ms or finished.total_ms
    now = vitals.passed_check(
        service.name,
        response_ms=response_ms,
        context_tokens=_find_context(engine, service),
    )
    details = {"prompt_tokens": finished.prompt_tokens, "reason": finished.reason.value}
    return _report(
        now or service, at=vitals.clock(), response_ms=response_ms, details=details
    )


def _report(
    now: ModelService,
    *,
    at: datetime,
    response_ms: float | None = None,
    details: Mapping[str, object],
) -> HealthReport:
    return HealthReport(
        service=now.name,
        status=now.status,
        response_time_ms=response_ms,
        checked_at=at,
        details=details,
    )


def _find_context(engine: Engine, service: ModelService) -> int | None:
    """The context a server tells of, where until now it was only assumed."""
    if not isinstance(engine, Offers) or "context" not in service.config:
        return None
    with suppress(ModelError):  # many servers answer without offering a list
        for listed in engine.models():
            if listed.model == service.config.get("remote_model"):
                return listed.context_tokens
    return None


def ask_for_a_word(engine: Engine) -> Finished:
    """The measures of a real answer. Raises a ModelError when there is none."""
    request = GenerationRequest(
        messages=(ChatMessage(role=MessageRole.USER, content=_QUESTION),),
        sampling=Sampling(max_tokens=_FEW, temperature=0.0),
    )
    finished: Finished | None = None
    with closing(engine.generate(request)) as generated:
        for one in generated:
            if isinstance(one, Finished):
                finished = one
    if finished is None:
        raise EngineError(f"{engine.name} stopped without saying why")
    if finished.reason in _NO_ANSWER:
        raise EngineError(f"{engine.name} was asked for a word and said nothing")
    return finished
