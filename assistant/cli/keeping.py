"""Nothing typed is lost: what the database refused is shown, and put in a file."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.cli import render
from assistant.config.paths import Paths
from assistant.errors import StorageError


@contextmanager
def kept_if_unsaved(text: str, paths: Paths) -> Iterator[None]:
    """Hand the words back when the database cannot take them."""
    try:
        yield
    except StorageError:
        if text.strip():
            _hand_back(text, paths)
        raise


def _hand_back(text: str, paths: Paths) -> None:
    render.notice("This was not saved:")
    render.aside(text)
    for folder in (paths.data, Path(tempfile.gettempdir())):
        if kept := _written(text, folder):
            render.notice(f"It is kept in {kept}")
            return


def _written(text: str, folder: Path) -> Path | None:
    """The file that now holds the text, or None where no file can be made."""
    try:
        handle, name = tempfile.mkstemp(prefix="unsaved-", suffix=".txt", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return Path(name)
