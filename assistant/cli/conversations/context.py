"""`hearth conversations context`: what of a conversation the next answer will see."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, ConversationId
from assistant.entities.window import ContextWindow


def context_of(
    context: typer.Context,
    conversation_id: ConversationId,
    whole: Annotated[
        bool, typer.Option("--open", help="Show what the notes stand for, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the next answer will see: notes on the beginning, then the words.

    Notes are sentences of the conversation itself, taken by the program when a model's
    context has no room for all of it.

    \b
    Example:
      hearth conversations context 01JK --open
    """
    with opened(context) as hearth:
        conversation = hearth.history.open(conversation_id, hearth.audience)
        windows = hearth.windows()
        window = windows.of(conversation, hearth.audience, count=hearth.gauge.count)
        stood_for = (
            windows.open(window.fold, hearth.audience) if window.fold and whole else []
        )
    if as_json:
        render.as_json(
            _shape(window) | {"opened": [message.content for message in stood_for]}
        )
        return
    for fact in window.facts:
        render.line(f"Known: {fact}")
    for message in stood_for:
        render.line(f"({message.role}) {message.content}")
    if window.fold and not whole:
        render.line(f"Notes, from {window.fold.first_id} to {window.fold.last_id}:")
        render.line(window.fold.text)
    for message in window.messages:
        render.line(f"{message.role}: {message.content}")
    render.notice(f"{window.token_count} tokens")


def _shape(window: ContextWindow) -> dict[str, object]:
    fold = window.fold
    return {
        "conversation_id": window.conversation_id,
        "messages": [message.id for message in window.messages],
        "facts": list(window.facts),
        "summary": window.summary,
        "summary_range": [fold.first_id, fold.last_id] if fold else None,
        "token_count": window.token_count,
        "last_updated": window.last_updated.isoformat(),
    }
