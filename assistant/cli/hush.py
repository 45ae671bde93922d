"""Keys typed before anything listens: neither shown, nor changed, nor lost.

They wait in the terminal for whoever draws on it. Ctrl-C still stops the program.
"""

import termios
from contextlib import suppress
from typing import Any, TypeAlias

_KEYBOARD = 0
_INPUT, _LOCAL, _LETTERS = 0, 3, 6

_Modes: TypeAlias = list[Any]

_before: _Modes | None = None


def hush() -> None:
    """Let the terminal be silent from here on."""
    global _before
    with suppress(termios.error):
        modes = termios.tcgetattr(_KEYBOARD)
        termios.tcsetattr(_KEYBOARD, termios.TCSANOW, _silent(modes))
        _before = modes


def give_back() -> None:
    """Give the terminal back as it was found, if it still is silent."""
    global _before
    modes, _before = _before, None
    if modes is not None:
        with suppress(termios.error):
            termios.tcsetattr(_KEYBOARD, termios.TCSANOW, modes)


def _silent(modes: _Modes) -> _Modes:
    """Keys are neither shown nor changed, and Ctrl-Z is a key like others."""
    silent = [*modes[:_LETTERS], list(modes[_LETTERS])]
    silent[_INPUT] &= ~(termios.ICRNL | termios.IXON)
    silent[_LOCAL] &= ~(termios.ICANON | termios.ECHO)
    silent[_LETTERS][termios.VSUSP] = b"\0"
    return silent
