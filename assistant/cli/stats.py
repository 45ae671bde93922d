"""`hearth stats`: how much is kept, and how fast models answer."""

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.words import milliseconds, plural, size
from assistant.entities.conversation import ConversationState

app = new_app()
_ALL = 1_000_000_000


@app.command()
def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what is kept.

    It also says how fast models answer.

    \b
    Example:
      hearth stats --json
    """
    with opened(context) as hearth:
        counted = _counted(hearth)
        speeds = {
            one.name: one.average_response_ms
            for one in hearth.models.list()
            if one.average_response_ms is not None
        }
    if as_json:
        render.as_json({**counted, "average_response_ms": speeds})
        return
    archived = f" ({counted['archived']} archived)" if counted["archived"] else ""
    render.line(f"{plural(counted['conversations'], 'conversation')}{archived}")
    render.line(plural(counted["messages"], "message"))
    render.line(plural(counted["tokens"], "token"))
    if counted["documents"]:
        render.line(
            f"{plural(counted['documents'], 'document')}, "
            f"{plural(counted['passages'], 'passage')}, "
            f"{plural(counted['vectors'], 'vector')}"
        )
    render.line(f"{size(counted['database_bytes'])} in the database")
    for name, speed in speeds.items():
        render.line(f"{name} answers in {milliseconds(speed)} on average")


def _counted(hearth: Assistant) -> dict[str, int]:
    everything = hearth.history.recent(
        hearth.audience, limit=_ALL, include_archived=True
    )
    documents = hearth.library.documents(hearth.audience, limit=_ALL)
    return {
        "conversations": len(everything),
        "archived": sum(one.state is ConversationState.ARCHIVED for one in everything),
        "messages": sum(one.message_count for one in everything),
        "tokens": sum(one.total_tokens for one in everything),
        "documents": len(documents),
        "passages": sum(one.passage_count for one in documents),
        "vectors": sum(hearth.shelves.vectors.counts().values()),
        "database_bytes": hearth.paths.database.stat().st_size,
    }
