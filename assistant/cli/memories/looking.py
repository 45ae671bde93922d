"""Commands that only look at what is remembered."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.memories.options import MemoryId
from assistant.cli.memories.shapes import memory_shape, provenance_shape
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Limit
from assistant.cli.words import day, plural, short
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryState,
    Provenance,
)


def list_memories(
    context: typer.Context,
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Only those with these letters.")
    ] = "",
    limit: Limit = 50,
    kind: Annotated[
        list[MemoryKind] | None, typer.Option(help="Only of this kind; repeatable.")
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--all", help="With what was true once, rejected or expired."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what is remembered, the last to change first.

    \b
    Examples:
      hearth memories list
      hearth memories list porto --all
    """
    wanted = MemoryFilter(
        states=() if history else (MemoryState.CURRENT,), kinds=kind or (), text=text
    )
    with opened(context) as hearth:
        hearth.learning.drain()
        found = hearth.memories.browse(hearth.audience, wanted, limit=limit)
    _print(found, as_json=as_json, otherwise="Nothing is remembered")


def pending(context: typer.Context, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List what was noticed and waits for your yes.

    \b
    Example:
      hearth memories pending
    """
    wanted = MemoryFilter(states=[MemoryState.PENDING])
    with opened(context) as hearth:
        hearth.learning.drain()
        found = hearth.memories.browse(hearth.audience, wanted, limit=limit)
    _print(found, as_json=as_json, otherwise="Nothing waits for your yes")


def show(context: typer.Context, memory_id: MemoryId, as_json: AsJson = False) -> None:
    """Show one memory, whole.

    \b
    Example:
      hearth memories show 01JK
    """
    with opened(context) as hearth:
        memory = hearth.memories.open(memory_id, hearth.audience)
    if as_json:
        render.as_json(memory_shape(memory))
        return
    render.line(memory.text)
    for name, value in _facts(memory):
        render.line(f"{name:<12} {value}")


def why(context: typer.Context, memory_id: MemoryId, as_json: AsJson = False) -> None:
    """Say where a memory is from: your words, when, and what it was before.

    \b
    Example:
      hearth memories why 01JK --json
    """
    with opened(context) as hearth:
        memory = hearth.memories.open(memory_id, hearth.audience)
        found = hearth.memories.why(memory.id, hearth.audience)
    if as_json:
        render.as_json(provenance_shape(found))
    else:
        _explain(found)


def _print(found: list[Memory], *, as_json: bool, otherwise: str) -> None:
    if as_json:
        for memory in found:
            render.as_json(memory_shape(memory))
    elif found:
        render.table(("ID", "SINCE", "KIND", "STATE", "MEMORY"), map(_row, found))
    else:
        render.notice(otherwise)


def _row(memory: Memory) -> tuple[str, ...]:
    state = "stale" if memory.is_current is False and memory.is_stale else memory.state
    return (
        memory.id,
        day(memory.valid_from),
        memory.kind,
        state,
        short(memory.text, 70),
    )


def _facts(memory: Memory) -> list[tuple[str, str]]:
    facts = [
        ("id", memory.id),
        ("kind", memory.kind.value),
        ("about", memory.subject),
        ("what", memory.attribute or "(one of several)"),
        ("value", memory.value),
        ("state", memory.state.value),
        ("kept", memory.term.value.replace("_", " ")),
        ("importance", f"{memory.importance:.2f}"),
        ("since", day(memory.valid_from)),
    ]
    if memory.valid_until is not None:
        facts.append(("until", day(memory.valid_until)))
    if memory.expires_at is not None:
        facts.append(("expires", day(memory.expires_at)))
    if memory.access_count:
        facts.append(("used", plural(memory.access_count, "time")))
    return facts


def _explain(found: Provenance) -> None:
    memory = found.memory
    render.line(memory.text)
    if found.message is not None:
        title = f' in "{found.conversation.title}"' if found.conversation else ""
        render.line(f"You said on {day(found.message.created_at)}{title}:")
        render.line(f"  {short(found.message.content, 300)}")
        if memory.quote:
            render.line(f"Taken from: {memory.quote}")
    else:
        render.line(f"From you directly, on {day(memory.created_at)}")
    for before in found.earlier:
        until = day(before.valid_until) if before.valid_until else "then"
        render.line(f"Until {until} it was: {before.text}")
    if found.later is not None:
        render.line(f"Since {day(found.later.valid_from)} it is: {found.later.text}")
    if found.used_in:
        render.line(f"Used in {plural(len(found.used_in), 'answer')}")
