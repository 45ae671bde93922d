"""Programs around the terminal: used when they are there, missed when not."""

import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.editors import edited, editor
from assistant.errors import UsageError
from tui import desktop

Program = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Puts a script of that name on a path of its own."""

    def make(name: str, script: str) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def test_a_clipboard_that_is_there_gets_the_words(
    tmp_path: Path, program: Program
) -> None:
    program("xclip", f'/bin/cat > "{tmp_path}/kept"')

    took = desktop.copy("naïve\nwords", {"DISPLAY": ":0", "PATH": str(tmp_path)})

    assert took
    assert (tmp_path / "kept").read_text() == "naïve\nwords"


def test_the_next_clipboard_is_asked_when_one_fails(
    tmp_path: Path, program: Program
) -> None:
    program("wl-copy", "exit 1")
    program("xsel", f'/bin/cat > "{tmp_path}/kept"')
    desk = {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0", "PATH": str(tmp_path)}

    assert desktop.copy("words", desk)
    assert (tmp_path / "kept").read_text() == "words"


def test_no_clipboard_is_looked_for_without_a_display(
    tmp_path: Path, program: Program
) -> None:
    program("xclip", f'/bin/cat > "{tmp_path}/kept"')

    assert not desktop.copy("words", {"PATH": str(tmp_path)})
    assert not (tmp_path / "kept").exists()


def test_an_address_is_given_to_the_desktop(tmp_path: Path, program: Program) -> None:
    program("xdg-open", f'echo "$1" > "{tmp_path}/seen"')

    assert desktop.open_outside("https://example.org", {"PATH": str(tmp_path)})
    end = time.monotonic() + 10
    while not (tmp_path / "seen").exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not desktop.open_outside("https://example.org", {"PATH": "/nowhere"})


def test_the_persons_own_editor_comes_first(tmp_path: Path, program: Program) -> None:
    program("mine", "exit 0")
    program("vi", "exit 0")
    path = str(tmp_path)

    assert editor({"EDITOR": "mine --wait", "PATH": path}) == ["mine", "--wait"]
    assert editor({"EDITOR": "gone", "PATH": path}) == ["vi"]
    with pytest.raises(UsageError, match="no editor"):
        editor({"PATH": "/nowhere"})


def test_what_the_editor_wrote_comes_back_and_its_file_goes(
    tmp_path: Path, program: Program
) -> None:
    command = program("ed", f'echo more >> "$1"; echo "$1" > "{tmp_path}/name"')

    assert edited("some", [str(command)]) == "somemore\n"
    assert not Path((tmp_path / "name").read_text().strip()).exists()


def test_an_editor_that_fails_changes_nothing(program: Program) -> None:
    command = program("ed", 'echo gone > "$1"; exit 1')

    assert edited("some", [str(command)]) == "some"
