"""Checks of the machine: places, space, installed packages, the terminal."""

import importlib.metadata
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant.cli import render
from assistant.cli.checks import Check, DoubtError, checked
from assistant.cli.words import size
from assistant.config.paths import Paths
from assistant.errors import AssistantError

_DISTRIBUTION = "hearth-assistant"
_LITTLE_SPACE = 1_000_000_000
_NO_SPACE = 50_000_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REMOTE = (
    "nfs",
    "cifs",
    "smb",
    "fuse.sshfs",
    "afs",
    "9p",
    "glusterfs",
    "ceph",
    "davfs",
)
_SYNCED = ("dropbox", "onedrive", "icloud", "google drive", "nextcloud", "syncthing")
_SMALLEST_TERMINAL = (40, 10)


def machine_checks(paths: Paths, environment: Mapping[str, str]) -> Iterator[Check]:
    """All of them, in order."""
    yield checked("packages", _packages)
    yield checked("folders", lambda: _folders(paths))
    yield checked("disk space", lambda: _space(paths.data))
    yield checked("file system", lambda: _file_system(paths.data))
    yield checked("terminal", lambda: _terminal(environment))


def _packages() -> str:
    """What is installed is what was tested, version for version."""
    wanted = [
        requirement.partition(";")[0].strip().split("==")
        for requirement in importlib.metadata.requires(_DISTRIBUTION) or ()
        if "==" in requirement
    ]
    wrong = [
        f"{name} {found or 'is missing'} ({version} expected)"
        for name, version in wanted
        if (found := _installed(name)) != version
    ]
    if wrong:
        raise DoubtError(", ".join(wrong), hint="Install Hearth again")
    version = importlib.metadata.version(_DISTRIBUTION)
    python = ".".join(map(str, sys.version_info[:3]))
    return f"Hearth {version}, Python {python}, {len(wanted)} packages as tested"


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _folders(paths: Paths) -> str:
    for folder in (paths.data, paths.config, paths.cache, paths.logs):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-"):
            pass
    for folder in (paths.data, paths.config):
        if stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
            raise DoubtError(
                f"{folder} is open to other users", hint=f"Run: chmod 700 {folder}"
            )
    return f"{paths.data} and {paths.config} can be written"


def _space(folder: Path) -> str:
    free = shutil.disk_usage(_nearest(folder)).free
    if free < _NO_SPACE:
        raise AssistantError(
            f"Only {size(free)} are free", hint=f"Make room on the disk of {folder}"
        )
    if free < _LITTLE_SPACE:
        raise DoubtError(
            f"Only {size(free)} are free", hint=f"Make room on the disk of {folder}"
        )
    return f"{size(free)} free"


def _file_system(folder: Path) -> str:
    """The write-ahead log needs memory that processes share, which networks lack."""
    kind = _kind_of_mount(_nearest(folder).resolve())
    if kind.startswith(_REMOTE):
        raise DoubtError(
            f"{folder} is on a network file system ({kind}), which can damage it",
            hint="Point HEARTH_HOME at a folder on this machine",
        )
    if synced := next((one for one in _SYNCED if one in str(folder).lower()), None):
        raise DoubtError(
            f"{folder} seems to be kept in step by {synced}, which can damage it",
            hint="Point HEARTH_HOME at a folder that is not synchronised",
        )
    return f"{kind or 'a local one'}"


def _kind_of_mount(folder: Path) -> str:
    """The file system's name, or nothing where the system does not say."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = [
        (len(place), kind)
        for place, kind in (line.split(" ")[1:3] for line in mounts.splitlines())
        if folder.is_relative_to(place.replace("\\040", " "))
    ]
    return max(found)[1] if found else ""


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _terminal(environment: Mapping[str, str]) -> str:
    encoding = (sys.stdout.encoding or "none").lower() if sys.stdout else "none"
    if not encoding.startswith("utf"):
        raise DoubtError(
            f"Text is written as {encoding}, so many letters cannot be shown",
            hint="Run: export LANG=C.UTF-8",
        )
    if not render.is_terminal(sys.stdout):
        return f"not a terminal; {encoding}"
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    kind = environment.get("TERM") or "unknown"
    if columns < _SMALLEST_TERMINAL[0] or lines < _SMALLEST_TERMINAL[1]:
        raise DoubtError(
            f"{columns}x{lines} is too small for the terminal interface",
            hint="Make the window larger, or use: hearth chat",
        )
    if kind in ("dumb", "unknown"):
        raise DoubtError(
            f"TERM is {kind}, so the terminal interface cannot draw",
            hint="Use: hearth chat",
        )
    colours = "no colours" if environment.get("NO_COLOR") else _colours(environment)
    return f"{kind}, {columns}x{lines}, {colours}, {encoding}"


def _colours(environment: Mapping[str, str]) -> str:
    if environment.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in environment.get("TERM", "") else "16 colours"
