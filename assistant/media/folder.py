"""The files of a folder, always in the same order, without following any link.

What is passed over is said too, with the reason, so that nothing is silently not
there.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from assistant.media.ignoring import Rules, is_ignored, rules_in
from assistant.media.opening import refusal_of

DEEPEST = 100
"""Folders within folders."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read; `root` is what it must not lead out of."""

    path: Path
    root: Path


@dataclass(frozen=True, slots=True)
class Skipped:
    """Passed over: a file, or a folder with all that is in it."""

    path: Path
    reason: str


Entry: TypeAlias = Found | Skipped


def walk(
    folder: Path, *, hidden: bool = False, ignored: bool = False
) -> Iterator[Entry]:
    """Everything below the folder; hidden and ignored files only when asked for."""
    root = folder.resolve()
    try:
        fd = os.open(root, _FOLDER)
    except OSError as error:
        raise refusal_of(error) from error
    try:
        yield from _Walk(root, hidden=hidden, ignored=ignored).below(fd, (), ())
    finally:
        os.close(fd)


class _Walk:
    """One way through a folder."""

    def __init__(self, root: Path, *, hidden: bool, ignored: bool) -> None:
        self._root = root
        self._hidden = hidden
        self._ignored = ignored

    def below(
        self, fd: int, parts: tuple[str, ...], rules: tuple[Rules, ...]
    ) -> Iterator[Entry]:
        if not self._ignored and (own := rules_in(fd, len(parts))):
            rules = (*rules, own)
        try:
            names = sorted(os.listdir(fd), key=os.fsencode)
        except OSError as error:
            yield Skipped(self._root.joinpath(*parts), refusal_of(error).reason)
            return
        for name in names:
            try:
                yield from self._entry(fd, (*parts, name), rules)
            except OSError as error:
                path = self._root.joinpath(*parts, name)
                yield Skipped(path, refusal_of(error).reason)

    def _entry(
        self, fd: int, parts: tuple[str, ...], rules: tuple[Rules, ...]
    ) -> Iterator[Entry]:
        path, name = self._root.joinpath(*parts), parts[-1]
        mode = os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode
        is_folder = stat.S_ISDIR(mode)
        if reason := self._passed_over(parts, rules, is_folder=is_folder):
            yield Skipped(path, reason)
        elif is_folder:
            yield from self._enter(fd, parts, rules)
        elif stat.S_ISREG(mode):
            yield Found(path, self._root)
        elif stat.S_ISLNK(mode):
            yield Skipped(path, self._link(path))
        else:
            yield Skipped(path, "not a file but a pipe, socket or device")

    def _enter(
        self, fd: int, parts: tuple[str, ...], rules: tuple[Rules, ...]
    ) -> Iterator[Entry]:
        if len(parts) > DEEPEST:
            path = self._root.joinpath(*parts)
            yield Skipped(path, f"more than {DEEPEST} folders deep")
            return
        inner = os.open(parts[-1], _FOLDER, dir_fd=fd)
        try:
            yield from self.below(inner, parts, rules)
        finally:
            os.close(inner)

    def _passed_over(
        self, parts: tuple[str, ...], rules: tuple[Rules, ...], *, is_folder: bool
    ) -> str:
        if not self._hidden and parts[-1].startswith("."):
            return "hidden"
        if is_ignored(parts, rules, is_folder=is_folder):
            return "ignored by .gitignore"
        return ""

    def _link(self, path: Path) -> str:
        """Where a link leads decides only what is said of it."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return "a link that leads nowhere"
        if target.is_relative_to(self._root):
            return "a link to what is read by itself"
        return "a link that leads out of the folder"
