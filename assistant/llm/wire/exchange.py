"""One question to a server, read on a thread of its own.

Whoever listens hears of silence a few times a second, and may walk away at any
moment: the connection is cut at once, whatever the server is doing.
"""

import json
import socket
import struct
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import Any, Self, TypeAlias

import httpx

from assistant.llm.wire.answer import DONE, Part, read_part
from assistant.llm.wire.events import EventReader
from assistant.llm.wire.failures import WireError
from assistant.llm.wire.replies import (
    check_reply,
    is_whole,
    read_text,
    silent,
    translated,
)
from assistant.llm.wire.server import Server

_HEARTBEAT_SECONDS = 0.25
_HELD_PARTS = 64
_GRACE_SECONDS = 2.0  # after the last word, for the count that may follow it
_FARE = 1 << 20  # bytes any answer may take
_FARE_A_TOKEN = 8192  # and for each token; a piece takes some 300
_NO_LINGERING = struct.pack("ii", 1, 0)

Delays: TypeAlias = Callable[[int, WireError], float | None]
"""How long to wait after the n-th failure; None gives up."""


@dataclass(frozen=True, slots=True)
class _Over:
    """Nothing follows; `error` says why where there is no answer."""

    error: WireError | None


class Exchange:
    """Asks, asks again if the server stumbles before its first word, and streams."""

    def __init__(
        self,
        client: httpx.Client,
        server: Server,
        body: Mapping[str, object],
        *,
        max_tokens: int,
        delays: Delays,
    ) -> None:
        self._client = client
        self._server = server
        self._body = json.dumps(body).encode()
        self._bytes_left = _FARE + _FARE_A_TOKEN * max_tokens
        self._delays = delays
        self._has_spoken = self._has_ended = False
        self._heard: Queue[Part | _Over] = Queue(_HELD_PARTS)
        self._cut = Event()
        self._socket: socket.socket | None = None
        self._thread = Thread(target=self._run, name="remote model", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Cut the connection, so that the server stops working for nobody."""
        self._cut.set()
        self._hang_up()
        # A thread that still looks up a name ends by itself once that is done.
        self._thread.join(_HEARTBEAT_SECONDS)

    def parts(self) -> Generator[Part | None, None, None]:
        """What the server says, as it says it; None for each moment of silence.

        Raises WireError.
        """
        heard_at, has_ended = monotonic(), False
        while True:
            try:
                heard = self._heard.get(timeout=_HEARTBEAT_SECONDS)
            except Empty:
                silence = monotonic() - heard_at
                if has_ended and silence > _GRACE_SECONDS:
                    return
                if silence > self._server.timeout_seconds:
                    raise silent(self._server.timeout_seconds) from None
                yield None
                continue
            if isinstance(heard, _Over):
                if heard.error is not None:
                    raise heard.error
                return
            heard_at, has_ended = monotonic(), has_ended or heard.reason is not None
            yield heard

    def _run(self) -> None:
        """Whatever happens here, whoever listens is told that it is over."""
        over = _Over(WireError("was not asked properly; the log says more"))
        try:
            over = _Over(self._ask_until_answered())
        finally:
            self._tell(over)

    def _ask_until_answered(self) -> WireError | None:
        failures = 0
        while True:
            try:
                for part in self._ask():
                    self._tell(part)
            except WireError as error:
                if self._has_ended:
                    return None
                failures += 1
                delay = self._delay(failures, error)
                if delay is None:
                    return error
                self._tell(Part())  # a sign of life
                if self._cut.wait(delay):
                    return None
            else:
                return None

    def _delay(self, failures: int, error: WireError) -> float | None:
        if self._has_spoken or not error.may_pass or self._cut.is_set():
            return None
        return self._delays(failures, error)

    def _ask(self) -> Iterator[Part]:
        try:
            with self._client.stream(
                "POST",
                f"{self._server.base_url}/chat/completions",
                content=self._body,
                extensions={"trace": self._remember_socket},
            ) as response:
                check_reply(response, self._server)
                for data in self._events(response):
                    yield self._noted(read_part(data))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise translated(error, self._server) from None

    def _events(self, response: httpx.Response) -> Iterator[str]:
        if is_whole(response):
            yield read_text(
                response,
                most_bytes=self._bytes_left,
                seconds=self._server.timeout_seconds,
            )
            return
        reader = EventReader()
        for received in response.iter_bytes():
            if self._cut.is_set():
                return  # what was on its way when we hung up still arrives
            self._bytes_left -= len(received)
            if self._bytes_left < 0:
                raise WireError("sends without end")
            for data in reader.feed(received):
                if data.strip() == DONE:
                    return
                yield data
        yield from (data for data in reader.close() if data.strip() != DONE)
        if not self._has_ended:
            raise _broke_off(after_words=self._has_spoken)

    def _noted(self, part: Part) -> Part:
        self._has_spoken = self._has_spoken or bool(part.text)
        self._has_ended = self._has_ended or part.reason is not None
        return part

    def _tell(self, heard: Part | _Over) -> None:
        while not self._cut.is_set():
            with suppress(Full):
                self._heard.put(heard, timeout=_HEARTBEAT_SECONDS)
                return

    def _remember_socket(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpx while it connects, first bare and then with TLS."""
        if event in (
            "connection.connect_tcp.complete",
            "connection.start_tls.complete",
        ):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._cut.is_set():
                self._hang_up()

    def _hang_up(self) -> None:
        """Unlike closing, this wakes a thread that waits for bytes.

        The server gets a reset when the thread then closes: it may be deaf to a
        mere goodbye while it waits for us to read.
        """
        if self._socket is None:
            return
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
            # Not the TLS socket's own method: that one says goodbye first, and
            # pulls the rug from under the reading thread.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _broke_off(*, after_words: bool) -> WireError:
    if after_words:
        return WireError("broke off before the end of its answer")
    return WireError(
        "ended its answer before it began",
        hint="The conversation may be longer than the server can take",
        may_pass=True,
    )
