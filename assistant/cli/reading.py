"""What a person hands over: words, standard input and files, within limits.

Everything is read as UTF-8 text; what is not text is refused, and nothing is
read further than what is accepted.
"""

import json
import select
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assistant.cli import render
from assistant.entities.turn import TextFile
from assistant.errors import UsageError
from assistant.media.enclosing import (
    MEGABYTE,
    enclosed,
    text_of,
    without_surrogates,
)

_PATIENCE_SECONDS = 3.0
_STDIN = "standard input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it was handed over."""

    text: str
    files: tuple[TextFile, ...] = ()

    @property
    def whole(self) -> str:
        """All that would be lost if nobody kept it."""
        parts = [self.text, *(f"{file.name}:\n{file.text}" for file in self.files)]
        return "\n\n".join(part for part in parts if part)


def read_question(
    text: str | None, paths: Sequence[Path], *, max_megabytes: float
) -> Question:
    """The words; standard input after them, or in their place; then the files."""
    limit = int(max_megabytes * MEGABYTE)
    words = without_surrogates(text or "")
    files = [enclosed(path, limit=limit) for path in paths]
    piped = _read_stdin(limit)
    if not piped.strip():
        return Question(text=words, files=tuple(files))
    if not words.strip():
        return Question(text=piped, files=tuple(files))
    return Question(text=words, files=(TextFile(name=_STDIN, text=piped), *files))


def read_schema(path: Path, *, max_megabytes: float) -> Mapping[str, object]:
    """A JSON schema from its file."""
    text = enclosed(path, limit=int(max_megabytes * MEGABYTE)).text
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{path} is not valid JSON: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{path} is nested too deeply") from error
    if not isinstance(schema, dict):
        raise UsageError(f"{path} holds no JSON schema: it should be an object")
    return schema


def _read_stdin(limit: int) -> str:
    if sys.stdin is None or render.is_terminal(sys.stdin):
        return ""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read(limit)
    _wait_for(stream)
    return text_of(stream, _STDIN, limit=limit)


def _wait_for(stream: BinaryIO) -> None:
    """Say what is being waited for, when nobody seems to write or to close it."""
    try:
        ready, _, _ = select.select([stream], [], [], _PATIENCE_SECONDS)
    except (OSError, ValueError):
        return
    if not ready:
        render.notice("Reading standard input; end it with Ctrl-D, or use </dev/null")
