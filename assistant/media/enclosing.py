"""A text that goes along with a question, as it is, within a limit.

Only UTF-8 is taken: what has to be converted before it can be read belongs in the
library.
"""

from pathlib import Path
from typing import BinaryIO

from assistant.entities.turn import TextFile
from assistant.errors import (
    DocumentRefusedError,
    InputTooLargeError,
    Refusal,
    UsageError,
)

MEGABYTE = 1_000_000
_CHUNK = 1 << 16


def enclosed(path: Path, *, limit: int) -> TextFile:
    """The file with its name, no longer than so many bytes.

    Raises UsageError, InputTooLargeError, or DocumentRefusedError when it is no text.
    """
    try:
        with path.open("rb") as file:
            text = text_of(file, str(path), limit=limit)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    return TextFile(name=without_surrogates(path.name), text=text)


def text_of(stream: BinaryIO, name: str, *, limit: int) -> str:
    """All of it; nothing is read further than what is accepted."""
    read = bytearray()
    while chunk := stream.read(min(_CHUNK, limit + 1 - len(read))):
        read += chunk
        if len(read) > limit:
            raise InputTooLargeError(
                f"More than {limit / MEGABYTE:g} MB came from {name}",
                hint="Give less, or raise input.max_megabytes: hearth config set",
            )
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise DocumentRefusedError(Refusal.NOT_TEXT, f"{name} is not text in UTF-8")
    return text


def without_surrogates(text: str) -> str:
    """A name that was not UTF-8 came as lone surrogates, which none can store."""
    return text.encode("utf-8", "replace").decode("utf-8")
