"""What the machine around the terminal can do: a clipboard, an opener.

Programs are looked for each time and none is needed: where there is none, the
answer says so. It knows neither widgets nor conversations.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from threading import Thread

_PATIENCE = 5
"""Seconds that a clipboard may take."""


def clipboards(environment: Mapping[str, str]) -> list[list[str]]:
    """Commands that put standard input on the clipboard, likeliest first."""
    known: list[tuple[bool, list[str]]] = [
        (sys.platform == "darwin", ["pbcopy"]),
        ("WAYLAND_DISPLAY" in environment, ["wl-copy"]),
        ("DISPLAY" in environment, ["xclip", "-selection", "clipboard"]),
        ("DISPLAY" in environment, ["xsel", "--clipboard", "--input"]),
    ]
    path = environment.get("PATH")
    return [
        [found, *options]
        for is_likely, (name, *options) in known
        if is_likely and (found := shutil.which(name, path=path))
    ]


def copy(text: str, environment: Mapping[str, str]) -> bool:
    """Put a text on the platform's clipboard; whether one took it."""
    return any(_takes(command, text) for command in clipboards(environment))


def _takes(command: Sequence[str], text: str) -> bool:
    try:
        # Some go on living to serve the clipboard; an open pipe would wait for them.
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def open_outside(target: str, environment: Mapping[str, str]) -> bool:
    """Let the desktop open an address or a file; whether there is one to ask."""
    name = "open" if sys.platform == "darwin" else "xdg-open"
    opener = shutil.which(name, path=environment.get("PATH"))
    if opener is None:
        return False
    try:
        # Its words would fall on the screen.
        opened = subprocess.Popen(
            [opener, target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    # Nobody waits for its end but who has to bury it.
    Thread(target=opened.wait, daemon=True).start()
    return True
