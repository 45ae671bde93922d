"""`hearth trace`: where the time of a turn went."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.shapes import span_shape
from assistant.cli.words import day, milliseconds
from assistant.entities.ids import SpanId, TraceId
from assistant.entities.trace import Span
from assistant.errors import NotFoundError

app = new_app()


@app.command()
def trace(
    context: typer.Context,
    trace_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="This one, not the last.")
    ] = None,
    listed: Annotated[
        int,
        typer.Option(
            "--list", metavar="NUMBER", help="List so many, the latest first."
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """See where the time of a turn went.

    Shows the last turn as a tree: what was done, for how long, how much.

    \b
    Examples:
      hearth trace
      hearth trace --list 10
    """
    with opened(context) as hearth:
        if listed:
            spans = hearth.traces.recent_traces(listed)
        elif trace_id is not None:
            spans = hearth.traces.trace(TraceId(trace_id))
        else:
            spans = hearth.traces.last_trace()
    if not spans:
        raise NotFoundError("No turn was traced yet, or none with that id")
    if as_json:
        for span in spans:
            render.as_json(span_shape(span))
    elif listed:
        render.table(("ID", "BEGAN", "TOOK", "NAME"), map(_listed, spans))
    else:
        render.table(("", "TOOK", "COUNTS"), _rows(spans, parent=None, indent=""))


def _listed(span: Span) -> tuple[str, ...]:
    return (
        span.trace_id,
        day(span.started_at),
        milliseconds(span.duration_ms),
        span.name + _failure(span),
    )


def _rows(
    spans: Sequence[Span], *, parent: SpanId | None, indent: str
) -> Iterator[tuple[str, ...]]:
    """Depth first; a span whose parent is missing stands at the top."""
    ids = {span.id for span in spans}
    for span in spans:
        above = span.parent_id if span.parent_id in ids else None
        if above != parent:
            continue
        counts = ", ".join(f"{name} {count}" for name, count in span.counts.items())
        yield (
            indent + span.name + _failure(span),
            milliseconds(span.duration_ms),
            counts,
        )
        yield from _rows(spans, parent=span.id, indent=indent + "  ")


def _failure(span: Span) -> str:
    return f" ({span.error})" if span.error else ""
