"""Our side of the child that parses: start it, ask it, outlive it.

A child serves one file after another. Whatever a file does to it (time, memory, a
crash, a lie on the wire) becomes one refusal, and the next file gets a fresh one.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media import wire
from assistant.media.parts import Part

_BLOCK = 262_144
_MOST_IDLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost."""

    seconds: float = 60.0
    """Spent waiting for the parser, or by it on the processor."""

    memory_bytes: int = 1 << 30
    """Beyond what the parser takes when it has nothing to do."""

    most_bytes: int = 256 << 20
    """Of a file that is not plain text; plain text may be of any size."""

    most_text: int = 512 << 20
    """Bytes of extracted text."""


class Worker:
    """The children: started by the files that need them, kept for those to come."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    def parts(
        self, fd: int, name: str, kind: str, *, charset: str | None = None
    ) -> Generator[wire.Opened | Part, None, None]:
        """What a child finds in the open file, as it finds it."""
        request = wire.Request(
            name, kind, charset, self._limits.seconds, self._limits.most_bytes
        )
        child = self._asked(fd, request)
        try:
            ending = yield from child.answer(self._limits)
        except BaseException:
            child.end()
            raise
        self._rest(child, last=ending.last)
        if isinstance(ending, wire.Refused):
            raise ending.error

    def close(self) -> None:
        """End those that wait; the next file would start another."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _asked(self, fd: int, request: wire.Request) -> "_Child":
        """A child that has taken the file; a dead one is found out here."""
        while (child := self._waiting()) is not None:
            try:
                child.ask(fd, request)
            except OSError:
                child.end()
            else:
                return child
        fresh = _Child(self._limits)
        fresh.ask(fd, request)
        return fresh

    def _waiting(self) -> "_Child | None":
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _rest(self, child: "_Child", *, last: bool) -> None:
        with self._lock:
            if not last and len(self._idle) < _MOST_IDLE:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One process and the socket to it."""

    def __init__(self, limits: Limits) -> None:
        self._socket, theirs = socket.socketpair()
        command = (sys.executable, "-m", "assistant.media.child")
        with theirs:
            self._process = subprocess.Popen(
                (*command, str(theirs.fileno()), str(limits.memory_bytes)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_environment(),
                start_new_session=True,
            )

    def ask(self, fd: int, request: wire.Request) -> None:
        socket.send_fds(self._socket, [wire.encode(request)], [fd])

    def answer(
        self, limits: Limits
    ) -> Generator[wire.Opened | Part, None, wire.Finished | wire.Refused]:
        """Everything up to the ending, which is returned."""
        taken = 0
        for line in self._lines(limits.seconds):
            taken += len(line)
            if taken > limits.most_text:
                raise DocumentRefusedError(
                    Refusal.TOO_LARGE,
                    f"it holds more than {limits.most_text >> 20:,} MB of text",
                )
            match self._said(line):
                case wire.Finished() | wire.Refused() as ending:
                    return ending
                case wire.Request():
                    raise _broken()
                case said:
                    yield said
        raise self._death(limits.seconds)

    def _said(self, line: bytes) -> wire.Said:
        try:
            return wire.decode(line)
        except ValueError as error:
            raise _broken() from error

    def _lines(self, seconds: float) -> Iterator[bytes]:
        """Lines until the child is gone; only our waiting counts as its time."""
        left, rest = seconds, b""
        while True:
            began = time.monotonic()
            block = self._receive(left, seconds)
            left -= time.monotonic() - began
            if not block:
                return
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
            if len(rest) > wire.LONGEST_LINE:
                raise _broken()

    def _receive(self, left: float, allowed: float) -> bytes:
        self._socket.settimeout(max(left, 0.001))
        try:
            return self._socket.recv(_BLOCK)
        except TimeoutError as error:
            raise _too_slow(allowed) from error
        except OSError:
            return b""

    def _death(self, seconds: float) -> DocumentRefusedError:
        """What the file did to the child, as far as one can tell."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        code = self._process.returncode
        if code == -signal.SIGXCPU:
            return _too_slow(seconds)
        if code == -signal.SIGKILL:
            return DocumentRefusedError(
                Refusal.TOO_LARGE, "the system stopped its parser, for lack of memory"
            )
        return _broken()

    def end(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()


def _environment() -> dict[str, str]:
    """None of ours: a key in the environment is nothing for a parser."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    }


def _too_slow(seconds: float) -> DocumentRefusedError:
    return DocumentRefusedError(Refusal.TOO_SLOW, f"it took longer than {seconds:g} s")


def _broken() -> DocumentRefusedError:
    return DocumentRefusedError(
        Refusal.DAMAGED,
        "it broke its parser: damaged, or needs more memory than a file is given",
    )
