"""What stands on a terminal until the interface can draw: the first frame, as kept.

Importing takes longer than anybody likes to look at nothing. So the frame that was
first drawn in a window of this size is kept, and shown again before all else. Keys
typed meanwhile wait in the terminal. It is drawn before anything was read from the
database, so nobody's words are in it; what it shows, nothing here knows.
"""

import os
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from assistant import __version__
from assistant.config.paths import find_paths

_UP = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_DOWN = "\x1b[?7h\x1b[?25h\x1b[?1049l"
_INPUT, _LOCAL, _LETTERS = 0, 3, 6
_AT_MOST = 16
"""Sizes of windows that are remembered."""

_Modes: TypeAlias = list[Any]


class _Place(NamedTuple):
    """Where the frame of this window belongs, and what it depends on."""

    path: Path
    looks: str
    size: tuple[int, int]


class _Hanging(NamedTuple):
    """A frame on a terminal, and how the terminal was before."""

    frame: str
    screen: int
    modes: _Modes


_place: _Place | None = None
_hanging: _Hanging | None = None


def hang(environment: Mapping[str, str]) -> None:
    """Show the frame that was kept for such a window; without one, do nothing."""
    global _place, _hanging
    if not all(map(os.isatty, (0, 1, 2))):
        return
    with suppress(OSError, termios.error):
        _place = _find_place(environment)
        frame = _kept(_place)
        if frame:
            modes = termios.tcgetattr(0)
            _hanging = _Hanging(frame, os.dup(2), modes)
            termios.tcsetattr(0, termios.TCSANOW, _silent(modes))
            _write(_hanging.screen, _UP + frame)


def take_down() -> None:
    """Give the terminal back as it was; nothing when nothing hangs."""
    if _hanging is not None:
        with suppress(OSError):
            _write(_hanging.screen, _DOWN)
        hand_over()


def hand_over() -> str:
    """Let another draw from here on; the frame, to be drawn until there is more."""
    global _hanging
    if _hanging is None:
        return ""
    frame, screen, modes = _hanging
    _hanging = None
    with suppress(OSError, termios.error):
        termios.tcsetattr(0, termios.TCSANOW, modes)
        os.close(screen)
    return frame


def is_wanted(size: tuple[int, int]) -> bool:
    """Whether a frame of this size would be shown the next time, and is not kept."""
    return _place is not None and _place.size == size and not _kept(_place)


def keep(frame: str) -> None:
    """Show this frame from the next start on."""
    if _place is None:
        return
    folder = _place.path.parent
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in kept[: 1 - _AT_MOST]:
            old.unlink()
        fresh = _place.path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(f"{_place.looks}\n{frame}".encode())
        fresh.replace(_place.path)


def _find_place(environment: Mapping[str, str]) -> _Place:
    paths = find_paths(environment)
    columns, lines = os.get_terminal_size(2)
    asked = [
        f"{name}={value}"
        for name, value in sorted(environment.items())
        if name in ("TERM", "COLORTERM", "NO_COLOR")
        or name.startswith(("TEXTUAL_", "HEARTH_INTERFACE"))
    ]
    looks = ascii((__version__, _written(paths.settings_file), asked))
    path = paths.cache / "frames" / f"{columns}x{lines}"
    return _Place(path, looks, (columns, lines))


def _written(path: Path) -> tuple[int, int]:
    """Tells one version of a file from another."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _kept(place: _Place) -> str:
    """The frame, unless it would look another way now."""
    try:
        looks, _, frame = place.path.read_bytes().decode().partition("\n")
    except (OSError, UnicodeDecodeError):
        return ""
    return frame if looks == place.looks else ""


def _silent(modes: _Modes) -> _Modes:
    """Keys are neither shown nor changed; Ctrl-C still stops, and Ctrl-Z is a key."""
    silent = [*modes[:_LETTERS], list(modes[_LETTERS])]
    silent[_INPUT] &= ~(termios.ICRNL | termios.IXON)
    silent[_LOCAL] &= ~(termios.ICANON | termios.ECHO)
    silent[_LETTERS][termios.VSUSP] = b"\0"
    return silent


def _write(screen: int, text: str) -> None:
    left = text.encode(sys.getfilesystemencoding(), "replace")
    while left:
        left = left[os.write(screen, left) :]
