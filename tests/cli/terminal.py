"""A terminal of our own, with the program in it."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cli.conftest import Program

_PATIENCE_SECONDS = 20


class Terminal:
    """A person's side of a terminal in which the program runs."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int) -> None:
        self.process = process
        self._ours = ours
        self.seen = ""
        self._waited_for = 0

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str) -> None:
        """Read on until the text comes after what was waited for last."""
        while (found := self.seen.find(text, self._waited_for)) < 0:
            rest = self.seen[self._waited_for :]
            assert self._read(), f"there is no {text!r} in {rest!r}"
        self._waited_for = found + len(text)

    def let_it_rest(self) -> None:
        """Give it the moment it needs to listen to its keyboard."""
        time.sleep(0.3)

    def end(self) -> int:
        while self._read():
            pass
        return self.process.wait(timeout=_PATIENCE_SECONDS)

    def _read(self) -> bool:
        """Whether something came before it ended, or patience did."""
        ready, _, _ = select.select([self._ours], [], [], _PATIENCE_SECONDS)
        try:
            piece = os.read(self._ours, 4096) if ready else b""
        except OSError:  # the other end is closed
            return False
        self.seen += piece.decode(errors="replace")
        return bool(piece)


@contextmanager
def terminal(program: Program, *arguments: str) -> Iterator[Terminal]:
    """The program as leader of a terminal, as a shell would run it."""
    ours, theirs = pty.openpty()

    def take_the_terminal() -> None:
        os.setsid()
        os.close(os.open(os.ttyname(theirs), os.O_RDWR))

    process = subprocess.Popen(
        program.command(*arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"TERM": "xterm", **program.environment},
        preexec_fn=take_the_terminal,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
