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
from assistant.errors import InputTooLargeError, UsageError

_MEGABYTE = 1_000_000
_CHUNK = 1 << 16
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
    limit = int(max_megabytes * _MEGABYTE)
    words = _without_surrogates(text or "")
    files = [_read_file(path, limit) for path in paths]
    piped = _read_stdin(limit)
    if not piped.strip():
        return Question(text=words, files=tuple(files))
    if not words.strip():
        return Question(text=piped, files=tuple(files))
    return Question(text=words, files=(TextFile(name=_STDIN, text=piped), *files))


def read_schema(path: Path, *, max_megabytes: float) -> Mapping[str, object]:
    """A JSON schema from its file."""
    text = _read_file(path, int(max_megabytes * _MEGABYTE)).text
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{path} is not valid JSON: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{path} is nested too deeply") from error
    if not isinstance(schema, dict):
        raise UsageError(f"{path} holds no JSON schema: it should be an object")
    return schema


def _read_file(path: Path, limit: int) -> TextFile:
    try:
        with path.open("rb") as file:
            text = _text(file, str(path), limit)
            return TextFile(name=_without_surrogates(path.name), text=text)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _read_stdin(limit: int) -> str:
    if sys.stdin is None or render.is_terminal(sys.stdin):
        return ""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read(limit)
    _wait_for(stream)
    return _text(stream, _STDIN, limit)


def _wait_for(stream: BinaryIO) -> None:
    """Say what is being waited for, when nobody seems to write or to close it."""
    try:
        ready, _, _ = select.select([stream], [], [], _PATIENCE_SECONDS)
    except (OSError, ValueError):
        return
    if not ready:
        render.notice("Reading standard input; end it with Ctrl-D, or use </dev/null")


def _text(stream: BinaryIO, name: str, limit: int) -> str:
    read = bytearray()
    while chunk := stream.read(min(_CHUNK, limit + 1 - len(read))):
        read += chunk
        if len(read) > limit:
            raise InputTooLargeError(
                f"More than {limit / _MEGABYTE:g} MB came from {name}",
                hint="Give less, or raise input.max_megabytes: hearth config set",
            )
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{name} is not text in UTF-8")
    return text


def _without_surrogates(text: str) -> str:
    """An argument that was not UTF-8 came as lone surrogates, which none can store."""
    return text.encode("utf-8", "replace").decode("utf-8")
