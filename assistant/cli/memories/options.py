"""Arguments and words that several commands on memories share."""

from typing import Annotated, TypeAlias

import typer

MemoryId: TypeAlias = Annotated[
    str, typer.Argument(metavar="ID", help="The memory; the beginning will do.")
]
MemoryIds: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Memories; the beginnings will do.")
]


def counted(memories: int) -> str:
    """`1 memory`, `2 memories`."""
    return f"{memories:,} {'memory' if memories == 1 else 'memories'}"
