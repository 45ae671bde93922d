"""Whole sittings at a real pseudo-terminal, by keys alone, read off its screen."""

import base64
import signal
import stat
import time
from pathlib import Path

import pytest

from tests.tui.fakes import scripted_core
from tests.tui.terminal import Terminal

SITTING = "tests.tui.sitting"
EMPTY = "Three things to try"
LONG = " ".join(f"word{number}" for number in range(200))

UP, LEFT, RIGHT = "\x1b[A", "\x1b[D", "\x1b[C"
BROWSE = "\x1b[1;5A"
ESCAPE, ENTER = "\x1b", "\r"
FIND, GO_ON, NEW, LEAVE, BACK = "\x06", "\x07", "\x0e", "\x11", "\x7f"


class Unattended(Terminal):
    """Its end is told to nobody, as where a program was made deaf to it."""

    def _take_control(self) -> None:
        pass


def begun(terminal: Terminal) -> None:
    terminal.shows(EMPTY)
    # The cursor stands where one writes; letters typed earlier would be lost.
    time.sleep(0.3)


def branch(home: Path) -> list[str]:
    with scripted_core(home) as core:
        newest = core.history.recent(core.audience)[0]
        said = core.history.transcript(newest.id, core.audience)
        return [each.content for each in said]


def ask_and_stop(terminal: Terminal) -> None:
    terminal.type(f"Count for me{ENTER}")
    terminal.shows("word3")
    terminal.type(ESCAPE)
    terminal.shows("stopped")
    assert "word199" not in terminal.page


def ask_and_ask_anew(terminal: Terminal) -> None:
    terminal.type(NEW)
    begun(terminal)
    terminal.type(f"Capital of France?{ENTER}")
    terminal.shows("The capital is Paris.")
    terminal.shows("first word")
    to_the_question(terminal)
    terminal.type("e")
    terminal.shows("in other words")
    terminal.type(BACK * len("France?") + f"Spain?{ENTER}")
    terminal.shows("It is Madrid.")
    terminal.shows("‹ 2/2 ›")


def to_the_question(terminal: Terminal) -> None:
    terminal.type(BROWSE)
    terminal.shows("w why")
    terminal.type(UP)
    terminal.shows("e edit")


def switch_to_the_first_and_back(terminal: Terminal) -> None:
    to_the_question(terminal)
    terminal.type(LEFT)
    terminal.shows("‹ 1/2 ›")
    terminal.shows("The capital is Paris.")
    terminal.type(RIGHT)
    terminal.shows("It is Madrid.")


def search_and_jump(terminal: Terminal) -> None:
    terminal.type(f"{FIND}word3")
    terminal.shows("word2")
    terminal.type(ENTER)
    terminal.until(lambda: "Count for me" in terminal.page.splitlines()[0])


def copied(terminal: Terminal) -> str:
    terminal.shows("c copy")
    before = len(terminal.raw)
    terminal.type("c")
    terminal.until(lambda: b"\x07" in bytes(terminal.raw[before:]))
    sent = bytes(terminal.raw[before:]).split(b"\x1b]52;c;")[1].split(b"\x07")[0]
    return base64.b64decode(sent).decode()


def leave(terminal: Terminal) -> None:
    terminal.type(LEAVE)
    assert terminal.ends() == 0
    assert terminal.modes_now == terminal.modes


def test_ask_stop_edit_switch_search_jump_copy_leave_and_come_back(
    tmp_path: Path,
) -> None:
    words = ["--slow", str(tmp_path), LONG, "The capital is Paris.", "It is Madrid."]
    with Terminal(SITTING, words) as terminal:
        begun(terminal)
        ask_and_stop(terminal)
        ask_and_ask_anew(terminal)
        switch_to_the_first_and_back(terminal)
        search_and_jump(terminal)
        assert copied(terminal).startswith("word0 word1")
        leave(terminal)

    with Terminal(SITTING, [str(tmp_path), "and on"]) as terminal:
        begun(terminal)
        terminal.shows("Count for me")
        terminal.type(GO_ON)
        terminal.shows("and on")
        leave(terminal)
    with scripted_core(tmp_path) as core:
        titles = {each.title for each in core.history.recent(core.audience)}
    assert titles == {"Count for me", "Capital of France?"}
    assert branch(tmp_path)[1].endswith("and on")


