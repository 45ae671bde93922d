"""Commands that carry conversations out of the file and back in."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.words import plural
from assistant.conversations.exporting import ExportFormat, parts, write_file
from assistant.entities.conversation import Conversation
from assistant.errors import UsageError

_ALL = 1_000_000_000


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
        pieces = parts(hearth.transfer, chosen, hearth.audience, written_as=written_as)
        if output is not None:
            write_file(output, pieces)
            render.notice(f"Wrote {plural(len(chosen), 'conversation')} to {output}")
            return
        show = render.data if written_as is ExportFormat.JSONL else render.text
        for piece in pieces:
            show(piece)


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
    with lines_of(file) as lines, opened(context) as hearth:
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


@contextmanager
def lines_of(path: Path) -> Iterator[Iterable[str]]:
    """A file's lines, or standard input's for `-`."""
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
