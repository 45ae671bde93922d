"""One answer as people see it: it grows by edits, and ends as the whole of it.

The first words show after about a second, how many come first among them; then edits
follow at a distance decent for the channel. After a refusal for haste only the last
edit is made. The last edit is always made, and is always the whole answer.
"""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import discord

from assistant.entities.conversation import Message
from assistant.entities.ids import ChannelId, MessageId, UserId
from assistant.entities.turn import TurnRequest
from assistant.storage.deliveries import Delivery
from plugins.discord import drawing
from plugins.discord.admitting import Person
from plugins.discord.desk import SOURCE, Desk
from plugins.discord.pacing import Pace
from plugins.discord.sending import Place, edit, send, unsend
from plugins.discord.splitting import split
from plugins.discord.stopping import StopButton

_FIRST_WORDS_SECONDS = 1.0
_TRIES = 3
_LONGEST_REST = 300.0

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, who asks it, and where its answer goes."""

    request: TurnRequest
    place: Place
    channel_id: ChannelId
    user_id: UserId
    person: Person
    source: discord.Message | None = None
    """The message that asks; the answer stands below it."""


class Shown:
    """What people see of one answer. Only one task at a time changes it."""

    def __init__(self, asked: Asked, *, desk: Desk, pace: Pace) -> None:
        self._asked = asked
        self._desk = desk
        self._pace = pace
        self._text = ""
        self._place = 0
        self._message: discord.Message | None = None
        self._words = ""
        """What stands there now."""

        self._ended = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._button: StopButton | None = None
        self.is_stopped = False
        self.question_id: MessageId | None = None
        self.reply_id: MessageId | None = None

    def move(self, place: int) -> None:
        self._place = place

    def stop(self) -> None:
        """Somebody who may pressed the button."""
        self.is_stopped = True

    def grow(self, text: str) -> None:
        self._text += text

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """As long as the block runs, people see how far it is."""
        self._keeping = asyncio.create_task(self._keep_up())
        try:
            yield
        finally:
            await self._rest()

    async def _rest(self) -> None:
        """Nothing changes any more but by whoever calls this."""
        self._ended.set()
        if self._keeping is not None:
            await asyncio.wait({self._keeping})

    async def _keep_up(self) -> None:
        """Until the end, or until Discord refuses an edit for haste."""
        distance = _FIRST_WORDS_SECONDS
        while not await self._is_over(within=distance):
            distance = self._desk.settings.edit_seconds
            try:
                await self._refresh()
            except (discord.RateLimited, discord.HTTPException) as error:
                _log.info("an answer grows unseen: %s", error)
                return

    async def _is_over(self, *, within: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), within)
        return self._ended.is_set()

    async def _refresh(self) -> None:
        words = drawing.growing(self._text, place=self._place)
        head, *_ = split(f"{words} ▌", limit=self._desk.settings.message_units)
        if head.shown == self._words or not self._pace.take(self._asked.channel_id):
            return
        self._words = head.shown
        if self._message is None:
            self._button = StopButton(self._asked.user_id, self.stop, self._desk)
            self._message = await self._send(head.shown, view=self._button)
        else:
            await edit(self._message, head.shown, view=self._button)

    async def end(self, reply: Message, words: str) -> None:
        """The whole answer, in as many messages as it takes; or as a file."""
        settings = self._desk.settings
        parts = [part.shown for part in split(words, limit=settings.message_units)]
        if len(parts) > settings.most_parts:
            file = discord.File(io.BytesIO(words.encode()), filename="answer.md")
            sent = await self._finish(parts[:1], files=[file])
        else:
            sent = await self._finish(parts or ["…"])
        await self._desk.do(keep, self._desk, reply, sent)

    async def say(self, words: str) -> None:
        """Something of the program's own, instead of an answer."""
        await self._finish([words])

    async def withdraw(self) -> None:
        """The question is gone, and so is what was begun."""
        await self._rest()
        if self._button is not None:
            self._button.stop()
        if self._message is not None:
            await unsend(self._asked.place, self._message.id)

    async def _finish(
        self, parts: list[str], *, files: Sequence[discord.File] = ()
    ) -> list[discord.Message]:
        await self._rest()
        if self._button is not None:
            self._button.stop()
        first, *rest = parts
        sent = [await _patiently(partial(self._first, first))]
        sent += [
            await _patiently(partial(send, self._asked.place, one)) for one in rest
        ]
        if files:
            whole = "The whole answer:"
            sent.append(await send(self._asked.place, whole, files=files))
        return sent

    async def _first(self, words: str) -> discord.Message:
        if self._message is None:
            return await self._send(words)
        await self._pace.wait(self._asked.channel_id)
        try:
            return await edit(self._message, words)
        except discord.NotFound:  # somebody removed it while it grew
            return await self._send(words)

    async def _send(
        self, words: str, *, view: discord.ui.View | None = None
    ) -> discord.Message:
        return await send(
            self._asked.place, words, answering=self._asked.source, view=view
        )


def keep(desk: Desk, kept: Message, sent: list[discord.Message]) -> None:
    with desk.assistant.database.transaction(durable=False):
        for position, message in enumerate(sent, start=1):
            desk.deliveries.put(
                Delivery(
                    source=SOURCE,
                    external_id=str(message.id),
                    message_id=kept.id,
                    channel_id=ChannelId(str(message.channel.id)),
                    owner_id=kept.owner_id,
                    position=position,
                )
            )


async def _patiently(say: Callable[[], Awaitable[_T]]) -> _T:
    """The last words are said, even if Discord wants to be left alone for a while."""
    for _ in range(_TRIES - 1):
        try:
            return await say()
        except discord.RateLimited as error:
            await asyncio.sleep(min(error.retry_after, _LONGEST_REST))
    return await say()