def test_a_crash_in_the_middle_of_an_answer_is_offered_again(tmp_path: Path) -> None:
    with Terminal(SITTING, ["--die", str(tmp_path), LONG]) as terminal:
        begun(terminal)
        terminal.type(f"Count{ENTER}")
        terminal.shows("word2")
        terminal.type("half a thought")
        assert terminal.ends() == -signal.SIGKILL

    with Terminal(SITTING, [str(tmp_path), "and on"]) as terminal:
        terminal.shows("Count")
        begun(terminal)
        terminal.type(GO_ON)
        terminal.shows("and on")
        terminal.shows("half a thought")
        leave(terminal)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM])
def test_what_was_written_and_answered_so_far_outlives_the_terminal(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with Terminal(SITTING, ["--slow", str(tmp_path), LONG]) as terminal:
        begun(terminal)
        terminal.type(f"Count{ENTER}")
        terminal.shows("word3")
        terminal.type("half a thought")
        terminal.shows("half a thought")
        terminal.signal(ending)
        assert terminal.ends() == 128 + ending

    assert branch(tmp_path)[1].startswith("word0 word1 word2")
    with scripted_core(tmp_path) as core:
        newest = core.history.recent(core.audience)[0]
        assert core.unsent.of(newest.id, core.audience).text == "half a thought"


def test_a_terminal_that_is_closed_takes_nothing_with_it(tmp_path: Path) -> None:
    with Terminal(SITTING, ["--slow", str(tmp_path), LONG]) as terminal:
        begun(terminal)
        terminal.type(f"Count{ENTER}")
        terminal.shows("word3")
        terminal.type("half a thought")
        terminal.shows("half a thought")
        terminal.hang_up()
        terminal.ends()

    assert branch(tmp_path)[1].startswith("word0 word1 word2")
    with scripted_core(tmp_path) as core:
        newest = core.history.recent(core.audience)[0]
        assert core.unsent.of(newest.id, core.audience).text == "half a thought"


def test_a_terminal_that_is_gone_without_a_word_ends_the_program_too(
    tmp_path: Path,
) -> None:
    with Unattended(SITTING, [str(tmp_path)]) as terminal:
        begun(terminal)
        terminal.type("half a thought")
        terminal.shows("half a thought")
        terminal.hang_up()
        assert terminal.ends() == 128 + signal.SIGHUP

    with scripted_core(tmp_path) as core:
        assert core.unsent.of(None, core.audience).text == "half a thought"


def test_the_terminal_is_lent_to_an_editor_and_comes_back(tmp_path: Path) -> None:
    editor = tmp_path / "ed"
    editor.write_text(
        '#!/bin/sh\necho "the editor is here"\nsleep 1\necho "more" >> "$1"\n'
    )
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    home = tmp_path / "home"
    home.mkdir()
    wanted = {"VISUAL": str(editor)}
    with Terminal(SITTING, [str(home), "Yes."], environment=wanted) as terminal:
        begun(terminal)
        terminal.type("some ")
        terminal.shows("some")
        terminal.type("\x1bOS")
        terminal.shows("the editor is here")
        terminal.shows("some more")
        terminal.type(ENTER)
        terminal.shows("Yes.")
        leave(terminal)


def test_a_storm_of_sizes_leaves_a_screen_that_can_be_read(tmp_path: Path) -> None:
    with Terminal(SITTING, ["--slow", str(tmp_path), LONG]) as terminal:
        begun(terminal)
        terminal.type(f"Count{ENTER}")
        terminal.shows("word3")
        for number in range(60):
            terminal.resize(1 + (number * 37) % 160, 1 + (number * 13) % 50)
            time.sleep(0.01)
        terminal.resize(100, 30)
        terminal.shows("Count")
        terminal.type(ESCAPE)
        terminal.shows("stopped")
        leave(terminal)
    assert branch(tmp_path)[0] == "Count"
