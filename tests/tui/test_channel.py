"""The terminal is lent and comes back whole; tried on a real pseudo-terminal."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.channels import load
from assistant.errors import UsageError
from tests.tui.fakes import scripted_core
from tests.tui.terminal import Terminal
from tui.channel import TerminalInterface

SITTING = "tests.tui.sitting"
HOSTILE = "fine \x1b]52;c;aGFja2Vk\x07\x1b]0;title\x07\x1b[2J\u202e\x9b31m [/] over"

STYLE = re.compile(rb"\x1b\[([0-9;]*)m")
LEFT_FULL_SCREEN = b"\x1b[?1049l"


def kept(home: Path) -> list[str]:
    """What the newest conversation holds, for whoever comes later."""
    with scripted_core(home) as core:
        newest = core.history.recent(core.audience)[0]
        branch = core.history.transcript(newest.id, core.audience)
        return [each.content for each in branch]


def log(home: Path) -> str:
    path = home / "logs" / "hearth.log"
    return path.read_text() if path.exists() else ""


def colours(written: bytes) -> set[str]:
    """Every colour that was asked for; 39 and 49 are the terminal's own."""
    asked = {
        part for style in STYLE.findall(written) for part in style.decode().split(";")
    }
    return {each for each in asked if re.fullmatch(r"[34][0-8]|9[0-7]|10[0-7]", each)}


def test_it_is_the_channel_that_opens_by_itself() -> None:
    assert isinstance(load("tui"), TerminalInterface)


def test_among_others_it_says_that_it_wants_to_be_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as beside, scripted_core(tmp_path) as core:
        meeting = beside.submit(TerminalInterface().run, core)

        with pytest.raises(UsageError, match="for itself"):
            meeting.result()


def test_a_sitting_from_the_first_word_to_the_last(tmp_path: Path) -> None:
    with Terminal(SITTING, [str(tmp_path), "The capital is Paris."]) as terminal:
        terminal.shows("Three things to try")
        terminal.type("What is the capital of France?\r")
        terminal.shows("The capital is Paris.")
        terminal.type("\x11")

        assert terminal.ends() == 0
        assert LEFT_FULL_SCREEN in bytes(terminal.raw)
        assert terminal.modes_now == terminal.modes
    assert kept(tmp_path) == ["What is the capital of France?", "The capital is Paris."]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_that_goes_away_leaves_order_behind(
    tmp_path: Path, ending: signal.Signals
) -> None:
    words = "word " * 40
    with Terminal(SITTING, [str(tmp_path), words]) as terminal:
        terminal.shows("Three things to try")
        terminal.type("Talk\r")
        terminal.shows("word word")
        terminal.signal(ending)

        assert terminal.ends() == 128 + ending
        assert LEFT_FULL_SCREEN in bytes(terminal.raw)
        assert terminal.modes_now == terminal.modes
    assert kept(tmp_path)[0] == "Talk"


def test_no_command_of_a_foreign_text_reaches_the_terminal(tmp_path: Path) -> None:
    with Terminal(SITTING, [str(tmp_path), HOSTILE]) as terminal:
        terminal.shows("Three things to try")
        before = len(terminal.raw)
        terminal.type("Say it [@click=app.quit]x[/]\r")
        terminal.shows("[/] over")
        written = bytes(terminal.raw[before:])

        assert b"\x1b]52" not in written
        assert b"\x1b]0;" not in written
        assert b"\x1b[2J" not in written
        assert "\u202e".encode() not in written
        assert b"\xc2\x9b" not in written
        terminal.type("\x11")
        assert terminal.ends() == 0


def test_no_colour_is_sent_where_none_is_wanted(tmp_path: Path) -> None:
    wanted = {"NO_COLOR": "1"}
    words = [str(tmp_path), "A **bold** answer, `code` too."]
    with Terminal(SITTING, words, environment=wanted) as terminal:
        terminal.shows("Three things to try")
        terminal.type("Talk\r")
        terminal.shows("bold answer")
        terminal.type("\x11")
        terminal.ends()

        assert not colours(bytes(terminal.raw))


def test_colours_are_sent_otherwise(tmp_path: Path) -> None:
    with Terminal(SITTING, [str(tmp_path)]) as terminal:
        terminal.shows("Three things to try")
        terminal.type("\x11")
        terminal.ends()

        assert colours(bytes(terminal.raw))


def test_what_native_libraries_say_goes_to_the_log(tmp_path: Path) -> None:
    with Terminal("tests.tui.noisy", [str(tmp_path)]) as terminal:
        terminal.shows("Three things to try")
        terminal.until(lambda: "ggml says hello" in log(tmp_path))
        terminal.type("\x11")
        terminal.ends()

        assert b"ggml says hello" not in bytes(terminal.raw)


def test_a_bug_ends_in_one_line_without_anybodys_words(tmp_path: Path) -> None:
    with Terminal("tests.tui.broken", [str(tmp_path)]) as terminal:
        status = terminal.ends()

        assert status == 1
        written = terminal.raw.decode()
        assert "Traceback" not in written
        assert "secret words" not in written
        after = written.rpartition("\x1b[?1049l")[2]
        assert "The interface broke: ZeroDivisionError" in after
        assert "hearth.log" in after
        assert terminal.modes_now == terminal.modes


def test_without_a_terminal_it_says_what_to_do_instead(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.tui.broken", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=False,
    )

    assert done.returncode == 2
    assert "needs a terminal" in done.stdout
