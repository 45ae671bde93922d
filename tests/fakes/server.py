"""A model server that behaves as badly as it is told to.

It speaks just enough HTTP over real sockets on loopback, one scripted reply
for each request, the last one for ever, and remembers what it was asked.
"""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from threading import Event, Thread
from typing import Self, TypeAlias

_PATIENCE = 20.0

Action: TypeAlias = Callable[["Visit"], None]
"""One thing the server does to a visitor."""


class GoneError(Exception):
    """The visitor hung up."""


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict


@dataclass
class Visit:
    """One connection."""

    connection: socket.socket
    asked: Asked

    def send(self, data: bytes) -> None:
        try:
            self.connection.sendall(data)
        except OSError:
            raise GoneError from None

    def wait(self, seconds: float) -> None:
        """Do nothing; ends at once when the visitor hangs up."""
        self.connection.settimeout(seconds)
        try:
            if not self.connection.recv(1):
                raise GoneError
        except TimeoutError:
            pass
        except OSError:
            raise GoneError from None
        finally:
            self.connection.settimeout(_PATIENCE)


class WaywardServer:
    """`asked` grows with each request; `hung_up` is set when a visitor left early."""

    def __init__(
        self, *replies: Sequence[Action], certificate: Path | None = None
    ) -> None:
        self.asked: list[Asked] = []
        self.hung_up = Event()
        self._replies = replies
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self._tls = _tls(certificate) if certificate else None
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(_PATIENCE)

    def _serve(self) -> None:
        scripts = self._scripts()
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            # Each in a thread of its own: a reply may be without end.
            Thread(
                target=self._visit, args=(connection, next(scripts)), daemon=True
            ).start()

    def _scripts(self) -> Iterator[Sequence[Action]]:
        yield from self._replies[:-1]
        yield from repeat(self._replies[-1])

    def _visit(self, connection: socket.socket, script: Sequence[Action]) -> None:
        connection.settimeout(_PATIENCE)
        if self._tls:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                return
        with connection:
            try:
                visit = Visit(connection, _read(connection))
                self.asked.append(visit.asked)
                for action in script:
                    action(visit)
            except (GoneError, ValueError, OSError):
                self.hung_up.set()


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _read(connection: socket.socket) -> Asked:
    with connection.makefile("rb") as incoming:
        if not incoming.peek(1).isascii():
            raise ValueError("That is TLS")
        method, path, _ = incoming.readline().decode("latin-1").split(" ", 2)
        headers = {}
        while line := incoming.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = incoming.read(int(headers.get("content-length", "0")))
    return Asked(method, path, headers, json.loads(body) if body else {})


def send(data: bytes) -> Action:
    return lambda visit: visit.send(data)


def wait(seconds: float) -> Action:
    return lambda visit: visit.wait(seconds)


def wait_for(event: Event) -> Action:
    """Hold the reply until the test says so, or the visitor leaves."""

    def hold(visit: Visit) -> None:
        while not event.is_set():
            visit.wait(0.02)

    return hold


def for_ever(data: bytes, *, every: float = 0.0) -> Action:
    def drip(visit: Visit) -> None:
        while True:
            visit.send(data)
            if every:
                visit.wait(every)

    return drip


def head(status: int = 200, kind: str = "text/event-stream", **headers: str) -> Action:
    lines = [f"HTTP/1.1 {status} So", f"Content-Type: {kind}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


def event(said: object) -> Action:
    text = said if isinstance(said, str) else json.dumps(said)
    return send(f"data: {text}\n\n".encode())


def piece(text: str, **more: object) -> Action:
    delta = {"content": text}
    return event({"choices": [{"index": 0, "delta": delta, **more}]})


def ending(reason: str = "stop") -> Action:
    return event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


def usage(prompt: int, completion: int, reused: int = 0) -> Action:
    counted = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "prompt_tokens_details": {"cached_tokens": reused},
    }
    return event({"choices": [], "usage": counted})


def answering(*texts: str, reason: str = "stop") -> list[Action]:
    """A well-behaved answer."""
    return [head(), *map(piece, texts), ending(reason), event("[DONE]")]


def refusing(status: int, body: object = "", **headers: str) -> list[Action]:
    said = body if isinstance(body, str) else json.dumps(body)
    return [head(status, "application/json", **headers), send(said.encode())]


def web_page(status: int = 200) -> list[Action]:
    return [head(status, "text/html"), send(b"<html><h1>It works!</h1></html>")]
