"""An engine elsewhere: any server that speaks the OpenAI protocol.

It sends words and receives words; how they travel is `assistant.llm.wire`'s
business. Importing it costs what httpx costs.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from threading import Lock
from time import perf_counter
from typing import NoReturn

import httpx

from assistant.entities.conversation import FinishReason, MessageRole
from assistant.errors import EngineError, RemoteModelError, SchemaError
from assistant.llm.engine import (
    ChatMessage,
    Finished,
    Generated,
    GenerationRequest,
    Piece,
    Queued,
)
from assistant.llm.wire.answer import Part, Usage
from assistant.llm.wire.client import new_client
from assistant.llm.wire.dialect import Dialect, names_schema
from assistant.llm.wire.exchange import Exchange
from assistant.llm.wire.failures import WireError
from assistant.llm.wire.heard import Heard
from assistant.llm.wire.listing import fetch_listing
from assistant.llm.wire.patience import Retries
from assistant.llm.wire.server import Listed, Server
from assistant.safetext import one_line
from assistant.tokens import TokenCounter

_TOKENS_AROUND_A_MESSAGE = 5  # role, start and end marks, in the usual templates
_TOKENS_BEFORE_THE_ANSWER = 3
_CHARACTERS_A_TOKEN = 16  # an answer longer than this allows is not held to its limit
_SHORTEST_LIMIT = 1024
_LONGEST_SENTENCE = 400


class RemoteEngine:
    """A model on a server. Connects anew for each answer, and only then."""

    def __init__(
        self,
        name: str,
        server: Server,
        *,
        context_tokens: int,
        counter: TokenCounter,
        retries: Retries | None = None,
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self._server = server
        self._counter = counter
        self._retries = retries or Retries()
        self._dialect = Dialect()
        self._client: httpx.Client | None = None
        self._is_closed = False
        self._lock = Lock()

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """About as many as the server will count; its template is not known here."""
        said = sum(self._counter.count(message.content) for message in messages)
        around = _TOKENS_AROUND_A_MESSAGE * len(messages)
        return said + around + _TOKENS_BEFORE_THE_ANSWER

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        """Stream one answer; closing the generator cuts the connection."""
        started = perf_counter()
        try:
            client = self._open_client()
            yield Queued(ahead=0)
            for attempt in (request, _with_other_seed(request)):
                heard = Heard(started, keep_space=_goes_on(request))
                yield from self._answer(attempt, client, heard)
                if heard.has_begun:
                    break
            else:
                heard.reason = FinishReason.EMPTY
        except WireError as error:
            self._explain(error, has_schema=request.schema is not None)
        yield self._finished(request, heard)

    def models(self) -> list[Listed]:
        """What the server offers."""
        try:
            return fetch_listing(self._open_client(), self._server)
        except WireError as error:
            self._explain(error)

    def close(self) -> None:
        """Refuse further questions; answers under way may end."""
        with self._lock:
            self._is_closed = True
            self._client = None  # it keeps no connections that would need closing

    def _answer(
        self, request: GenerationRequest, client: httpx.Client, heard: Heard
    ) -> Generator[Generated, None, None]:
        """Ask; where the server refuses a part of the request, ask without it."""
        dialect = self._dialect
        while True:
            try:
                yield from self._ask(
                    request, dialect=dialect, client=client, heard=heard
                )
            except WireError as error:
                plainer = _plainer(dialect, error, request)
                if plainer is None:
                    raise
                self._dialect = dialect = plainer
            else:
                return

    def _ask(
        self,
        request: GenerationRequest,
        *,
        dialect: Dialect,
        client: httpx.Client,
        heard: Heard,
    ) -> Generator[Generated, None, None]:
        def delay(failures: int, error: WireError) -> float | None:
            if _plainer(dialect, error, request) is not None:
                return None
            return self._retries.delay(failures, error)

        exchange = Exchange(
            client,
            self._server,
            dialect.body(request, model=self._server.model),
            max_tokens=request.sampling.max_tokens,
            delays=delay,
        )
        with exchange, closing(exchange.parts()) as parts:
            yield from _pieces(parts, heard, _longest(request))

    def _finished(self, request: GenerationRequest, heard: Heard) -> Finished:
        usage = heard.usage or Usage(
            prompt_tokens=self.count(request.messages),
            completion_tokens=self._spoken_tokens(heard),
        )
        return Finished(
            reason=heard.reason or FinishReason.STOP,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            reused_tokens=usage.reused_tokens,
            first_token_ms=heard.first_token_ms,
            total_ms=heard.elapsed_ms,
        )

    def _spoken_tokens(self, heard: Heard) -> int:
        """For servers that do not count; most send a token at a time."""
        counted = self._counter.count(heard.text)
        sends_single = heard.pieces * 2 >= counted
        return heard.pieces if sends_single else counted

    def _open_client(self) -> httpx.Client:
        with self._lock:
            if self._is_closed:
                raise EngineError(f"{self.name} is closed")
            if self._client is None:
                self._client = new_client(self._server)
            return self._client

    def _explain(self, error: WireError, *, has_schema: bool = False) -> NoReturn:
        said = self._server.hide_key(str(error))
        sentence = one_line(f"The server at {self._server.base_url} {said}")
        if len(sentence) > _LONGEST_SENTENCE:
            sentence = sentence[:_LONGEST_SENTENCE] + "…"
        is_of_schema = has_schema and names_schema(error.complaint)
        kind = SchemaError if is_of_schema else RemoteModelError
        # What the server sent stays out of the traceback: it may hold the key.
        raise kind(sentence, hint=error.hint) from None


def _pieces(
    parts: Generator[Part | None, None, None], heard: Heard, longest: int
) -> Generator[Generated, None, None]:
    for part in parts:
        if part is None:
            yield Queued(ahead=0)
            continue
        if text := heard.take(part):
            yield Piece(text=text)
        if heard.stop_if_endless(longest):
            return
    if last := heard.close():
        yield Piece(text=last)


def _plainer(
    dialect: Dialect, error: WireError, request: GenerationRequest
) -> Dialect | None:
    return dialect.without(error.complaint, has_schema=request.schema is not None)


def _longest(request: GenerationRequest) -> int:
    return max(_SHORTEST_LIMIT, _CHARACTERS_A_TOKEN * request.sampling.max_tokens)


def _goes_on(request: GenerationRequest) -> bool:
    return bool(request.messages) and (
        request.messages[-1].role is MessageRole.ASSISTANT
    )


def _with_other_seed(request: GenerationRequest) -> GenerationRequest:
    seed = (request.sampling.seed or 0) + 1
    return replace(request, sampling=replace(request.sampling, seed=seed))
