"""The editor of the person at this machine: which one it is, and what it leaves.

It knows no text's meaning; where there is no editor, or it cannot start, it says so.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from assistant.errors import UsageError

_NEARLY_EVERYWHERE = ("nano", "vi")


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
    for command in (wanted, *([name] for name in _NEARLY_EVERYWHERE)):
        if command and shutil.which(command[0], path=path):
            return command
    raise UsageError("There is no editor here", hint="Say which one: export EDITOR=vim")


def edited(
    text: str,
    command: Sequence[str],
    *,
    suffix: str = ".md",
    errors: TextIO | None = None,
) -> str:
    """The text as the editor left it; unchanged when it was left with a failure.

    Its complaints go to `errors`, or where everybody's go.
    """
    handle, name = tempfile.mkstemp(prefix="hearth-", suffix=suffix)
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([*command, name], stderr=errors, check=False)
        if done.returncode != 0:
            return text
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"The editor did not work: {error.strerror}") from error
    finally:
        path.unlink(missing_ok=True)
