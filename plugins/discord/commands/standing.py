"""`/persona`, `/model`, `/status` and `/help`: how the assistant is here."""

from discord import app_commands

from assistant.entities.ids import ServerId, UserId
from plugins.discord.commands.reception import Interaction, Reception
from plugins.discord.desk import Desk
from plugins.discord.drawing import one_line
from plugins.discord.gate import Capability
from plugins.discord.sending import respond

_SHOWN = 25
_LONGEST_CHOICE = 100
_HELP = """**Ask me something**: mention me, reply to me, write to me, or use `/ask`.
`/chat` opens a thread for a longer talk. `/search` finds what was said here.
`/remember`, `/memories`, `/approve` and `/forget` are about what I remember of you.
`/privacy` shows what is kept about you, gives it to you, and forgets it.
`/persona`, `/observe` and `/config` are for those who manage this server."""


def add_standing(tree: app_commands.CommandTree, reception: Reception) -> None:
    """The commands about the assistant itself."""
    desk, client = reception.desk, reception.client

    @tree.command(name="persona", description="Choose who answers on this server")
    @app_commands.describe(name="Who answers here from now on")
    async def persona(asked: Interaction, name: str) -> None:
        audience = await reception.admit(asked, Capability.PERSONA)
        if audience is None:
            return
        server_id, by = audience.place.server_id, audience.user_id
        if server_id is None:
            await respond(asked, "Personas are chosen on servers")
            return
        chosen = await desk.do(lambda: _choose(desk, name, server_id=server_id, by=by))
        await respond(asked, f"{one_line(chosen)} answers here from now on")

    @persona.autocomplete("name")
    async def choose(
        asked: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        if not await reception.may(asked, Capability.PERSONA):
            return []
        known = await desk.do(desk.assistant.personas.all)
        return [
            app_commands.Choice(name=each.name[:_LONGEST_CHOICE], value=each.name)
            for each in known
            if current.lower() in each.name.lower()
        ][:_SHOWN]

    @tree.command(name="model", description="See which model answers")
    async def model(asked: Interaction) -> None:
        if await reception.admit(asked, Capability.STATUS) is not None:
            in_use = await desk.do(desk.assistant.models.wanted, None)
            await respond(asked, f"{one_line(in_use.name)} answers")

    @tree.command(name="status", description="See how I am")
    async def status(asked: Interaction) -> None:
        if await reception.admit(asked, Capability.STATUS) is None:
            return
        in_use = await desk.do(desk.assistant.models.wanted, None)
        await respond(
            asked,
            f"{one_line(in_use.name)} is {in_use.status}; "
            f"{client.answering.waiting} questions wait",
        )

    @tree.command(name="help", description="See what I can do")
    async def help_(asked: Interaction) -> None:
        if await reception.admit(asked, Capability.HELP) is not None:
            await respond(asked, _HELP)


def _choose(desk: Desk, name: str, *, server_id: ServerId, by: UserId) -> str:
    """Blocks. Built-in personas are known by name alone."""
    persona = desk.assistant.personas.get(name)
    desk.configure(server_id, by=by, custom={"persona": persona.name})
    return persona.name
