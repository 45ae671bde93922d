import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.conftest import Hearth, Program

LONG = " ".join(f"word{number}" for number in range(1000))


class Terminal:
    """A person's side of a terminal in which the program runs."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int) -> None:
        self.process = process
        self._ours = ours
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str, *, seconds: float = 30) -> None:
        """Read until the text was written since the last wait."""
        until = time.monotonic() + seconds
        start = len(self.seen)
        while text not in self.seen[start:]:
            assert time.monotonic() < until, f"no {text!r} in {self.seen[start:]!r}"
            assert self._read(), f"it ended without {text!r}: {self.seen[start:]!r}"

    def end(self) -> int:
        while self._read():
            pass
        return self.process.wait(timeout=30)

    def _read(self) -> bool:
        try:
            piece = os.read(self._ours, 4096)
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


@pytest.fixture
def slow(program: Program) -> Program:
    program.environment |= {"SCRIPT_ANSWER": LONG, "SCRIPT_PAUSE": "0.005"}
    return program


def last_answer(hearth: Hearth) -> dict[str, str]:
    identity = hearth("conversations", "list", "--json").json["id"]
    shown = hearth("conversations", "show", identity, "--json").json
    answer: dict[str, str] = shown["messages"][-1]
    return answer


def test_ctrl_c_stops_the_answer_and_keeps_what_was_written(
    slow: Program, hearth: Hearth
) -> None:
    with terminal(slow, "ask", "Tell me") as screen:
        screen.wait_for("word20")
        screen.type("\x03")
        status = screen.end()

    assert status == 130
    assert screen.seen.rstrip().endswith(
        "Stopped. The answer so far is kept; go on with: hearth ask -c"
    )
    assert "Traceback" not in screen.seen
    answer = last_answer(hearth)
    assert answer["finish_reason"] == "cancelled"
    assert LONG.startswith(answer["content"])
    assert "word20" in answer["content"]


def test_a_stopped_answer_can_be_gone_on_with(slow: Program, hearth: Hearth) -> None:
    with terminal(slow, "ask", "Tell me") as screen:
        screen.wait_for("word5")
        screen.type("\x03")
        screen.end()
    before = last_answer(hearth)["content"]

    went_on = hearth("ask", "-c", "--json").json

    assert went_on["answer"].startswith(before)
    assert len(went_on["answer"]) > len(before)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_signal_ends_it_in_order(
    slow: Program, hearth: Hearth, number: signal.Signals, status: int
) -> None:
    with terminal(slow, "ask", "Tell me") as screen:
        screen.wait_for("word20")
        screen.process.send_signal(number)

        assert screen.end() == status

    assert "Traceback" not in screen.seen
    assert last_answer(hearth)["finish_reason"] == "cancelled"


def test_a_second_ctrl_c_does_not_wait(slow: Program, hearth: Hearth) -> None:
    with terminal(slow, "ask", "Tell me") as screen:
        screen.wait_for("word20")
        screen.process.send_signal(signal.SIGINT)
        screen.process.send_signal(signal.SIGINT)

        assert screen.end() == 130

    assert "Traceback" not in screen.seen
    assert hearth("doctor", "--json").status == 0
    assert last_answer(hearth)["finish_reason"] in ("cancelled", "interrupted")


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.1, 0.2, 0.3, 0.5])
def test_ctrl_c_at_any_moment_ends_in_order(
    slow: Program, hearth: Hearth, delay: float
) -> None:
    with terminal(slow, "ask", "Tell me") as screen:
        time.sleep(delay)
        screen.process.send_signal(signal.SIGINT)
        status = screen.end()

    is_our_turn = "assistant" in screen.seen or status == 130
    assert not is_our_turn or "Traceback" not in screen.seen
    assert hearth("doctor", "--json").status == 0


def test_stopped_and_continued_it_goes_on(slow: Program) -> None:
    slow.environment["SCRIPT_PAUSE"] = "0.001"
    with terminal(slow, "ask", "Tell me") as screen:
        screen.wait_for("word20")
        screen.process.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        screen.process.send_signal(signal.SIGCONT)

        assert screen.end() == 0

    assert "word999" in screen.seen
