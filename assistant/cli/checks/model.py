"""Checks of the model in use: its file, its tokenizer, a word from it."""

from collections.abc import Iterator

from assistant.app import Assistant
from assistant.cli.checks import Check, DoubtError, checked
from assistant.cli.words import milliseconds, size
from assistant.entities.conversation import MessageRole
from assistant.entities.model import ModelService, ServiceStatus
from assistant.errors import ModelError
from assistant.llm.engine import ChatMessage

_SAMPLE = "What is the capital of France?"


def model_checks(hearth: Assistant, *, is_quick: bool) -> Iterator[Check]:
    """All of them, in order. The slow one has the model say something."""
    service = hearth.models.in_use()
    yield checked("model", lambda: _file(hearth, service))
    yield checked("tokens", lambda: _tokens(hearth, service))
    if not is_quick:
        yield checked("answer", lambda: _answer(hearth, service))


def _file(hearth: Assistant, service: ModelService) -> str:
    file = hearth.models.metadata(service)
    if file is None:
        return f"{service.name} at {service.location}"
    licence = file.licence or "not stated"
    packed = f"{file.architecture} {file.quantisation}, {size(file.size_bytes)}"
    return f"{service.name}: {packed}, licence {licence}"


def _tokens(hearth: Assistant, service: ModelService) -> str:
    question = ChatMessage(role=MessageRole.USER, content=_SAMPLE)
    count = hearth.models.engine(service).count([question])
    if count <= 0:
        raise ModelError("The tokenizer finds no token in a sentence")
    return f"a short question makes {count} tokens, of {service.context_tokens}"


def _answer(hearth: Assistant, service: ModelService) -> str:
    report = hearth.models.check(service.name)
    details = ", ".join(f"{name} {value}" for name, value in report.details.items())
    if report.status is ServiceStatus.UNAVAILABLE:
        raise ModelError(
            f"{service.name} does not answer: {details}",
            hint="Choose another model: hearth models list",
        )
    answered = f"{service.name} answered in {milliseconds(report.response_time_ms)}"
    if report.status is ServiceStatus.DEGRADED:
        raise DoubtError(f"{answered}, and is {report.status}: {details}")
    return answered
