"""One answer from a model in memory: prompt in, pieces and measures out.

Runs on the engine's thread. Knows no queue, no other request and no waiting.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from assistant.entities.conversation import FinishReason
from assistant.errors import EngineError, SchemaError
from assistant.llm.engine import Finished, Generated, Piece, Sampling
from assistant.llm.markers import Part
from assistant.llm.writing import PlainWriting, SchemaWriting, Writing

if TYPE_CHECKING:
    from assistant.llm.grammar.syntax import Grammar

_TOKENS_BETWEEN_CHECKS = 64
_SECOND_TRY_TEMPERATURE = 0.7
_SECOND_TRY_SEED = 20_011


class TokenSampler(Protocol):
    """Picks tokens."""

    def pick(self) -> int: ...
    def accept(self, tokens: Sequence[int]) -> None: ...
    def close(self) -> None: ...


class TokenModel(Protocol):
    """A model in memory; see `NativeModel`."""

    @property
    def context_tokens(self) -> int: ...
    def tokenize(self, text: str) -> list[int]: ...
    def piece(self, token: int) -> bytes: ...
    def is_end(self, token: int) -> bool: ...
    def read(self, tokens: Sequence[int]) -> int: ...
    def extend(self, token: int) -> None: ...
    def is_sane(self) -> bool: ...
    def sampler(
        self, sampling: Sampling, *, grammar: str | None = None
    ) -> TokenSampler: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one answer needs."""

    prompt: Sequence[Part]
    sampling: Sampling
    grammar: "Grammar | None" = None
    begun: str = ""
    """The answer so far, when it is gone on with."""

    stop_tokens: frozenset[int] = frozenset()
    stop_texts: tuple[str, ...] = ()
    started: float = field(default_factory=perf_counter)


def answer(
    model: TokenModel, task: Task, is_cancelled: Callable[[], bool]
) -> Generator[Generated, None, None]:
    """Stream one answer; one that says nothing is tried once more.

    Once it is cancelled, nothing more comes.
    """
    prompt = _tokens(model, task)
    attempt = _Attempt(model, task, prompt)
    yield from attempt.pieces(is_cancelled)
    reused = attempt.reused_tokens
    if attempt.is_empty and not task.begun:
        attempt = _Attempt(model, _for_second_try(task), prompt)
        yield from attempt.pieces(is_cancelled)
    if not is_cancelled():
        yield replace(attempt.finished(), reused_tokens=reused)


def _tokens(model: TokenModel, task: Task) -> list[int]:
    tokens: list[int] = []
    for part in task.prompt:
        tokens += [part] if isinstance(part, int) else model.tokenize(part)
    if len(tokens) >= model.context_tokens:
        raise EngineError(
            f"The prompt has {len(tokens):,} tokens; the model's context holds "
            f"{model.context_tokens:,}",
            hint="Ask with less text, or set models.context_tokens higher",
        )
    return tokens


def _for_second_try(task: Task) -> Task:
    sampling = replace(
        task.sampling,
        temperature=max(task.sampling.temperature, _SECOND_TRY_TEMPERATURE),
        seed=(task.sampling.seed or 0) + _SECOND_TRY_SEED,
    )
    return replace(task, sampling=sampling)


class _Attempt:
    """One try at an answer."""

    def __init__(self, model: TokenModel, task: Task, prompt: Sequence[int]) -> None:
        self._model = model
        self._task = task
        self._prompt = prompt
        self._room = min(task.sampling.max_tokens, model.context_tokens - len(prompt))
        self._written = 0
        self._unread: int | None = None
        self._first_at: float | None = None
        self._reason = FinishReason.STOP
        self.reused_tokens = 0

    @property
    def is_empty(self) -> bool:
        return self._first_at is None

    def pieces(self, is_cancelled: Callable[[], bool]) -> Generator[Piece, None, None]:
        writing = self._new_writing()
        with closing(self._new_sampler()) as sampler:
            self.reused_tokens = self._model.read(self._prompt)
            while writing.ending is None and not is_cancelled():
                token = self._next(sampler)
                if token is None:
                    break
                left = self._room - self._written
                piece = self._model.piece(token)
                yield from self._shown(writing.feed(token, piece, left=left))
        if not is_cancelled():
            self._reason = writing.ending or FinishReason.STOP
            yield from self._shown(self._closed(writing))

    def finished(self) -> Finished:
        is_empty = self.is_empty and not self._task.begun
        return Finished(
            reason=FinishReason.EMPTY if is_empty else self._reason,
            prompt_tokens=len(self._prompt),
            completion_tokens=self._written,
            reused_tokens=self.reused_tokens,
            first_token_ms=None if self._first_at is None else self._ms(self._first_at),
            total_ms=self._ms(perf_counter()),
        )

    def _ms(self, at: float) -> float:
        return (at - self._task.started) * 1000

    def _next(self, sampler: TokenSampler) -> int | None:
        """The next token, or None when the model has said all."""
        if self._unread is not None:
            self._model.extend(self._unread)
        if self._written % _TOKENS_BETWEEN_CHECKS == 0:
            self._check_sanity()
        token = self._unread = sampler.pick()
        if token in self._task.stop_tokens or self._model.is_end(token):
            return None
        self._written += 1
        return token

    def _shown(self, text: str) -> Generator[Piece, None, None]:
        if text and self._first_at is None:
            self._first_at = perf_counter()
        if text:
            yield Piece(text=text)

    def _closed(self, writing: Writing) -> str:
        rest = writing.close()
        if self._task.grammar is not None:
            closed = self._written + self._count_tokens(rest)
            self._written = min(closed, self._room)
        return rest

    def _new_writing(self) -> Writing:
        task = self._task
        if task.grammar is None:
            return PlainWriting(task.stop_texts, is_continued=bool(task.begun))
        from assistant.llm.grammar.matching import Matcher

        matcher = Matcher(task.grammar)
        if matcher.feed(task.begun) < len(task.begun):
            raise SchemaError("The answer so far does not fit the JSON schema")
        needed = self._count_tokens(matcher.shortest_end())
        if needed > self._room:
            raise SchemaError(
                f"An answer to this JSON schema needs {needed:,} tokens at least; "
                f"there is room for {self._room:,}"
            )
        return SchemaWriting(matcher, self._count_tokens)

    def _new_sampler(self) -> TokenSampler:
        task, model = self._task, self._model
        if task.grammar is None:
            return model.sampler(task.sampling)
        begun = model.tokenize(task.begun)
        if b"".join(map(model.piece, begun)) != task.begun.encode():
            raise SchemaError("The engine cannot go on with an answer to a JSON schema")
        sampler = model.sampler(task.sampling, grammar=task.grammar.gbnf)
        sampler.accept(begun)
        return sampler

    def _count_tokens(self, text: str) -> int:
        return len(self._model.tokenize(text))

    def _check_sanity(self) -> None:
        if not self._model.is_sane():
            raise EngineError(
                "The model computes no numbers",
                hint="Its file may be damaged; try another: hearth models list",
            )
