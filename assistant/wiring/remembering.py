"""Wiring of what is remembered: its desk, learning, and what leaves a context.

Whether a model may write is asked when it is to write, not before.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from assistant.agents.making import MAY_WRITE
from assistant.agents.prompt import TakeNotes
from assistant.agents.turn import Desk
from assistant.conversations.recovery import is_alive
from assistant.embeddings.embedder import Embedder
from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation, Message
from assistant.knowledge.desk import LibraryDesk
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.learning import Learning
from assistant.memory.refining import Refining
from assistant.models.shelf import ModelShelf
from assistant.storage.dependencies import Dependencies
from assistant.storage.memories import Memories
from assistant.storage.messages import Messages
from assistant.wiring.ground import Ground

if TYPE_CHECKING:
    from assistant.memory.window import Windows

_FACTS = 50
"""Of one conversation, shown with its context."""


def memory_desk(
    ground: Ground, desk: Desk, *, shelves: LibraryDesk, spoken: Embedder | None
) -> MemoryDesk:
    return MemoryDesk(
        database=ground.database,
        memories=Memories(ground.database),
        dependencies=Dependencies(ground.database),
        messages=desk.messages,
        conversations=desk.conversations,
        people=desk.people,
        vectors=shelves.vectors,
        jobs=shelves.jobs,
        embedder=spoken,
        mode=ground.settings.memory.mode,
        trail=ground.trail,
        clock=ground.clock,
        mint=ground.mint,
        writer=desk.writer,
        is_alive=is_alive,
    )


def learning_at(desk: MemoryDesk, models: ModelShelf) -> Learning:
    return Learning(desk=desk, capture=Capture(desk=desk), refining=_refining(models))


def _refining(models: ModelShelf) -> Refining:
    """With the model in use, once it was found able to take facts from a text."""

    def is_able() -> bool:
        return (models.find_tier(models.in_use()) or 0) >= MAY_WRITE

    return Refining(is_able=is_able, engine=lambda: models.engine(models.in_use()))


def windows_over(ground: Ground) -> "Callable[[], Windows]":
    """Made when a conversation first outgrows a context; most never do."""
    memories = Memories(ground.database)

    @cache
    def made() -> "Windows":
        from assistant.entities.memory import MemoryFilter
        from assistant.memory.window import Windows
        from assistant.storage.summaries import Summaries

        def facts(of: Conversation, audience: Audience) -> list[str]:
            wanted = MemoryFilter(conversation_id=of.id)
            found = memories.browse(wanted, audience, limit=_FACTS)
            return [memory.text for memory in found]

        return Windows(
            database=ground.database,
            messages=Messages(ground.database),
            summaries=Summaries(ground.database),
            clock=ground.clock,
            mint=ground.mint,
            facts=facts,
        )

    return made


def notes_by(windows: "Callable[[], Windows]") -> Callable[[Audience], TakeNotes]:
    """Takes down what a context has no room for any more."""

    def of(audience: Audience) -> TakeNotes:
        def take(dropped: Sequence[Message], room: int) -> str:
            fold = windows().fold(dropped, audience, room=room)
            return fold.text if fold else ""

        return take

    return of
