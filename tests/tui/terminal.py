"""A real pseudo-terminal with a program in it, and a screen to read."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Thread

import pyte

_PATIENCE = 40
"""Seconds; only a hung program takes them all."""


class Terminal:
    """Somebody sits here, types and reads. Use as a context manager."""

    def __init__(
        self,
        module: str,
        words: Sequence[str],
        *,
        size: tuple[int, int] = (100, 30),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self.raw = bytearray()
        self._stream = pyte.ByteStream(self.screen)
        self._ours, self._theirs = pty.openpty()
        window = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, window)
        self.modes = termios.tcgetattr(self._theirs)
        self.program = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "TEXTUAL_ANIMATIONS": "none",
                **(environment or {}),
            },
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self._theirs)
        self._reader.join(5)
        os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:
                return
            if not piece:
                return
            self.raw += piece
            self._stream.feed(piece)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def signal(self, number: signal.Signals) -> None:
        self.program.send_signal(number)

    @property
    def page(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def modes_now(self) -> list[object]:
        return termios.tcgetattr(self._theirs)

    def until(self, holds: Callable[[], object]) -> None:
        end = time.monotonic() + _PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"it never came to that:\n{self.page}")
            time.sleep(0.02)

    def shows(self, text: str) -> None:
        """Wait until the text is on the screen."""
        self.until(lambda: text in self.page)

    def ends(self) -> int:
        """Wait for the program to leave; its exit status."""
        status = self.program.wait(_PATIENCE)
        time.sleep(0.1)
        return status
