"""`LlamaEngine`: a model file answers in this process, one request at a time.

One thread owns the model; everyone else queues for it. The model is loaded when
the first answer is wanted, and llama.cpp with it: importing this costs nothing.
"""

import atexit
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

from assistant.entities.conversation import MessageRole
from assistant.errors import EngineError
from assistant.llm.answering import Task, answer
from assistant.llm.engine import (
    ChatMessage,
    Finished,
    Generated,
    GenerationRequest,
    Piece,
    Queued,
)
from assistant.llm.queue import FairQueue, Ticket
from assistant.tokens import TokenCounter, gguf_counter
from assistant.weights import GgufMetadata

if TYPE_CHECKING:
    from assistant.llm.grammar.syntax import Grammar
    from assistant.llm.native import NativeModel
    from assistant.llm.template import ChatTemplate

DEFAULT_CONTEXT_TOKENS = 8192

# A reader who is told nothing cannot change its mind: a generator can be closed
# only between two of the things it yields.
_SECONDS_OF_SILENCE = 0.2

# Two models at work at once would each have a fraction of the processor.
_processor = Lock()

_Sent: TypeAlias = Generated | BaseException


@dataclass(slots=True, kw_only=True, eq=False)
class _Job:
    """One request, and the pipe back to who asked."""

    task: Task
    pipe: SimpleQueue[_Sent] = field(default_factory=SimpleQueue)
    """Never full: nothing waits for a slow reader, and `max_tokens` is its bound."""

    is_begun: bool = False
    """Whether its reader has had a piece."""

    is_cancelled: bool = False


class LlamaEngine:
    """A model file as an `Engine`; see there."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        metadata: GgufMetadata,
        context_tokens: int = 0,
        threads: int = 1,
        use_extra_bufts: bool = False,
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens or min(
            metadata.context_tokens, DEFAULT_CONTEXT_TOKENS
        )
        self._path = path
        self._metadata = metadata
        self._threads = threads
        self._use_extra_bufts = use_extra_bufts
        self._queue: FairQueue[_Job] = FairQueue()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._model: NativeModel | None = None
        self._current: _Job | None = None
        self._is_closed = False
        self._is_to_forget = False

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the whole prompt; see `Engine`."""
        return sum(
            1 if isinstance(part, int) else self._counter.count(part)
            for part in self._template.prompt(messages)
        )

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        """Stream one answer; see `Engine`."""
        self._start()
        job = _Job(task=self._task(request))
        ticket = self._enter(job, request)
        try:
            ahead = self._ahead(ticket)
            if ahead or self._model is None:
                yield Queued(ahead=ahead)
            while True:
                sent = self._received(job, ticket)
                yield sent
                if isinstance(sent, Finished):
                    return
        finally:
            self._cancel(job, ticket)

    def forget(self) -> None:
        """Let go of all that was read: at once, or when the present answer is done."""
        self._is_to_forget = True
        if _processor.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                _processor.release()

    def close(self) -> None:
        """Stop what is being written and free the memory; see `Engine`."""
        with self._lock:
            self._is_closed = True
            thread, current = self._thread, self._current
            if current is not None:
                self._stop(current)
        for job in self._queue.close():
            job.pipe.put(self._closed_error())
        if thread is not None:
            thread.join()
            atexit.unregister(self.close)

    @cached_property
    def _template(self) -> "ChatTemplate":
        from assistant.llm.template import ChatTemplate

        return ChatTemplate(self._metadata)

    @cached_property
    def _counter(self) -> TokenCounter:
        return gguf_counter(self._metadata)

    def _task(self, request: GenerationRequest) -> Task:
        last = request.messages[-1]
        return Task(
            prompt=self._template.prompt(request.messages),
            sampling=request.sampling,
            grammar=None if request.schema is None else _grammar_of(request.schema),
            begun=last.content if last.role is MessageRole.ASSISTANT else "",
            stop_tokens=self._template.stop_tokens,
            stop_texts=self._template.stop_texts,
        )

    def _start(self) -> None:
        """Let the thread load the model while the prompt is still being made."""
        with self._lock:
            if self._is_closed or self._thread is not None:
                return
            self._thread = Thread(
                target=self._serve, name=f"engine {self.name}", daemon=True
            )
            self._thread.start()
            # A thread in native code must not outlive the interpreter.
            atexit.register(self.close)

    def _enter(self, job: _Job, request: GenerationRequest) -> Ticket[_Job]:
        with self._lock:
            ticket = self._queue.put(
                job, owner=request.owner, priority=request.priority
            )
        if ticket is None:
            raise self._closed_error()
        return ticket

    def _received(self, job: _Job, ticket: Ticket[_Job]) -> Generated:
        """What comes next; while there is nothing to read, a sign of life."""
        try:
            sent = job.pipe.get(timeout=None if job.is_begun else _SECONDS_OF_SILENCE)
        except Empty:
            return Queued(ahead=self._ahead(ticket))
        if isinstance(sent, BaseException):
            raise sent
        job.is_begun = job.is_begun or isinstance(sent, Piece)
        return sent

    def _ahead(self, ticket: Ticket[_Job]) -> int:
        is_busy = self._current not in (None, ticket.item)
        return self._queue.ahead(ticket) + is_busy

    def _cancel(self, job: _Job, ticket: Ticket[_Job]) -> None:
        self._queue.cancel(ticket)
        with self._lock:
            self._stop(job)

    def _stop(self, job: _Job) -> None:
        job.is_cancelled = True
        if self._current is job and self._model is not None:
            self._model.stop()

    def _closed_error(self) -> EngineError:
        return EngineError(f"{self.name} was closed before it had answered")

    def _serve(self) -> None:
        """The engine's thread. What keeps the model from loading, a reader is told."""
        with suppress(Exception), _processor:
            self._loaded()
        while (job := self._queue.take()) is not None:
            self._begin(job)
            try:
                with _processor:
                    self._let_go()
                    try:
                        self._write(job)
                    finally:
                        self._let_go()
            except BaseException as error:
                # Raised where the answer is awaited.
                job.pipe.put(self._closed_error() if job.is_cancelled else error)
            with self._lock:
                self._current = None
        with self._lock:
            model, self._model = self._model, None
        if model is not None:
            model.close()

    def _let_go(self) -> None:
        """Only for whoever holds the processor."""
        if self._is_to_forget and self._model is not None:
            self._model.forget()
        self._is_to_forget = False

    def _begin(self, job: _Job) -> None:
        with self._lock:
            self._current = job
            job.is_cancelled = job.is_cancelled or self._is_closed
            if self._model is not None:
                self._model.resume()
        for place, waiting in enumerate(self._queue.waiting(), start=1):
            waiting.pipe.put(Queued(ahead=place))

    def _write(self, job: _Job) -> None:
        if not job.is_cancelled:
            model = self._loaded()
            for generated in answer(model, job.task, lambda: job.is_cancelled):
                job.pipe.put(generated)
        if job.is_cancelled:
            raise self._closed_error()

    def _loaded(self) -> "NativeModel":
        from assistant.llm.native import NativeModel

        if self._model is None:
            model = NativeModel(
                self._path,
                context_tokens=self.context_tokens,
                threads=self._threads,
                use_extra_bufts=self._use_extra_bufts,
            )
            with self._lock:
                self._model = model
        return self._model


def _grammar_of(schema: object) -> "Grammar":
    from assistant.llm.grammar import grammar_of

    return grammar_of(schema)
