"""The one door out: a name is looked up, judged, and what was judged is called.

Nothing can be changed in between, since the look-up that is judged is the one that
is used; and no server can hold the line longer than the deadline.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import httpcore

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.addresses import is_inner_name, is_public

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""The addresses of a server, by its name and port."""


def resolve(host: str, port: int) -> Sequence[str]:
    """What the system's own look-up says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """When everything must be over."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Seconds left, and no more than `most` of them."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DocumentRefusedError(
                Refusal.TOO_SLOW, f"the server took longer than {self._seconds:g} s"
            )
        return left if most is None else min(left, most)


class Door(httpcore.NetworkBackend):
    """Connects to public addresses only, unless near ones are allowed."""

    def __init__(self, resolve: Resolve, deadline: Deadline, *, near: bool) -> None:
        self._resolve = resolve
        self._deadline = deadline
        self._near = near
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A line to the first of the server's addresses that answers."""
        failure: Exception = httpcore.ConnectError("it has no address")
        for address in self._judged(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address,
                    port,
                    timeout=self._deadline.left(timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Line(stream, self._deadline)
        raise failure

    def _judged(self, host: str, port: int) -> Sequence[str]:
        if not self._near and is_inner_name(host):
            raise _forbidden(host)
        addresses = self._looked_up(host, port)
        if not self._near and not all(is_public(address) for address in addresses):
            raise _forbidden(host)
        return addresses

    def _looked_up(self, host: str, port: int) -> Sequence[str]:
        """In a thread that can be left behind: a look-up knows no time limit."""
        found: list[Sequence[str]] = []
        failed: list[Exception] = []

        def look_up() -> None:
            try:
                found.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                failed.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self._deadline.left())
        if failed:
            raise httpcore.ConnectError("its name is not known") from failed[0]
        if not found:
            raise httpcore.ConnectTimeout("its name is not found in time")
        return found[0]


class _Line(httpcore.NetworkStream):
    """A connection on which no wait outlasts the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        encrypted = self._stream.start_tls(ssl_context, server_hostname, left)
        return _Line(encrypted, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _forbidden(host: str) -> DocumentRefusedError:
    return DocumentRefusedError(
        Refusal.FORBIDDEN, f"{host} is not on the open internet"
    )
