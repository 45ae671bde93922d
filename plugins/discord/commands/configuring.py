"""`/config`: how those who manage a server want the assistant on it."""

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from assistant.entities.ids import ChannelId, RoleId, UserId
from assistant.entities.server import Feature, ServerConfiguration, ServerLimits
from assistant.errors import UsageError
from plugins.discord.commands.reception import Interaction, Reception
from plugins.discord.drawing import one_line
from plugins.discord.gate import Capability
from plugins.discord.sending import respond

_RESTRICTABLE = (
    Capability.CHAT,
    Capability.SEARCH,
    Capability.REMEMBER,
    Capability.MEMORIES,
    Capability.STATUS,
)


_LISTS = {"allow": "allowed", "deny": "denied"}
_RULES = [
    app_commands.Choice(name=name, value=name) for name in ("allow", "deny", "neither")
]


def configuration_group(reception: Reception) -> app_commands.Group:
    """The commands below `/config`."""
    group = app_commands.Group(
        name="config",
        description="How I behave on this server",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )
    asking = _Asking(reception)
    _add_plain(group, asking)
    _add_rules(group, asking)
    return group


def _add_plain(group: app_commands.Group, asking: "_Asking") -> None:
    @group.command(name="show", description="See how I am set up here")
    async def show(asked: Interaction) -> None:
        await asking.show(asked)

    @group.command(name="language", description="Which language I am asked in here")
    @app_commands.describe(code="Such as en, de or pt-BR")
    async def language(
        asked: Interaction, code: app_commands.Range[str, 2, 12]
    ) -> None:
        await asking.change(asked, language=code)

    @group.command(name="feature", description="Switch something on or off here")
    async def feature(asked: Interaction, name: Feature, on: bool) -> None:
        await asking.change(asked, features={name: on})

    @group.command(name="limits", description="How much may be asked a minute here")
    async def limits(
        asked: Interaction,
        each: app_commands.Range[float, 0.1, 600.0],
        everybody: app_commands.Range[float, 0.1, 6000.0],
    ) -> None:
        chosen = ServerLimits(
            asks_per_user_per_minute=each, asks_per_server_per_minute=everybody
        )
        await asking.change(asked, limits=chosen)

    @group.command(name="log", description="Where refusals and changes are told")
    async def log(asked: Interaction, channel: discord.TextChannel) -> None:
        await asking.change(asked, log_channel_id=ChannelId(str(channel.id)))


def _add_rules(group: app_commands.Group, asking: "_Asking") -> None:
    @group.command(name="restrict", description="Keep a command for those who manage")
    async def restrict(asked: Interaction, command: str, managers_only: bool) -> None:
        if command not in _RESTRICTABLE:
            names = ", ".join(_RESTRICTABLE)
            raise UsageError(f"Only these can be restricted: {names}")
        await asking.toggle(asked, command, is_in=managers_only)

    @restrict.autocomplete("command")
    async def choose(
        asked: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        if not await asking.may(asked):
            return []
        return [
            app_commands.Choice(name=each, value=each)
            for each in _RESTRICTABLE
            if current.lower() in each
        ]

    @group.command(name="role", description="Allow or deny a role")
    @app_commands.choices(rule=_RULES)
    async def role(asked: Interaction, role: discord.Role, rule: str) -> None:
        await asking.rule(asked, "roles", one=RoleId(str(role.id)), rule=rule)

    @group.command(name="channel", description="Allow or deny a channel")
    @app_commands.choices(rule=_RULES)
    async def channel(
        asked: Interaction, channel: discord.TextChannel, rule: str
    ) -> None:
        one = ChannelId(str(channel.id))
        await asking.rule(asked, "channels", one=one, rule=rule)


class _Asking:
    """Changes one server's configuration for somebody who may."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._desk = reception.desk

    async def may(self, asked: Interaction) -> bool:
        return await self._reception.may(asked, Capability.CONFIGURE)

    async def show(self, asked: Interaction) -> None:
        if (known := await self._known(asked)) is not None:
            await respond(asked, told(known))

    async def change(self, asked: Interaction, **changes: Any) -> None:
        """Everything at once, and the result is shown."""
        if (known := await self._known(asked)) is None:
            return
        by = UserId(str(asked.user.id))
        after = await self._desk.do(
            lambda: self._desk.configure(known.server_id, by=by, **changes)
        )
        await respond(asked, told(after))
        await self._reception.client.tell_managers(
            known.server_id, f"{by} changed {', '.join(changes)}"
        )

    async def toggle(self, asked: Interaction, command: str, *, is_in: bool) -> None:
        if (known := await self._known(asked)) is None:
            return
        commands = known.restricted_commands - {command}
        if is_in:
            commands |= {command}
        await self.change(asked, restricted_commands=commands)

    async def rule(self, asked: Interaction, what: str, *, one: str, rule: str) -> None:
        """Allow, deny, or neither: a role or a channel is on one list at most."""
        if (known := await self._known(asked)) is None:
            return
        lists = {
            name: getattr(known.access, f"{name}_{what}") - {one}
            for name in ("allowed", "denied")
        }
        if rule in _LISTS:
            lists[_LISTS[rule]] |= {one}
        changed = {f"{name}_{what}": ids for name, ids in lists.items()}
        await self.change(asked, access=replace(known.access, **changed))

    async def _known(self, asked: Interaction) -> ServerConfiguration | None:
        """As it is now, if whoever asks may configure it; otherwise they are told."""
        audience = await self._reception.admit(asked, Capability.CONFIGURE)
        if audience is None or audience.place.server_id is None:
            return None
        return await self._desk.do(self._desk.configuration, audience.place.server_id)


def told(known: ServerConfiguration) -> str:
    """A configuration in words, for those who manage the server."""
    features = ", ".join(
        f"{each} {'on' if known.has(each) else 'off'}" for each in Feature
    )
    limits = known.limits
    access = known.access
    rows = {
        "Language": one_line(known.language),
        "Features": features,
        "Questions a minute, each": limits.asks_per_user_per_minute or "as I am set",
        "Questions a minute, everybody": (
            limits.asks_per_server_per_minute or "as I am set"
        ),
        "Log": f"<#{known.log_channel_id}>" if known.log_channel_id else "nowhere",
        "For managers only": ", ".join(sorted(known.restricted_commands)) or "nothing",
        "Allowed channels": _listed(access.allowed_channels, "<#{}>") or "all",
        "Denied channels": _listed(access.denied_channels, "<#{}>") or "none",
        "Allowed roles": _listed(access.allowed_roles, "<@&{}>") or "all",
        "Denied roles": _listed(access.denied_roles, "<@&{}>") or "none",
    }
    return "\n".join(f"{name}: {value}" for name, value in rows.items())


def _listed(ids: frozenset[Any], form: str) -> str:
    return ", ".join(form.format(one) for one in sorted(ids))
