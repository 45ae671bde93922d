import signal
import time

import pytest

from tests.cli.conftest import Hearth, Program
from tests.cli.terminal import terminal

LONG = " ".join(f"word{number}" for number in range(1000))


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
