"""Commands that carry conversations out of the file and back in."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum, auto
from pathlib import Path
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.words import plural
from assistant.entities.conversation import Conversation
from assistant.errors import UsageError

_ALL = 1_000_000_000


class ExportFormat(StrEnum):
    """How an export is written."""

    JSONL = auto()
    """Everything, to be imported again."""

    MARKDOWN = auto()
    """What was said, to be read."""


def export(
    context: typer.Context,
    conversation_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...", help="Conversations; all when none is named."
        ),
    ] = None,
    written_as: Annotated[
        ExportFormat,
        typer.Option("--format", help="jsonl to import again, markdown to read."),
    ] = ExportFormat.JSONL,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write here, not to stdout."
        ),
    ] = None,
) -> None:
    """Write conversations out, unencrypted, archived ones too.

    \b
    Examples:
      hearth conversations export -o all.jsonl
      hearth conversations export 01JK --format markdown
    """
    with opened(context) as hearth:
        chosen = _chosen(hearth, conversation_ids or [])
        parts = _parts(hearth, chosen, written_as)
        if output is not None:
            _write_file(output, parts)
            render.notice(f"Wrote {plural(len(chosen), 'conversation')} to {output}")
            return
        show = render.data if written_as is ExportFormat.JSONL else render.text
        for part in parts:
            show(part)


def import_conversations(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An export in JSONL; - for stdin.")
    ],
) -> None:
    """Take in what `export` wrote: all of it, or nothing when it is damaged.

    \b
    Example:
      hearth conversations import all.jsonl
    """
    with _lines(file) as lines, opened(context) as hearth:
        report = hearth.transfer.import_jsonl(lines, hearth.audience)
    known = f"; {report.skipped} were here already" if report.skipped else ""
    render.notice(
        f"Imported {plural(report.conversations, 'conversation')} with "
        f"{plural(report.messages, 'message')}{known}"
    )


def _chosen(hearth: Assistant, ids: Sequence[str]) -> list[Conversation]:
    if not ids:
        return hearth.history.recent(hearth.audience, limit=_ALL, include_archived=True)
    return [hearth.history.open(one, hearth.audience) for one in dict.fromkeys(ids)]


def _parts(
    hearth: Assistant, chosen: Sequence[Conversation], written_as: ExportFormat
) -> Iterator[str]:
    if written_as is ExportFormat.JSONL:
        lines = hearth.transfer.export_jsonl(chosen, hearth.audience)
        return (f"{line}\n" for line in lines)
    sections = hearth.transfer.export_markdown(chosen, hearth.audience)
    return (section.rstrip("\n") + "\n\n" for section in sections)


def _write_file(path: Path, parts: Iterable[str]) -> None:
    """The whole export, or the file as it was before; only its owner can read it."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[str]]:
    try:
        if str(path) == "-":
            yield (line.decode() for line in sys.stdin.buffer)
        else:
            with path.open("rb") as file:
                yield (line.decode() for line in file)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8") from error
