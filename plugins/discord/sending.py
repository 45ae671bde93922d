"""The one way out: whatever Discord is sent, it goes through here.

Nothing sent can ping anybody, whoever wrote the words, and links show no previews.
Errors and refusals take the same way.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import discord

from assistant.safetext import clean

SILENT = discord.AllowedMentions.none()
"""For every message, and for the client itself."""

Place: TypeAlias = discord.abc.Messageable
Asked: TypeAlias = discord.Interaction[Any]


async def send(
    place: Place,
    words: str,
    *,
    answering: discord.Message | None = None,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> discord.Message:
    """One message; below the one it answers, if that is still there."""
    options: dict[str, Any] = {"files": list(files)}
    if answering is not None:
        options["reference"] = answering.to_reference(fail_if_not_exists=False)
        options["mention_author"] = False
    if view is not None:
        options["view"] = view
    return await place.send(
        _plain(words), allowed_mentions=SILENT, suppress_embeds=True, **options
    )


async def edit(
    message: discord.Message, words: str, *, view: discord.ui.View | None = None
) -> discord.Message:
    """Other words in its place; without a view its buttons go."""
    return await message.edit(
        content=_plain(words), allowed_mentions=SILENT, suppress=True, view=view
    )


async def respond(
    asked: Asked,
    words: str,
    *,
    is_secret: bool = True,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer a command or a button; by default only the asker sees it."""
    options: dict[str, Any] = {"files": list(files)}
    if view is not None:
        options["view"] = view
    options |= {
        "ephemeral": is_secret,
        "allowed_mentions": SILENT,
        "suppress_embeds": True,
    }
    if asked.response.is_done():
        await asked.followup.send(_plain(words), **options)
    else:
        await asked.response.send_message(_plain(words), **options)


async def unsend(place: Place, message_id: int) -> None:
    """Take back something of its own; somebody may have done that already."""
    with suppress(discord.NotFound, discord.Forbidden):
        message = await place.fetch_message(message_id)
        await message.delete()


def _plain(words: str) -> str:
    """Without signs that steer, and never empty, which Discord refuses."""
    return clean(words).strip() or "…"
