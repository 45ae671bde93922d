"""Which model answers when the one that was wanted cannot, and why.

It tries them in order and says what it found; what an answer is, it leaves to
whoever takes the engine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.entities.model import ModelService
from assistant.errors import ModelError
from assistant.llm.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that was opened; `instead_of` names the one that was wanted."""

    service: ModelService
    engine: Engine
    instead_of: str | None = None
    reason: str | None = None
    """Why not that one, in one line."""


class Shelf(Protocol):
    """Models, as far as choosing among them needs them."""

    def wanted(self, name: str | None) -> ModelService: ...

    def find(self, name: str) -> ModelService | None: ...

    def candidates(self, name: str | None) -> Sequence[ModelService]: ...

    def engine(self, service: ModelService) -> Engine: ...

    def report_unopened(self, service: ModelService, error: ModelError) -> None: ...


def first_working(shelf: Shelf, name: str | None) -> Iterator[Candidate]:
    """The models to try, best first, each opened when it is asked for.

    Whoever asks for the next one has reported how the one before failed. Raises a
    ModelError when not one can be opened.
    """
    wanted = shelf.wanted(name)
    reason, failures = wanted.last_error, list[ModelError]()
    has_offered = False
    for service in shelf.candidates(name):
        is_wanted = service.id == wanted.id
        try:
            engine = shelf.engine(service)
        except ModelError as error:
            shelf.report_unopened(service, error)
            failures.append(error)
            reason = str(error) if is_wanted else reason
            continue
        has_offered = True
        yield Candidate(
            service=service,
            engine=engine,
            instead_of=None if is_wanted else wanted.name,
            reason=None if is_wanted else reason or "it is not available",
        )
        if is_wanted:
            now = shelf.find(service.name)
            reason = now.last_error if now else None
    if not has_offered:
        raise _none_left(failures)


def _none_left(failures: Sequence[ModelError]) -> ModelError:
    """The one failure itself, or all of them in one line."""
    if len(failures) == 1:
        return failures[0]
    said = "; ".join(map(str, failures))
    return ModelError(f"No model can answer: {said}", hint="See: hearth models list")
