"""Commands that carry memories out of the file and back in."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.conversations.carrying import lines_of
from assistant.cli.memories.options import counted
from assistant.cli.opening import opened
from assistant.conversations.exporting import write_file
from assistant.memory.transfer import take_in, to_lines


def export(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write here, not to stdout."
        ),
    ] = None,
) -> None:
    """Write everything remembered out as JSONL, unencrypted, past values too.

    \b
    Example:
      hearth memories export -o memories.jsonl
    """
    with opened(context) as hearth:
        lines = list(to_lines(hearth.memories.desk, hearth.audience))
    if output is None:
        for line in lines:
            render.data(line)
        return
    write_file(output, (f"{line}\n" for line in lines))
    memories = counted(len(lines) - 1)
    render.notice(f"Wrote {memories} to {output}")


def import_memories(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An export in JSONL; - for stdin.")
    ],
) -> None:
    """Take in what `export` wrote: all of it, or nothing when it is damaged.

    \b
    Example:
      hearth memories import memories.jsonl
    """
    with lines_of(file) as lines, opened(context) as hearth:
        report = take_in(lines, hearth.memories.desk, hearth.audience)
    known = f"; {report.known} were known already" if report.known else ""
    render.notice(f"Imported {counted(report.imported)}{known}")
