"""The real program from its first moment on, at a real pseudo-terminal."""

import signal
import termios
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from assistant.app import open_assistant
from assistant.cli.alone import CHANNEL, INTERFACE
from assistant.cli.hush import give_back, hush
from assistant.config.paths import find_paths
from assistant.entities.draft import Draft
from tests.tui.terminal import Terminal
from tui.channel import TerminalInterface

PLAIN = "tests.tui.plain"
READY = "Three things to try"
DRAWN_OVER = b"\x1b[?1049h"
LEFT_FULL_SCREEN = b"\x1b[?1049l"
LEAVE, AGAIN = "\x11", "\x12"


def start(home: Path, size: tuple[int, int] = (100, 30)) -> Terminal:
    return Terminal(PLAIN, [], size=size, environment={"HEARTH_HOME": str(home)})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of somebody who was here before."""
    with open_assistant(paths=find_paths({"HEARTH_HOME": str(tmp_path)})) as core:
        core.beginning.note_greeted()
    return tmp_path


def draft(home: Path) -> str:
    with open_assistant(paths=find_paths({"HEARTH_HOME": str(home)})) as core:
        return core.unsent.of(None, core.audience).text


def test_what_opens_by_itself_is_what_its_entry_point_says() -> None:
    (point,) = entry_points(group="assistant.channels", name=CHANNEL)

    assert (point.module, point.attr) == INTERFACE
    assert point.load() is TerminalInterface


def test_letters_typed_before_anything_is_imported_are_written(home: Path) -> None:
    with start(home) as terminal:
        terminal.until(lambda: "ECHO" not in _flags(terminal))
        terminal.type("typed early")

        terminal.shows("typed early")
        terminal.shows("smollm2")
        terminal.type(" and late")
        terminal.shows("typed early and late")
        assert b"typed early" not in bytes(terminal.raw).partition(DRAWN_OVER)[0]
        terminal.until(lambda: draft(home) == "typed early and late")
        terminal.type(LEAVE)
        assert terminal.ends() == 0
        assert terminal.modes_now == terminal.modes


def test_letters_typed_early_stand_below_what_was_being_written(home: Path) -> None:
    with open_assistant(paths=find_paths({"HEARTH_HOME": str(home)})) as core:
        core.unsent.keep(None, Draft(text="What I wrote"), core.audience)
    with start(home) as terminal:
        terminal.shows(READY)
        terminal.type("and more")

        terminal.shows("What I wrote")
        terminal.until(lambda: draft(home) == "What I wrote\nand more")


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_before_the_first_frame_gives_the_terminal_back(
    home: Path, times: int
) -> None:
    with start(home) as terminal:
        terminal.until(lambda: "ECHO" not in _flags(terminal))
        for _ in range(times):
            terminal.signal(signal.SIGINT)

        assert terminal.ends() == 130
        assert terminal.modes_now == terminal.modes


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_it_is_opened_leaves_the_terminal_whole(
    home: Path, number: signal.Signals
) -> None:
    with start(home) as terminal:
        terminal.shows(READY)
        terminal.signal(number)

        assert terminal.ends() == 128 + number
        assert LEFT_FULL_SCREEN in terminal.raw
        assert terminal.modes_now == terminal.modes


def test_a_window_that_is_closed_while_it_opens_ends_it(home: Path) -> None:
    with start(home) as terminal:
        terminal.shows(READY)
        terminal.type("words")
        terminal.hang_up()

        assert terminal.ends() == 128 + signal.SIGHUP


def test_a_setting_that_is_refused_is_told_in_a_line(home: Path) -> None:
    settings = home / "config" / "config.toml"
    settings.write_text("[chat]\ntemperature = 'hot'\n")

    with start(home) as terminal:
        assert terminal.ends() == 2
        assert b"temperature" in terminal.raw
        assert DRAWN_OVER not in terminal.raw
        assert terminal.modes_now == terminal.modes


def test_a_lost_key_is_put_back_and_it_goes_on(home: Path) -> None:
    key, away = home / "config" / "key", home / "away"
    key.rename(away)

    with start(home) as terminal:
        terminal.shows("cannot be opened")
        terminal.type("Still here")
        terminal.shows("HEARTH_KEY")
        terminal.shows("Still here")
        away.rename(key)
        terminal.type(AGAIN)

        terminal.shows("smollm2")
        terminal.shows("Still here")
        terminal.type(LEAVE)
        assert terminal.ends() == 0


@pytest.mark.parametrize("size", [(100, 30), (40, 10)])
def test_who_leaves_a_damaged_file_is_handed_what_was_written(
    home: Path, size: tuple[int, int]
) -> None:
    (home / "data" / "hearth.db").write_bytes(b"not a database " * 999)

    with start(home, size) as terminal:
        terminal.shows("cannot be")
        terminal.type("Dear diary")
        terminal.shows("Dear diary")
        terminal.type(LEAVE)

        assert terminal.ends() == 5
        after = bytes(terminal.raw).rpartition(LEFT_FULL_SCREEN)[2].decode()
        assert "Dear diary" in after
        assert "Error: " in after
        assert terminal.modes_now == terminal.modes


def test_without_a_terminal_there_is_nothing_to_hush() -> None:
    hush()
    give_back()


def _flags(terminal: Terminal) -> str:
    local = terminal.modes_now[3]
    assert isinstance(local, int)
    time.sleep(0.001)
    return "ECHO" if local & termios.ECHO else ""
