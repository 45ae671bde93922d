"""Commands that change what is remembered."""

from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.memories.options import MemoryId, MemoryIds, counted
from assistant.cli.memories.shapes import memory_shape
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Yes
from assistant.cli.words import short
from assistant.entities.memory import Memory, MemoryFilter
from assistant.errors import NotFoundError, UsageError
from assistant.memory.keeping import Kept, Outcome

_EVERY = 1_000_000


def add(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence.")],
    as_json: AsJson = False,
) -> None:
    """Remember a sentence; what it changes is closed and stays readable.

    \b
    Example:
      hearth memories add "My sister Ana lives in Porto"
    """
    with opened(context) as hearth:
        kept = hearth.memories.add(text, hearth.audience)
    for each in kept:
        _tell(each, as_json=as_json)


def edit(
    context: typer.Context,
    memory_id: MemoryId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is right.")],
    as_json: AsJson = False,
) -> None:
    """Correct a memory; what it said before stays readable.

    \b
    Example:
      hearth memories edit 01JK "My sister Ana lives in Faro"
    """
    with opened(context) as hearth:
        memory = hearth.memories.open(memory_id, hearth.audience)
        right = hearth.memories.edit(memory.id, text, hearth.audience)
    if as_json:
        render.as_json(memory_shape(right))
    else:
        render.notice(f"Remembered instead: {right.text}")


def approve(
    context: typer.Context, memory_ids: MemoryIds, as_json: AsJson = False
) -> None:
    """Say yes to what was noticed; it counts from now on.

    \b
    Example:
      hearth memories approve 01JK 01JM
    """
    with opened(context) as hearth:
        for memory in _opened(hearth, memory_ids):
            kept = hearth.memories.approve(memory.id, hearth.audience)
            _tell(kept, as_json=as_json)


def reject(
    context: typer.Context, memory_ids: MemoryIds, as_json: AsJson = False
) -> None:
    """Say no to what was noticed; it never counts.

    \b
    Example:
      hearth memories reject 01JK
    """
    with opened(context) as hearth:
        for memory in _opened(hearth, memory_ids):
            rejected = hearth.memories.reject(memory.id, hearth.audience)
            if as_json:
                render.as_json(memory_shape(rejected))
            else:
                render.notice(f"Rejected: {rejected.text}")


def forget(
    context: typer.Context,
    memory_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Memories; the beginnings will do."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Everything that is remembered.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Forget memories for good, with all that was made of them.

    What you wrote stays in its conversation; `hearth forget` removes it too.

    \b
    Examples:
      hearth memories forget 01JK --yes
      hearth memories forget --all
    """
    if bool(memory_ids) == every:
        raise UsageError(
            "Name the memories, or say --all", hint="See: hearth memories list"
        )
    with opened(context) as hearth:
        found = _all(hearth) if every else _opened(hearth, memory_ids or [])
        for memory in found:
            render.notice(f"{memory.id}  {short(memory.text, 90)}")
        memories = counted(len(found))
        render.ask_or_refuse(f"Forget {memories}?", yes=yes)
        hearth.memories.forget([memory.id for memory in found], hearth.audience)
    render.notice(f"Forgot {memories}")


def _opened(hearth: Assistant, ids: list[str]) -> list[Memory]:
    return [hearth.memories.open(one, hearth.audience) for one in dict.fromkeys(ids)]


def _all(hearth: Assistant) -> list[Memory]:
    everything = MemoryFilter(states=())
    found = hearth.memories.browse(hearth.audience, everything, limit=_EVERY)
    if not found:
        raise NotFoundError("Nothing is remembered")
    return found


def _tell(kept: Kept, *, as_json: bool) -> None:
    if as_json:
        render.as_json(memory_shape(kept.memory))
    elif kept.outcome is Outcome.KNOWN:
        render.notice(f"Known already: {kept.memory.text}")
    else:
        render.notice(f"Remembered: {kept.memory.text}")
