"""`/privacy`: what is kept about whoever asks, and how they change that."""

import io
import json

import discord
from discord import app_commands

from assistant.entities.audience import Audience
from assistant.entities.consent import DM_READ, OBSERVE
from assistant.entities.erasure import OfPerson
from plugins.discord.commands.reception import Interaction, Reception
from plugins.discord.gate import Capability
from plugins.discord.sending import respond

_CONFIRMED = "forget me"
_A_STRANGER = (
    "I know you no more, and not what you allowed or refused either: say `/privacy "
    "refuse` once more where nothing of yours is to be kept."
)


def privacy_group(reception: Reception) -> app_commands.Group:
    """The commands below `/privacy`."""
    group = app_commands.Group(
        name="privacy", description="What is kept about you, and how to change that"
    )
    affairs, desk = _Affairs(reception), reception.desk

    @group.command(name="status", description="See what is kept about you")
    async def status(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.PRIVACY)
        if audience is not None:
            await respond(asked, await desk.do(affairs.told, audience))

    @group.command(name="export", description="Be given everything of yours")
    async def export(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.PRIVACY)
        if audience is not None:
            await asked.response.defer(ephemeral=True)
            lines = await desk.do(affairs.export, audience)
            file = discord.File(io.BytesIO(lines.encode()), filename="hearth.jsonl")
            await respond(asked, "Everything that is kept of you:", files=[file])

    @group.command(name="forget", description="Have everything of yours forgotten")
    @app_commands.describe(confirm=f"Write: {_CONFIRMED}")
    async def forget(asked: Interaction, confirm: str) -> None:
        audience = await reception.admit(asked, Capability.PRIVACY)
        if audience is None:
            return
        if confirm.strip().lower() != _CONFIRMED:
            await respond(asked, f"Nothing was forgotten. To confirm: {_CONFIRMED}")
            return
        await asked.response.defer(ephemeral=True)
        await respond(asked, await desk.do(affairs.forget, audience))

    @group.command(name="allow", description="Let what you say here be kept")
    async def allow(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.PRIVACY)
        if audience is not None:
            await respond(asked, await desk.do(affairs.allow, audience))

    @group.command(name="refuse", description="Have nothing you say here kept")
    async def refuse(asked: Interaction) -> None:
        audience = await reception.admit(asked, Capability.PRIVACY)
        if audience is not None:
            await respond(asked, await desk.do(affairs.refuse, audience))

    return group


class _Affairs:
    """What is one person's to decide. Blocks."""

    def __init__(self, reception: Reception) -> None:
        self._own = reception.own
        self._assistant = reception.desk.assistant

    def told(self, audience: Audience) -> str:
        may, own = self._assistant.consents.may, self._own(audience)
        server_id = audience.place.server_id
        lines = [
            f"Remembered of you: {self._assistant.memories.count(own)}",
            f"Direct messages kept: {_yes(may(audience.user_id, DM_READ, None))}",
        ]
        if server_id is not None:
            is_heard = may(audience.user_id, OBSERVE, server_id)
            lines.append(f"Kept of you in watched channels here: {_yes(is_heard)}")
        lines.append("All of it stays on the machine I run on.")
        return "\n".join(lines)

    def allow(self, audience: Audience) -> str:
        what, where = _of_place(audience)
        self._assistant.consents.grant(
            audience.user_id,
            what,
            audience.place.server_id,
            audience=self._own(audience),
        )
        return f"What you say {where} may be kept from now on."

    def refuse(self, audience: Audience) -> str:
        what, where = _of_place(audience)
        self._assistant.consents.revoke(
            audience.user_id,
            what,
            audience.place.server_id,
            audience=self._own(audience),
        )
        return f"Nothing you say {where} is kept any more, and what was is forgotten."

    def export(self, audience: Audience) -> str:
        rows = self._assistant.belongings.export(audience.user_id, self._own(audience))
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)

    def forget(self, audience: Audience) -> str:
        own, eraser = self._own(audience), self._assistant.eraser
        plan = eraser.plan(OfPerson(user_id=audience.user_id), own)
        counts = eraser.erase(plan, own).record.counts
        counted = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n)
        return f"Forgotten: {counted or 'nothing was kept'}. {_A_STRANGER}"


def _of_place(audience: Audience) -> tuple[str, str]:
    """Direct messages are asked for in them, watched channels on their server."""
    if audience.place.server_id is None:
        return DM_READ, "in direct messages"
    return OBSERVE, "in watched channels of this server"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
