"""An export on its way into a file: whole, or the file stays as it was.

What an export says is `transfer`'s business.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum, auto
from pathlib import Path
from typing import Protocol

from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation
from assistant.errors import UsageError


class Source(Protocol):
    """Gives conversations piece by piece, in either form."""

    def export_jsonl(
        self, chosen: Sequence[Conversation], audience: Audience
    ) -> Iterator[str]: ...
    def export_markdown(
        self, chosen: Sequence[Conversation], audience: Audience
    ) -> Iterator[str]: ...


class ExportFormat(StrEnum):
    """How an export is written."""

    JSONL = auto()
    """Everything, to be imported again."""

    MARKDOWN = auto()
    """What was said, to be read."""


def format_of(path: Path) -> ExportFormat:
    """What a file's name asks for."""
    is_jsonl = path.suffix.lower() in (".jsonl", ".json")
    return ExportFormat.JSONL if is_jsonl else ExportFormat.MARKDOWN


def parts(
    source: Source,
    chosen: Sequence[Conversation],
    audience: Audience,
    *,
    written_as: ExportFormat,
) -> Iterator[str]:
    """The export piece by piece, line ends included."""
    if written_as is ExportFormat.JSONL:
        lines = source.export_jsonl(chosen, audience)
        return (f"{line}\n" for line in lines)
    sections = source.export_markdown(chosen, audience)
    return (section.rstrip("\n") + "\n\n" for section in sections)


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """The whole export, or the file as it was before; only its owner can read it."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
