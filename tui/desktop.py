"""What the machine around the terminal can do: a clipboard, an opener, an editor.

Programs are looked for each time and none is needed: where there is none, the
answer says so. It knows neither widgets nor conversations.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Thread

from assistant.errors import UsageError

_PATIENCE = 5
"""Seconds that a clipboard may take."""

_EDITORS = ("nano", "vi")


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


def editor(environment: Mapping[str, str]) -> list[str]:
    """The person's own, else one that is nearly everywhere.

    Raises UsageError where there is none.
    """
    said = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        wanted = shlex.split(said)
    except ValueError:
        wanted = [said]
    path = environment.get("PATH")
    for command in (wanted, *([name] for name in _EDITORS)):
        if command and shutil.which(command[0], path=path):
            return command
    raise UsageError("There is no editor here", hint="Say which one: export EDITOR=vim")


def edited(text: str, command: Sequence[str]) -> str:
    """The text as the editor left it; unchanged when the editor failed."""
    handle, name = tempfile.mkstemp(prefix="hearth-", suffix=".md")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        # Standard error is the log's just now; the terminal is on standard output.
        done = subprocess.run([*command, name], stderr=sys.__stdout__, check=False)
        if done.returncode != 0:
            return text
        return path.read_text(encoding="utf-8", errors="replace").rstrip("\n")
    except OSError as error:
        raise UsageError(f"The editor did not work: {error.strerror}") from error
    finally:
        path.unlink(missing_ok=True)
