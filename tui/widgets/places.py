"""Paths that what is written may be on its way to.

Reads the one folder that is being written in; whoever asks says on which thread.
"""

import os
from pathlib import Path

_MOST_READ = 5000


def completions(text: str, *, suffix: str = "") -> list[str]:
    """Folders first, then files that bear the suffix; hidden ones only when begun."""
    text = text.lstrip()
    if not text or "://" in text:
        return []
    if text == "~":
        return ["~/"]
    head, _, begun = text.rpartition("/")
    folder = f"{head}/" if head or text.startswith("/") else ""
    found = []
    try:
        with os.scandir(Path(folder or ".").expanduser()) as entries:
            for entry, _ in zip(entries, range(_MOST_READ), strict=False):
                if _is_meant(entry.name, begun) and _is_wanted(entry, suffix):
                    found.append((not entry.is_dir(), entry.name))
    except (OSError, RuntimeError, ValueError):
        return []
    found.sort(key=lambda each: (each[0], each[1].casefold()))
    return [f"{folder}{name}{'' if is_file else '/'}" for is_file, name in found]


def _is_meant(name: str, begun: str) -> bool:
    if name.startswith(".") and not begun.startswith("."):
        return False
    return name.casefold().startswith(begun.casefold())


def _is_wanted(entry: "os.DirEntry[str]", suffix: str) -> bool:
    try:
        entry.name.encode()
        return entry.is_dir() or entry.name.endswith(suffix)
    except (OSError, UnicodeEncodeError):
        return False
