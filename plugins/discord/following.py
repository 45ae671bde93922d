"""Follows who and what is there: servers, channels, roles and people, as they change.

What is said is not its business. Each event is one small write; the newest counts.
"""

import discord

from assistant.entities.ids import ChannelId, ServerId, UserId
from plugins.discord.desk import Desk
from plugins.discord.mirroring import (
    AnyChannel,
    Person,
    forget_server,
    leave_server,
    mirror_channel,
    mirror_person,
    mirror_role,
    mirror_server,
)
from plugins.discord.watching import Watching


class FollowingClient(discord.Client):
    """The part of a client that keeps the mirror true."""

    desk: Desk
    watching: Watching

    async def mirror(self, guild: discord.Guild) -> None:
        await self.desk.do(lambda: mirror_server(guild, assistant=self.desk.assistant))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.mirror(guild)

    async def on_guild_update(
        self, _before: discord.Guild, after: discord.Guild
    ) -> None:
        await self.mirror(after)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.desk.do(lambda: forget_server(guild, assistant=self.desk.assistant))

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        await self._channel(channel)

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        await self._channel(after)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.watching.end(ChannelId(str(channel.id)))

    async def on_thread_create(self, thread: discord.Thread) -> None:
        await self._channel(thread)

    async def on_thread_update(
        self, _before: discord.Thread, after: discord.Thread
    ) -> None:
        await self._channel(after)

    async def on_guild_role_create(self, role: discord.Role) -> None:
        await self._role(role)

    async def on_guild_role_update(
        self, _before: discord.Role, after: discord.Role
    ) -> None:
        await self._role(after)

    async def on_member_join(self, member: discord.Member) -> None:
        await self._person(member)

    async def on_member_update(
        self, _before: discord.Member, after: discord.Member
    ) -> None:
        await self._person(after)

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Told of everybody who goes, whether they were met or not."""
        user_id, server_id = (
            UserId(str(payload.user.id)),
            ServerId(str(payload.guild_id)),
        )
        await self.desk.do(
            lambda: leave_server(user_id, server_id, assistant=self.desk.assistant)
        )

    async def on_user_update(self, _before: discord.User, after: discord.User) -> None:
        await self._person(after)

    async def _channel(self, channel: AnyChannel) -> None:
        await self.desk.do(
            lambda: mirror_channel(channel, assistant=self.desk.assistant)
        )

    async def _role(self, role: discord.Role) -> None:
        await self.desk.do(lambda: mirror_role(role, assistant=self.desk.assistant))

    async def _person(self, person: Person) -> None:
        await self.desk.do(lambda: mirror_person(person, assistant=self.desk.assistant))
