"""`/remember`, `/memories`, `/approve`, `/forget`: what is remembered of who asks."""

from collections.abc import Sequence

from discord import app_commands

from assistant.entities.audience import Audience
from assistant.entities.memory import Memory, MemoryFilter, MemoryState
from plugins.discord.admitting import context_of
from plugins.discord.commands.reception import Interaction, Reception
from plugins.discord.drawing import one_line
from plugins.discord.gate import Capability
from plugins.discord.sending import respond

_SHOWN = 25
_LONGEST_CHOICE = 100


def add_memory(tree: app_commands.CommandTree, reception: Reception) -> None:
    """The commands about memories; each is its person's own."""
    shelf = _Shelf(reception)
    desk = reception.desk

    @tree.command(name="remember", description="Have something of you remembered")
    @app_commands.describe(what="Something true about you")
    async def remember(
        asked: Interaction, what: app_commands.Range[str, 1, 500]
    ) -> None:
        audience = await reception.admit(asked, Capability.REMEMBER)
        if audience is not None:
            await respond(asked, await desk.do(shelf.remember, what, audience))

    @tree.command(name="memories", description="See what is remembered of you")
    async def memories(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.MEMORIES)
        if audience is not None:
            kept = await desk.do(shelf.all, audience)
            waiting = await desk.do(shelf.waiting, audience)
            lines = [f"- {one_line(each.text)}" for each in kept]
            lines += [
                f"- {one_line(each.text)} (waits for `/approve`)" for each in waiting
            ]
            nothing = "Nothing is remembered of you"
            await reception.tell(asked, "\n".join(lines) or nothing)

    @tree.command(name="forget", description="Forget something remembered of you")
    @app_commands.describe(memory="Which one")
    async def forget(asked: Interaction, memory: str) -> None:
        audience = await reception.admit(asked, Capability.FORGET)
        if audience is not None:
            await respond(asked, await desk.do(shelf.forget, memory, audience))

    @forget.autocomplete("memory")
    async def choose(
        asked: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        if not await reception.may(asked, Capability.FORGET):
            return []
        audience = await desk.do(reception.audience, asked, context_of(asked))
        kept = [
            *await desk.do(shelf.waiting, audience),
            *await desk.do(shelf.all, audience),
        ]
        return _choices(kept[:_SHOWN], current)


def add_approving(tree: app_commands.CommandTree, reception: Reception) -> None:
    """Saying yes, where the person is asked before anything is remembered."""
    shelf = _Shelf(reception)
    desk = reception.desk

    @tree.command(name="approve", description="Say yes to what waits to be remembered")
    @app_commands.describe(memory="Which one")
    async def approve(asked: Interaction, memory: str) -> None:
        audience = await reception.admit(asked, Capability.REMEMBER)
        if audience is not None:
            await respond(asked, await desk.do(shelf.approve, memory, audience))

    @approve.autocomplete("memory")
    async def choose(
        asked: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        if not await reception.may(asked, Capability.REMEMBER):
            return []
        audience = await desk.do(reception.audience, asked, context_of(asked))
        return _choices(await desk.do(shelf.waiting, audience), current)


def _choices(
    memories: Sequence[Memory], current: str
) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=one_line(each.text)[:_LONGEST_CHOICE], value=each.id)
        for each in memories
        if current.lower() in each.text.lower()
    ]


class _Shelf:
    """One person's memories, wherever they ask. Blocks."""

    def __init__(self, reception: Reception) -> None:
        self._own = reception.own
        self._memories = reception.desk.assistant.memories

    def all(self, audience: Audience) -> Sequence[Memory]:
        return self._memories.browse(self._own(audience), limit=_SHOWN)

    def waiting(self, audience: Audience) -> Sequence[Memory]:
        """What waits for its person's yes."""
        pending = MemoryFilter(states=(MemoryState.PENDING,))
        return self._memories.browse(self._own(audience), pending, limit=_SHOWN)

    def approve(self, memory: str, audience: Audience) -> str:
        own = self._own(audience)
        kept = self._memories.approve(self._memories.open(memory, own).id, own)
        return f"Remembered: {one_line(kept.memory.text)}"

    def remember(self, what: str, audience: Audience) -> str:
        kept = self._memories.add(what, self._own(audience))
        texts = " ".join(one_line(each.memory.text) for each in kept)
        return f"Remembered: {texts}"

    def forget(self, memory: str, audience: Audience) -> str:
        own = self._own(audience)
        known = self._memories.open(memory, own)
        self._memories.forget([known.id], own)
        return f"Forgotten: {one_line(known.text)}"
