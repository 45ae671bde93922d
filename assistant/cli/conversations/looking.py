"""Commands that only look at conversations."""

from collections.abc import Sequence
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.answering import source_line
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, ConversationId, Limit
from assistant.cli.shapes import conversation_shape, hit_shape, transcript_shape
from assistant.cli.words import day, plural, short
from assistant.entities.citation import Citation
from assistant.entities.conversation import Conversation, Message
from assistant.errors import NotFoundError
from assistant.storage.messages import MessageHit


def list_conversations(
    context: typer.Context,
    limit: Limit = 20,
    archived: Annotated[
        bool, typer.Option("--archived", help="Those in the archive, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List conversations, the latest first.

    \b
    Example:
      hearth conversations list --archived
    """
    with opened(context) as hearth:
        found = hearth.history.recent(
            hearth.audience, limit=limit, include_archived=archived
        )
    if as_json:
        for conversation in found:
            render.as_json(conversation_shape(conversation))
    elif found:
        render.table(("ID", "CHANGED", "MESSAGES", "STATE", "TITLE"), map(_row, found))
    else:
        render.notice('No conversation yet; begin one with: hearth ask "Hello"')


def show(
    context: typer.Context, conversation_id: ConversationId, as_json: AsJson = False
) -> None:
    """Show what was said in one conversation.

    \b
    Example:
      hearth conversations show 01JK --json
    """
    with opened(context) as hearth:
        conversation = hearth.history.open(conversation_id, hearth.audience)
        messages = hearth.history.transcript(conversation.id, hearth.audience)
        citations = {
            message.id: hearth.citations.of(message.id, hearth.audience)
            for message in messages
        }
    if as_json:
        render.as_json(transcript_shape(conversation, messages, citations))
        return
    render.line(conversation.title)
    render.line(
        f"{conversation.id} · {conversation.state} · {day(conversation.created_at)} · "
        f"{plural(conversation.message_count, 'message')}"
    )
    for message in messages:
        _show_message(message, citations[message.id])


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words to look for.")],
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Find messages by their words, the best first.

    \b
    Example:
      hearth conversations search "capital of France"
    """
    with opened(context) as hearth:
        hits = hearth.history.search(text, hearth.audience, limit=limit)
    if not hits:
        raise NotFoundError(f"No message has these words: {text}")
    for hit in hits:
        if as_json:
            render.as_json(hit_shape(hit))
        else:
            _show_hit(hit)


def _row(conversation: Conversation) -> tuple[str, ...]:
    return (
        conversation.id,
        day(conversation.updated_at),
        str(conversation.message_count),
        conversation.state,
        short(conversation.title, 60),
    )


def _show_message(message: Message, citations: Sequence[Citation]) -> None:
    render.line()
    render.line(f"{message.model or message.role}, {day(message.created_at)}")
    if message.content:
        render.block(message.content)
    for citation in citations:
        render.line(source_line(citation))
    if message.error:
        render.line(f"({message.error})")
    elif message.is_unfinished:
        render.line("(the answer breaks off here)")


def _show_hit(hit: MessageHit) -> None:
    render.line(
        f"{hit.message.conversation_id}  {day(hit.message.created_at)}  "
        f"{hit.message.role}  {short(hit.conversation_title, 50)}"
    )
    render.line(f"    {hit.snippet}")
