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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread

import pyte

_PATIENCE = 40
"""Seconds; only a hung program takes them all."""


def _of_no_size(environment: Mapping[str, str]) -> dict[str, str]:
    """Without the size that the tests' own runner was given: the window's holds."""
    return {
        name: value
        for name, value in environment.items()
        if name not in ("COLUMNS", "LINES")
    }


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
        self._is_up = self._is_read = True
        self._set_window(columns, lines)
        self.modes = termios.tcgetattr(self._theirs)
        self.program = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
            preexec_fn=self._take_control,
            env={
                **_of_no_size(os.environ),
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
        self.hang_up()
        self._reader.join(5)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:
                return
            if not piece:
                return
            self.raw += piece
            if self._is_read:
                self._stream.feed(piece)

    def _take_control(self) -> None:
        """In the program: this is its terminal, whose end it will be told."""
        fcntl.ioctl(self._theirs, termios.TIOCSCTTY, 0)

    def _set_window(self, columns: int, lines: int) -> None:
        window = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, window)

    def resize(self, columns: int, lines: int) -> None:
        """Somebody drags the window's corner."""
        self._set_window(columns, lines)
        self.screen.resize(lines, columns)
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGWINCH)

    def hang_up(self) -> None:
        """The window is closed; nobody is there any more."""
        if self._is_up:
            self._is_up = False
            os.close(self._theirs)
            os.close(self._ours)

    @contextmanager
    def unread(self) -> Iterator[None]:
        """Only take what comes: to read it all would hold up what comes next."""
        self._is_read = False
        try:
            yield
        finally:
            self._is_read = True

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
