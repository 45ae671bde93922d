import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Hearth, Program

LONG = " ".join(f"word{number}" for number in range(400))


def head(program: Program, count: int, *arguments: str) -> tuple[int, str]:
    """What `hearth ... | head -c COUNT` does to the program: status and stderr."""
    with subprocess.Popen(
        program.command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment,
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.read(count)
        running.stdout.close()
        complaint = running.stderr.read().decode()
        return running.wait(timeout=60), complaint


@pytest.mark.parametrize("count", [0, 1, 7, 100, 2000])
def test_a_reader_that_leaves_is_no_failure(program: Program, count: int) -> None:
    program.environment |= {"SCRIPT_ANSWER": LONG, "SCRIPT_PAUSE": "0.001"}

    assert head(program, count, "ask", "Tell me") == (0, "")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("config", "show"), ("conversations", "export")]
)
def test_a_reader_that_leaves_other_commands_is_no_failure_either(
    program: Program, hearth: Hearth, arguments: tuple[str, ...]
) -> None:
    hearth("ask", LONG * 40)

    assert head(program, 1, *arguments) == (0, "")


def test_an_answer_that_cannot_be_written_is_kept_and_is_a_failure(
    program: Program, hearth: Hearth
) -> None:
    program.environment |= {"SCRIPT_ANSWER": LONG}

    with Path("/dev/full").open("w") as full:
        done = program("ask", "Tell me", stdout=full)

    assert done.returncode == 1
    assert done.stderr == (
        "Error: The answer could not be written: No space left on device\n"
    )
    kept = hearth("conversations", "list", "--json").json
    shown = hearth("conversations", "show", kept["id"], "--json").json
    assert shown["messages"][1]["content"] == LONG


@pytest.mark.parametrize("arguments", [("--help",), ("config", "show"), ("--version",)])
def test_output_to_a_full_disk_is_a_failure(
    program: Program, arguments: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = program(*arguments, stdout=full)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "No space left" in done.stderr


def test_a_closed_stdout_is_a_failure_and_the_answer_kept(
    program: Program, hearth: Hearth
) -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", *program.command("ask", "Tell me")]

    done = subprocess.run(
        command,
        env=program.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr == "Error: The answer could not be written: no standard output\n"
    assert hearth("stats", "--json").json["messages"] == 2


def test_everything_closed_harms_nothing(program: Program, hearth: Hearth) -> None:
    command = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]

    done = subprocess.run(
        [*command, *program.command("ask", "Tell me")],
        env=program.environment,
        timeout=60,
    )

    assert done.returncode == 1
    assert hearth("doctor", "--json").status == 0
    assert hearth("stats", "--json").json["messages"] == 2


def test_endless_input_is_read_no_further_than_is_accepted(program: Program) -> None:
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:
        done = program("ask", "What is it?", stdin=endless.stdout)
        endless.kill()

    assert done.returncode == 2
    assert done.stderr.startswith("Error: More than 10 MB came from standard input\n")


@pytest.mark.slow
def test_input_that_does_not_come_is_waited_for_aloud(program: Program) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        program.command("ask", "What is it?"),
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment,
        text=True,
    ) as running:
        assert running.stderr
        said = running.stderr.readline()
        os.close(writing)
        answer, _ = running.communicate(timeout=60)
    os.close(reading)

    assert said.startswith("Reading standard input")
    assert answer == "Yes.\n"


@pytest.mark.parametrize(
    "variables",
    [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CI": "1"}, {"FORCE_COLOR": "1"}],
    ids=lambda one: next(iter(one), "plain"),
)
def test_no_escape_code_is_written_even_to_a_terminal(
    program: Program, variables: dict[str, str]
) -> None:
    program.environment |= {"TERM": "xterm-256color", **variables}
    program.environment |= {"SCRIPT_ANSWER": "a\x1b[31mb\x1b]0;t\x07c"}

    written = b""
    for arguments in (("ask", "--stats", "x"), ("conversations", "list"), ("aks",)):
        written += on_a_terminal(program, *arguments)

    assert b"abc" in written
    assert b"\x1b" not in written


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    ],
)
def test_a_terminal_without_the_letters_gets_something_else(
    program: Program, variables: dict[str, str]
) -> None:
    program.environment |= {"SCRIPT_ANSWER": "fine 👩‍💻 שלום 日本", **variables}

    done = program("ask", "Say it", text=False)

    assert done.returncode == 0
    assert done.stdout.startswith(b"fine ")
    assert done.stderr == b""


def test_an_answer_streams_while_it_is_written(program: Program) -> None:
    program.environment |= {"SCRIPT_ANSWER": LONG, "SCRIPT_PAUSE": "0.02"}
    with subprocess.Popen(
        program.command("ask", "Tell me"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=program.environment,
    ) as running:
        assert running.stdout
        first = os.read(running.stdout.fileno(), 100)
        is_running = running.poll() is None
        running.kill()

    assert first.startswith(b"word")
    assert len(first) < 100
    assert is_running


def on_a_terminal(program: Program, *arguments: str) -> bytes:
    """Everything the program writes when both outputs are a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        program.command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=program.environment,
    ) as running:
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            written += piece
        running.wait(timeout=60)
    os.close(ours)
    return written
