"""Keeps what is said where its people agreed to that: each event once, in order.

A channel is watched since somebody with Manage Server said so, and its members were
told. A direct message is kept only after its person agreed to that in it. After a
break, what was missed is looked up within a cap.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

import discord

from assistant.entities.ids import ChannelId, MessageId, ServerId, UserId
from assistant.entities.server import Feature
from assistant.reflection.observing import SeenMessage, SeenReaction
from assistant.storage.servers import WatchedChannel
from plugins.discord.admitting import context_in, context_of
from plugins.discord.conversing import own_words
from plugins.discord.desk import SOURCE, Desk
from plugins.discord.gate import Capability, Context, authorize
from plugins.discord.mirroring import mirror_channel, mirror_person
from plugins.discord.sending import send

NOTICE = (
    "From now on I keep what is said in this channel, to answer better here. It stays "
    "on the machine I run on. `/privacy` shows what is kept about you, gives it to "
    "you, and forgets it; it is also how you say that nothing of yours is to be kept."
)

_OVERLAP = timedelta(seconds=2)
"""Looked at again after a break; what is kept already is not kept twice."""

_MOST_CLOSED = 50
"""Threads closed since that are looked through; one may hold something missed."""

_log = logging.getLogger(__name__)


class Watching:
    """What is seen, handed to the core. Belongs to one event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._behind: set[ChannelId] = set()
        """Watched channels of which something missed is still to be taken."""

    async def take(self, message: discord.Message) -> None:
        """A message somebody wrote, in a place that may be watched."""
        context = context_of(message)
        if await self._is_kept(context):
            await self._desk.do(self._take, message)

    def _take(self, message: discord.Message, *, is_missed: bool = False) -> bool:
        """Blocks. Whether it was new.

        What comes while something missed is still to be taken says nothing of how far
        the channel is known.
        """
        desk = self._desk
        mirror_channel(message.channel, assistant=desk.assistant)  # type: ignore[arg-type]
        mirror_person(message.author, assistant=desk.assistant)
        for person in message.mentions:
            mirror_person(person, assistant=desk.assistant)
        is_new = desk.observing.take(_seen(message))
        watched = self._watched(context_of(message))
        if watched is not None and (
            is_missed or watched.channel_id not in self._behind
        ):
            with desk.assistant.database.transaction(durable=False):
                desk.servers.seen(watched.channel_id, message.created_at)
        return is_new

    async def edited(self, message_id: int, content: str, at: datetime) -> None:
        """Its words are others now, if they were kept."""
        kept = MessageId(str(message_id))
        await self._desk.do(lambda: self._desk.observing.edit(kept, content, at=at))

    async def removed(self, message_id: int) -> None:
        """Gone there, gone here."""
        kept = MessageId(str(message_id))
        await self._desk.do(self._desk.observing.remove, kept)

    async def reacted(
        self,
        payload: discord.RawReactionActionEvent,
        *,
        person: discord.User | discord.Member | None,
        channel: object,
    ) -> None:
        """Somebody reacted to a message, or took that back, which anybody may."""
        is_taken_back = payload.event_type == "REACTION_REMOVE"
        if not is_taken_back and (
            person is None or not await self._is_kept(context_in(person, channel))
        ):
            return
        await self._desk.do(
            self._desk.observing.react,
            SeenReaction(
                message_id=MessageId(str(payload.message_id)),
                user_id=UserId(str(payload.user_id)),
                emoji=str(payload.emoji),
                is_by_bot=person is not None and person.bot,
                is_taken_back=is_taken_back,
            ),
        )

    async def _is_kept(self, context: Context) -> bool:
        """Whether the gate lets it through, and the place is watched at all."""
        rules = await self._desk.do(self._desk.rules, context.server_id)
        if context.server_id is None:  # the core asks for consent besides
            return bool(authorize(context, Capability.CHAT, rules))
        if not authorize(context, Capability.BE_OBSERVED, rules):
            return False
        return await self._desk.do(self._watched, context) is not None

    def _watched(self, context: Context) -> WatchedChannel | None:
        """A thread is watched along with its channel."""
        watched = self._desk.servers.watched(context.channel_id)
        if watched is None and context.parent_id is not None:
            watched = self._desk.servers.watched(context.parent_id)
        return watched

    async def begin(
        self, channel: discord.TextChannel, *, by: UserId
    ) -> discord.Message:
        """Watch a channel from now on; its members are told in it."""
        notice = await send(channel, NOTICE)
        await self._desk.do(self._begin, channel, by, str(notice.id))
        return notice

    def _begin(self, channel: discord.TextChannel, by: UserId, notice_id: str) -> None:
        desk = self._desk
        mirror_channel(channel, assistant=desk.assistant)
        server_id = ServerId(str(channel.guild.id))
        desk.configure(server_id, by=by, features={Feature.OBSERVE: True})
        with desk.assistant.database.transaction():
            desk.servers.watch(
                WatchedChannel(
                    channel_id=ChannelId(str(channel.id)),
                    server_id=None,
                    by_id=by,
                    since=desk.assistant.clock(),
                    notice_id=notice_id,
                )
            )

    async def end(self, channel_id: ChannelId) -> bool:
        """Watch it no longer; what was kept stays until it is forgotten."""
        return await self._desk.do(self._end, channel_id)

    def _end(self, channel_id: ChannelId) -> bool:
        with self._desk.assistant.database.transaction():
            return self._desk.servers.unwatch(channel_id)

    async def catch_up(self, client: discord.Client) -> int:
        """What was said in watched channels during a break, oldest first."""
        most, taken = self._desk.settings.backfill_messages, 0
        for watched in await self._desk.do(self._desk.servers.all_watched):
            channel = client.get_channel(int(watched.channel_id))
            if most and isinstance(channel, discord.TextChannel):
                self._behind.add(watched.channel_id)
                try:
                    taken += await self._catch_up(channel, watched, most)
                finally:
                    self._behind.discard(watched.channel_id)
        return taken

    async def _catch_up(
        self, channel: discord.TextChannel, watched: WatchedChannel, most: int
    ) -> int:
        """The channel and its threads together, so that everything comes in order."""
        taken = 0
        after = (watched.seen_until or watched.since) - _OVERLAP
        missed = await _missed(channel, after=after, most=most)
        for message in missed:
            if await self._is_kept(context_of(message)):
                take = partial(self._take, message, is_missed=True)
                taken += await self._desk.do(take)
        return taken


