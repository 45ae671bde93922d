"""Which files of a folder are not meant to be read: hidden ones, and .gitignore."""

import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from pathspec import GitIgnoreSpec

_NAME = ".gitignore"
_LONGEST = 1 << 20


class Rules(NamedTuple):
    """One .gitignore, and how deep below the root its folder is."""

    depth: int
    spec: GitIgnoreSpec


def rules_in(folder: int, depth: int) -> Rules | None:
    """What the folder's own .gitignore says, if it is a file that says anything."""
    try:
        fd = os.open(_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        lines = file.read(_LONGEST).decode("utf-8", "replace").splitlines()
    try:
        return Rules(depth, GitIgnoreSpec.from_lines(lines))
    except ValueError:
        return None


def is_ignored(
    parts: Sequence[str], rules: Sequence[Rules], *, is_folder: bool
) -> bool:
    """The deepest rule that speaks of it decides, as in git."""
    for depth, spec in reversed(rules):
        path = "/".join(parts[depth:]) + ("/" if is_folder else "")
        verdict = spec.check_file(path).include
        if verdict is not None:
            return verdict
    return False
