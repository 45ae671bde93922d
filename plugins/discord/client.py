"""Discord's events, each handed to whatever is responsible for it.

Nothing is decided here: who may speak is the gate's business, what is answered the
core's. An event that breaks something is told in the log, and the next one comes.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

import discord

from assistant.entities.audience import Audience
from assistant.entities.conversation import Message
from assistant.entities.ids import ServerId
from assistant.entities.turn import Edit, TurnRequest
from assistant.errors import AssistantError, UsageError
from plugins.discord.admitting import context_of
from plugins.discord.answering import Answering
from plugins.discord.commands.table import Commands, add_commands
from plugins.discord.conversing import (
    as_question,
    find_thread,
    passed_on,
    read_files,
    words_of,
)
from plugins.discord.desk import SOURCE, Desk
from plugins.discord.drawing import one_line
from plugins.discord.following import FollowingClient
from plugins.discord.gate import Capability, Context, authorize
from plugins.discord.limiting import politely, try_ask, try_note, try_tell
from plugins.discord.mirroring import mirror_channel, mirror_person
from plugins.discord.sending import SILENT, send, unsend
from plugins.discord.showing import Asked
from plugins.discord.watching import Watching, claim

_UNAUTHORIZED = 401
_REFUSED = (_UNAUTHORIZED, 403, 404)
_HELLO = "Ask me something, or see `/help`."

_log = logging.getLogger(__name__)


def intents() -> discord.Intents:
    """What must be heard; message content and members are to be switched on."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.members = True
    wanted.messages = True
    wanted.message_content = True
    wanted.reactions = True
    return wanted