async def _missed(
    channel: discord.TextChannel, *, after: datetime, most: int
) -> list[discord.Message]:
    """The oldest of all that was said there since; as far as Discord tells."""
    found: list[discord.Message] = []
    try:
        found += [each async for each in channel.history(limit=most, after=after)]
        for thread in await _threads(channel, after=after):
            found += [each async for each in thread.history(limit=most, after=after)]
    except discord.HTTPException as error:
        _log.warning("something missed in %s stays missed: %s", channel.id, error)
    if len(found) > most:
        _log.warning("more was missed in %s than is looked up", channel.id)
    return sorted(found, key=lambda each: each.id)[:most]


async def _threads(
    channel: discord.TextChannel, *, after: datetime
) -> list[discord.Thread]:
    """Public threads in which something may have been said since, closed or not."""
    threads = [
        thread
        for thread in await channel.guild.active_threads()
        if thread.parent_id == channel.id and not thread.is_private()
    ]
    async for thread in channel.archived_threads(limit=_MOST_CLOSED):
        if thread.archive_timestamp < after:
            break  # the last to be closed come first
        threads.append(thread)
    return [thread for thread in threads if _last_said(thread) >= after]


def _last_said(thread: discord.Thread) -> datetime:
    return discord.utils.snowflake_time(thread.last_message_id or thread.id)


def _seen(message: discord.Message) -> SeenMessage:
    reference = message.reference
    reply_to = reference.message_id if reference else None
    return SeenMessage(
        id=MessageId(str(message.id)),
        channel_id=ChannelId(str(message.channel.id)),
        author_id=UserId(str(message.author.id)),
        content=own_words(message),
        created_at=message.created_at,
        reply_to=MessageId(str(reply_to)) if reply_to else None,
        mentions=tuple(UserId(str(each.id)) for each in message.mentions),
        has_media=bool(message.attachments or message.stickers or message.poll),
        is_by_bot=message.author.bot or message.webhook_id is not None,
    )


def claim(desk: Desk, event_id: str) -> bool:
    """Whether nobody took this event before, in this process or an earlier one."""
    return desk.claims.take(SOURCE, event_id, at=desk.assistant.clock())
