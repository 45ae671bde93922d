"""Commands that change conversations."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, ConversationId, ConversationIds, Yes
from assistant.cli.shapes import conversation_shape
from assistant.cli.words import plural
from assistant.entities.conversation import Conversation
from assistant.entities.ids import MessageId
from assistant.errors import NotFoundError


def fork(
    context: typer.Context,
    conversation_id: ConversationId,
    at: Annotated[
        str | None,
        typer.Option(metavar="MESSAGE", help="The last message to take along, by id."),
    ] = None,
) -> None:
    """Begin another conversation with what was said in this one; prints its id.

    \b
    Example:
      hearth conversations fork 01JK
    """
    with opened(context) as hearth:
        origin = hearth.history.open(conversation_id, hearth.audience)
        last = MessageId(at) if at else origin.head_id
        if last is None:
            raise NotFoundError("There is nothing in that conversation to take along")
        forked = hearth.history.fork(last, hearth.audience)
    render.line(forked.id)


def rename(
    context: typer.Context,
    conversation_id: ConversationId,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Its new title.")],
) -> None:
    """Give a conversation another title.

    \b
    Example:
      hearth conversations rename 01JK "Plans for Lisbon"
    """
    with opened(context) as hearth:
        found = hearth.history.open(conversation_id, hearth.audience)
        renamed = hearth.history.rename(found.id, title, hearth.audience)
    render.notice(f"Renamed to: {renamed.title}")


def archive(context: typer.Context, conversation_ids: ConversationIds) -> None:
    """Put conversations away; they stay searchable.

    \b
    Example:
      hearth conversations archive 01JK
    """
    with opened(context) as hearth:
        for one in conversation_ids:
            found = hearth.history.open(one, hearth.audience)
            hearth.history.archive(found.id, hearth.audience)
            render.notice(f"Archived: {found.title}")


def restore(context: typer.Context, conversation_ids: ConversationIds) -> None:
    """Bring conversations back from the archive.

    \b
    Example:
      hearth conversations restore 01JK
    """
    with opened(context) as hearth:
        for one in conversation_ids:
            found = hearth.history.open(one, hearth.audience)
            hearth.history.restore(found.id, hearth.audience)
            render.notice(f"Restored: {found.title}")


def pin(
    context: typer.Context, conversation_ids: ConversationIds, as_json: AsJson = False
) -> None:
    """Keep conversations on top of the list.

    \b
    Example:
      hearth conversations pin 01JK
    """
    with opened(context) as hearth:
        for one in conversation_ids:
            found = hearth.history.open(one, hearth.audience)
            pinned = hearth.history.pin(found.id, hearth.audience)
            _tell("Pinned", pinned, as_json=as_json)


def unpin(
    context: typer.Context, conversation_ids: ConversationIds, as_json: AsJson = False
) -> None:
    """Let conversations take their place among the others again.

    \b
    Example:
      hearth conversations unpin 01JK
    """
    with opened(context) as hearth:
        for one in conversation_ids:
            found = hearth.history.open(one, hearth.audience)
            unpinned = hearth.history.unpin(found.id, hearth.audience)
            _tell("Unpinned", unpinned, as_json=as_json)


def delete(
    context: typer.Context, conversation_ids: ConversationIds, yes: Yes = False
) -> None:
    """Delete conversations for good, every branch of them.

    \b
    Example:
      hearth conversations delete 01JK --yes
    """
    with opened(context) as hearth:
        found = [
            hearth.history.open(one, hearth.audience)
            for one in dict.fromkeys(conversation_ids)
        ]
        for conversation in found:
            render.notice(
                f"{conversation.id}  {plural(conversation.message_count, 'message')}  "
                f"{conversation.title}"
            )
        render.ask_or_refuse(f"Delete {plural(len(found), 'conversation')}?", yes=yes)
        for conversation in found:
            hearth.history.delete(conversation.id, hearth.audience)
    render.notice(f"Deleted {plural(len(found), 'conversation')}")


def _tell(done: str, conversation: Conversation, *, as_json: bool) -> None:
    if as_json:
        render.as_json(conversation_shape(conversation))
    else:
        render.notice(f"{done}: {conversation.title}")