class HearthClient(FollowingClient):
    """One meeting with Discord. Belongs to one event loop."""

    def __init__(self, desk: Desk, **options: Any) -> None:
        super().__init__(
            intents=intents(),
            allowed_mentions=SILENT,
            max_ratelimit_timeout=30.0,
            **options,
        )
        self.desk = desk
        self.watching = Watching(desk)
        self.tree = Commands(self)
        self.ready_told: Callable[[], Awaitable[None]] = _nothing
        """Called once it is there, and again after each new beginning."""

        self._answering: Answering | None = None
        self._last_edits: dict[int, datetime] = {}
        """When a message was last edited, while that is dealt with."""

        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def answering(self) -> Answering:
        if self._answering is None:
            self._answering = Answering(self.desk)
        return self._answering

    async def setup_hook(self) -> None:
        add_commands(self.tree, self)
        await self.tree.sync()

    async def on_ready(self) -> None:
        for guild in self.guilds:
            await self.mirror(guild)
        missed = await self.watching.catch_up(self)
        _log.info("on Discord as %s; %d messages caught up", self.user, missed)
        await self.ready_told()

    async def on_resumed(self) -> None:
        await self.watching.catch_up(self)

    async def on_message(self, message: discord.Message) -> None:
        if self.user is None or message.author.id == self.user.id:
            return
        if self.answering.is_under_way(str(message.id)):
            return  # told of twice
        async with self.answering.alone(str(message.id)):
            if await self.desk.do(claim, self.desk, f"message:{message.id}"):
                await self._heard(message)

    async def _heard(self, message: discord.Message) -> None:
        context = context_of(message)
        if context.is_machine:
            return
        await self.watching.take(message)
        if self._is_for_me(message):
            await self._asked(message, context)

    def _is_for_me(self, message: discord.Message) -> bool:
        """A direct message, an inline mention, a reply to it, or in a thread of its."""
        if message.guild is None:
            return True
        if self.user in message.mentions and self.user is not None:
            return True
        channel = message.channel
        is_own = isinstance(channel, discord.Thread) and channel.owner == self.user
        replied = message.reference and message.reference.resolved
        is_reply = isinstance(replied, discord.Message) and replied.author == self.user
        return (isinstance(channel, discord.Thread) and is_own) or is_reply

    async def _asked(self, message: discord.Message, context: Context) -> None:
        rules = await self.desk.do(self.desk.rules, context.server_id)
        verdict = authorize(context, Capability.CHAT, rules)
        if not verdict:
            if verdict.is_told:
                await self._turned_away(message, context, verdict.reason)
            await self.tell_managers(
                context.server_id, f"Refused {context.user_id}: {verdict.reason}"
            )
            return
        refusal = await self.desk.do(
            lambda: try_ask(
                self.desk, user_id=context.user_id, server_id=context.server_id
            )
        )
        if refusal is not None:
            await self._turned_away(message, context, politely(refusal))
            return
        await self._answer(message, context)

    async def _turned_away(
        self, message: discord.Message, context: Context, reason: str
    ) -> None:
        """Said now and then; whoever goes on asking all the time hears nothing."""
        may_tell = await self.desk.do(
            lambda: try_tell(self.desk, user_id=context.user_id)
        )
        if may_tell:
            await self._tell(message, reason)

    async def _tell(self, message: discord.Message, words: str) -> None:
        """Something of the program's own; where it may not speak, nobody hears it."""
        try:
            await send(message.channel, words, answering=message)
        except (discord.Forbidden, discord.NotFound) as error:
            _log.warning("somebody could not be told why not: %s", error)

    async def _answer(self, message: discord.Message, context: Context) -> None:
        try:
            request = await self._request(message, context)
        except AssistantError as error:
            await self._tell(message, one_line(str(error)))
            return
        if request is None:
            await self._tell(message, _HELLO)
            return
        await self.answering.answer(
            Asked(
                request=request,
                place=message.channel,
                channel_id=context.channel_id,
                user_id=context.user_id,
                person=message.author,
                source=message,
            )
        )

    async def _request(
        self, message: discord.Message, context: Context
    ) -> TurnRequest | None:
        text = words_of(message, me=self.user)
        manner = await self.desk.do(self.desk.manner, context.server_id)
        if message.attachments and not manner.takes_files:
            raise UsageError("Files are not taken on this server")
        files = (
            *passed_on(message),
            *await read_files(message.attachments, desk=self.desk),
        )
        if not text and not files:
            return None
        await self.desk.do(_mirror_asker, message, self.desk)
        audience = await self._audience(context)
        thread = await self.desk.do(
            lambda: find_thread(message, audience=audience, desk=self.desk)
        )
        return manner.request(audience, as_question(text, thread=thread, files=files))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """What was kept reads otherwise now; a question is answered anew."""
        message = payload.message
        if self.user is None or message.author.id == self.user.id:
            return
        if message.edited_at is None:
            return  # Discord added a preview; nobody wrote anything
        event = f"edit:{message.id}:{message.edited_at.isoformat()}"
        self._last_edits[message.id] = message.edited_at
        try:
            if await self.desk.do(claim, self.desk, event):
                await self._edited(message, message.edited_at)
        finally:
            if self._last_edits.get(message.id) == message.edited_at:
                del self._last_edits[message.id]

    async def _edited(self, message: discord.Message, at: datetime) -> None:
        await self.watching.edited(message.id, message.content, at)
        context = context_of(message)
        rules = await self.desk.do(self.desk.rules, context.server_id)
        text = words_of(message, me=self.user)
        if not text or not authorize(context, Capability.CHAT, rules):
            return
        if not await self._is_worth_answering(message, context, text):
            return
        if self._last_edits.get(message.id) == at:  # not edited once more since
            async with self.answering.alone(str(message.id)):
                await self._reworded(message, context, text)

    async def _is_worth_answering(
        self, message: discord.Message, context: Context, text: str
    ) -> bool:
        """Whether it was asked before, in other words, and may be asked once more."""
        said = await self._said(message, context)
        if said is None:
            return self.answering.is_under_way(str(message.id))
        if said.content == text:
            return False
        refusal = await self.desk.do(
            lambda: try_ask(
                self.desk, user_id=context.user_id, server_id=context.server_id
            )
        )
        return refusal is None

    async def _said(self, message: discord.Message, context: Context) -> Message | None:
        """What was kept of a message as a question, for whoever asked it."""
        known = await self.desk.do(self.desk.deliveries.find, SOURCE, str(message.id))
        if known is None:
            return None
        audience = await self._audience(context)
        return await self.desk.do(
            self.desk.assistant.history.message, known.message_id, audience
        )

    async def _reworded(
        self, message: discord.Message, context: Context, text: str
    ) -> None:
        """Asked again; as if for the first time, if its turn had not come."""
        said = await self._said(message, context)
        if said is None:
            await self._answer(message, context)
            return
        audience = await self._audience(context)
        manner = await self.desk.do(self.desk.manner, context.server_id)
        await self.answering.answer(
            Asked(
                request=manner.request(audience, Edit(message_id=said.id, text=text)),
                place=message.channel,
                channel_id=context.channel_id,
                user_id=context.user_id,
                person=message.author,
                source=message,
            )
        )

    async def _audience(self, context: Context) -> Audience:
        return await self.desk.do(
            lambda: self.desk.audience(
                context.user_id,
                channel_id=context.channel_id,
                server_id=context.server_id,
            )
        )

    async def on_raw_message_delete(
        self, payload: discord.RawMessageDeleteEvent
    ) -> None:
        await self._deleted(payload.message_id)

    async def on_raw_bulk_message_delete(
        self, payload: discord.RawBulkMessageDeleteEvent
    ) -> None:
        for message_id in sorted(payload.message_ids):
            await self._deleted(message_id)

    async def _deleted(self, message_id: int) -> None:
        """Gone there: gone here, with the answer that was begun."""
        if await self.desk.do(claim, self.desk, f"delete:{message_id}"):
            await self.answering.withdraw(str(message_id))
            await self.watching.removed(message_id)
            await self._forget(str(message_id))

    async def _forget(self, external_id: str) -> None:
        """The question here, and its answers here and there."""
        for stood in await self.desk.do(self.desk.forget_question, external_id):
            channel = self.get_channel(int(stood.channel_id))
            if isinstance(channel, discord.abc.Messageable):
                await unsend(channel, int(stood.external_id))

    async def on_raw_reaction_add(
        self, payload: discord.RawReactionActionEvent
    ) -> None:
        await self._reacted(payload)

    async def on_raw_reaction_remove(
        self, payload: discord.RawReactionActionEvent
    ) -> None:
        await self._reacted(payload)

    async def _reacted(self, payload: discord.RawReactionActionEvent) -> None:
        channel = self.get_channel(payload.channel_id)
        if channel is None or (self.user and payload.user_id == self.user.id):
            return
        guild = self.get_guild(payload.guild_id) if payload.guild_id else None
        person: discord.User | discord.Member | None = payload.member
        if person is None and guild is not None:
            person = guild.get_member(payload.user_id)
        person = person or self.get_user(payload.user_id)
        await self.watching.reacted(payload, person=person, channel=channel)

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """An event that broke something ends there; the others come as before."""
        await self.broke(event_method, sys.exception())

    async def tell_managers(self, server_id: ServerId | None, words: str) -> None:
        """Now and then, into the channel that a server chose for this, if it did."""
        manner = await self.desk.do(self.desk.manner, server_id)
        if server_id is None or manner.log_channel_id is None:
            return
        if not await self.desk.do(lambda: try_note(self.desk, server_id=server_id)):
            return
        channel = self.get_channel(int(manner.log_channel_id))
        if isinstance(channel, discord.abc.Messageable):
            try:
                await send(channel, one_line(words))
            except discord.HTTPException as error:
                _log.warning("the managers could not be told: %s", error)

    async def broke(self, what: str, error: BaseException | None) -> None:
        """For the log; and a token that is refused is the end of this meeting."""
        if isinstance(error, discord.HTTPException) and error.status in _REFUSED:
            _log.warning("%s was refused by Discord: %s", what, error)
            if error.status == _UNAUTHORIZED:
                await self.close()
        else:
            _log.error("%s broke", what, exc_info=error)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it beside what is under way, and keep hold of it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("what was begun broke", exc_info=error)


async def _nothing() -> None:
    """Nobody wants to be told."""


def _mirror_asker(message: discord.Message, desk: Desk) -> None:
    """Whoever asks is a person with a place, before a word of theirs is kept."""
    mirror_channel(message.channel, assistant=desk.assistant)  # type: ignore[arg-type]
    mirror_person(message.author, assistant=desk.assistant)
