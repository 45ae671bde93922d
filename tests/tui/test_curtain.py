"""The first frame of a later start stands there before anything is imported."""

import os
import re
import signal
from pathlib import Path

import pytest

from assistant import curtain
from assistant.app import open_assistant
from assistant.config.paths import find_paths
from tests.tui.terminal import Terminal

PLAIN = "tests.tui.plain"
READY = "Three things to try"
DRAWN_OVER = b"\x1b[?1049h"
LEFT_FULL_SCREEN = b"\x1b[?1049l"


def sat_before(home: Path, **environment: str) -> Terminal:
    return Terminal(PLAIN, [], environment={"HEARTH_HOME": str(home), **environment})


def written(terminal: Terminal) -> bytes:
    """As the program wrote it, before the terminal's own carriage returns."""
    return bytes(terminal.raw).replace(b"\r\n", b"\n")


def frames(home: Path) -> dict[str, bytes]:
    kept = (home / "cache" / "frames").glob("*")
    return {path.name: path.read_bytes() for path in kept}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of somebody who was here before, in a window of 100 by 30."""
    with open_assistant(paths=find_paths({"HEARTH_HOME": str(tmp_path)})) as core:
        core.beginning.note_greeted()
    with sat_before(tmp_path) as terminal:
        terminal.until(lambda: frames(tmp_path))
        terminal.type("\x11")
        assert terminal.ends() == 0
    return tmp_path


@pytest.fixture
def settings(home: Path) -> Path:
    file = home / "config" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    return file


def test_a_later_start_begins_with_the_frame_that_was_kept(home: Path) -> None:
    (kept,) = frames(home).values()
    frame = kept.partition(b"\n")[2]

    with sat_before(home) as terminal:
        terminal.shows(READY)
        terminal.until(lambda: frame in written(terminal))
        before = written(terminal).partition(frame)[0]
        terminal.type("\x11")

        assert terminal.ends() == 0
        assert terminal.modes_now == terminal.modes
    assert re.sub(rb"\x1b\[\?\d+[hl]", b"", before) == b""


def test_nobodys_words_are_in_the_frame(home: Path) -> None:
    with sat_before(home) as terminal:
        terminal.shows("smollm2")
        terminal.type("A secret draft")
        terminal.shows("A secret draft")
        terminal.until(lambda: "A secret draft" in draft(home))
        terminal.type("\x11")
        terminal.ends()
    (home / "cache" / "frames" / "100x30").unlink()
    with sat_before(home) as terminal:
        terminal.shows("A secret draft")
        terminal.until(lambda: frames(home))
        terminal.type("\x11")
        terminal.ends()

    assert b"secret" not in b"".join(frames(home).values())


def draft(home: Path) -> str:
    with open_assistant(paths=find_paths({"HEARTH_HOME": str(home)})) as core:
        return core.unsent.of(None, core.audience).text


def test_letters_typed_before_anything_is_imported_are_written(home: Path) -> None:
    with sat_before(home) as terminal:
        terminal.until(lambda: DRAWN_OVER in terminal.raw)
        terminal.type("typed early")

        terminal.shows("typed early")
        terminal.type("\x11")
        assert terminal.ends() == 0


def test_letters_typed_early_stand_behind_what_was_being_written(home: Path) -> None:
    with sat_before(home) as terminal:
        terminal.shows("smollm2")
        terminal.type("What I wrote")
        terminal.until(lambda: "What I wrote" in draft(home))
        terminal.type("\x11")
        terminal.ends()
    with sat_before(home) as terminal:
        terminal.until(lambda: DRAWN_OVER in terminal.raw)
        terminal.type(" and more")

        terminal.shows("What I wrote and more")


def test_a_frame_that_would_look_another_way_is_not_shown(
    home: Path, settings: Path
) -> None:
    was = frames(home)
    settings.write_text('[interface]\ntheme = "paper"\n')

    with sat_before(home) as terminal:
        terminal.until(lambda: frames(home) != was)
        terminal.type("\x11")
        terminal.ends()
        old = was["100x30"].partition(b"\n")[2]
        assert old not in written(terminal)


def test_an_error_takes_the_frame_down_before_it_is_told(
    home: Path, settings: Path
) -> None:
    settings.write_text("[chat]\ntemperature = 'hot'\n")
    os.utime(settings, ns=(0, 0))
    kept = home / "cache" / "frames" / "100x30"
    looks, _, frame = kept.read_bytes().partition(b"\n")
    size = settings.stat().st_size
    kept.write_bytes(looks.replace(b"(0, 0)", b"(0, %d)" % size) + b"\n" + frame)

    with sat_before(home) as terminal:
        status = terminal.ends()
        shown, left, after = written(terminal).partition(LEFT_FULL_SCREEN)

        assert status == 2
        assert frame in shown
        assert left
        assert b"temperature" in after
        assert terminal.modes_now == terminal.modes


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_gives_the_terminal_back_at_once(home: Path, times: int) -> None:
    with sat_before(home) as terminal:
        terminal.until(lambda: DRAWN_OVER in terminal.raw)
        for _ in range(times):
            terminal.signal(signal.SIGINT)

        assert terminal.ends() == 130
        assert LEFT_FULL_SCREEN in terminal.raw
        assert terminal.modes_now == terminal.modes


def test_only_so_many_sizes_are_kept(home: Path) -> None:
    folder = home / "cache" / "frames"
    for number in range(30):
        (folder / f"{number}x1").write_text("old")

    with Terminal(
        PLAIN, [], size=(90, 30), environment={"HEARTH_HOME": str(home)}
    ) as terminal:
        terminal.until(lambda: "90x30" in frames(home))
        terminal.type("\x11")
        terminal.ends()

    assert len(frames(home)) == 16


def test_without_a_terminal_nothing_is_hung(tmp_path: Path) -> None:
    curtain.hang({"HEARTH_HOME": str(tmp_path)})

    assert not curtain.is_wanted((100, 30))
    assert curtain.hand_over() == ""
