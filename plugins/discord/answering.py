"""One question on Discord, from its place in the queue to the last edit.

The first words show after about a second, then edits follow at a decent distance;
after a refusal for haste only the last edit is made. The last edit is always made,
and is always the whole answer.
"""

import asyncio
import io
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import discord

from assistant.entities.conversation import FinishReason, Message
from assistant.entities.ids import ChannelId, MessageId, UserId
from assistant.entities.turn import (
    QuestionSaved,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    TurnRequest,
)
from assistant.errors import AssistantError
from assistant.storage.deliveries import Delivery
from plugins.discord import drawing
from plugins.discord.desk import SOURCE, Desk
from plugins.discord.queueing import FairQueue, QueueFullError
from plugins.discord.sending import Place, edit, send
from plugins.discord.splitting import split
from plugins.discord.stopping import StopButton

_FIRST_WORDS_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, who asks it, and where its answer goes."""

    request: TurnRequest
    place: Place
    channel_id: ChannelId
    user_id: UserId
    source: discord.Message | None = None
    """The message that asks; the answer stands below it."""


class Answering:
    """Answers questions, one at a time. Belongs to one event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue = FairQueue(length=desk.settings.queue_length)
        self._under_way: dict[str, asyncio.Task[object]] = {}

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn."""
        return self._queue.waiting

    async def answer(self, asked: Asked) -> Message | None:
        """The reply as it is kept; None when there was no room to wait."""
        shown = _Shown(asked, desk=self._desk)
        task = asyncio.current_task()
        if asked.source is not None and task is not None:
            self._under_way[str(asked.source.id)] = task
        try:
            async with (
                _typing(asked.place),
                self._queue.turn(asked.user_id, moved=shown.move),
            ):
                return await self._turn(asked, shown)
        except QueueFullError:
            await shown.say("Too many questions wait already; ask again in a while.")
            return None
        finally:
            if asked.source is not None:
                self._under_way.pop(str(asked.source.id), None)

    def withdraw(self, source_id: str) -> bool:
        """The question was deleted: whatever is under way for it ends."""
        task = self._under_way.get(source_id)
        return task is not None and task.cancel()

    async def _turn(self, asked: Asked, shown: "_Shown") -> Message | None:
        try:
            async with aclosing(self._events(asked.request, shown)) as events:
                async for event in events:
                    match event:
                        case QuestionSaved():
                            await self._note(event, asked, shown)
                        case TokenArrived(text=text):
                            await shown.grow(text)
                        case TurnFinished(reply=reply):
                            await shown.end(reply, drawing.finished(event))
                            return reply
                        case TurnFailed(reply=reply):
                            await shown.end(reply, drawing.failed(event))
                            return reply
                        case _:
                            await shown.wait()
        except AssistantError as error:
            await shown.say(f"{drawing.one_line(str(error))}")
        except asyncio.CancelledError:
            await shown.withdraw()
            raise
        return None

    async def _events(
        self, request: TurnRequest, shown: "_Shown"
    ) -> AsyncGenerator[TurnEvent, None]:
        """The turn's, each waited for on a thread. A stop closes the generator."""
        events = self._desk.assistant.chat.send(request)
        try:
            while (event := await self._desk.ask(next, events, None)) is not None:
                yield event
                if shown.is_stopped:
                    break
        finally:
            await asyncio.shield(self._desk.ask(events.close))
        if shown.is_stopped and shown.reply_id is not None:
            yield await self._desk.do(self._stopped, request, shown.reply_id)

    def _stopped(self, request: TurnRequest, reply_id: MessageId) -> TurnEvent:
        """The end of a turn that was stopped: what was said of it is kept."""
        reply = self._desk.assistant.history.message(reply_id, request.audience)
        if reply.error is not None:
            return TurnFailed(reply=reply, error=reply.error, hint="", exit_code=1)
        reason = reply.finish_reason or FinishReason.CANCELLED
        return TurnFinished(reply=reply, reason=reason)

    async def _note(self, saved: QuestionSaved, asked: Asked, shown: "_Shown") -> None:
        shown.reply_id = saved.reply.id
        if asked.source is not None:
            await self._desk.do(_keep, self._desk, saved.question, [asked.source])


class _Shown:
    """What people see of one answer, and when it was last changed."""

    def __init__(self, asked: Asked, *, desk: Desk) -> None:
        self._asked = asked
        self._desk = desk
        self._text = ""
        self._place = 0
        self._message: discord.Message | None = None
        self._changed_at = asyncio.get_running_loop().time()
        self._is_hurried = False
        """Discord refused an edit for haste; only the last one is tried again."""

        self._button: StopButton | None = None
        self.is_stopped = False
        self.reply_id: MessageId | None = None

    def move(self, place: int) -> None:
        self._place = place

    def stop(self) -> None:
        """Somebody who may pressed the button."""
        self.is_stopped = True

    async def grow(self, text: str) -> None:
        self._text += text
        await self._refresh()

    async def wait(self) -> None:
        await self._refresh()

    async def _refresh(self) -> None:
        now = asyncio.get_running_loop().time()
        first = self._message is None
        distance = _FIRST_WORDS_SECONDS if first else self._desk.settings.edit_seconds
        if self._is_hurried or now - self._changed_at < distance:
            return
        self._changed_at = now
        words = drawing.growing(self._text, place=self._place)
        limit = self._desk.settings.message_units
        head, *_ = split(f"{words} ▌", limit=limit)
        await self._put(head.shown)

    async def _put(self, words: str) -> None:
        try:
            if self._message is None:
                self._button = StopButton(self._asked.user_id, self.stop, self._desk)
                self._message = await self._send(words, view=self._button)
            else:
                await edit(self._message, words, view=self._button)
        except (discord.RateLimited, discord.HTTPException) as error:
            _log.info("an answer grows unseen: %s", error)
            self._is_hurried = True

    async def end(self, reply: Message, words: str) -> None:
        """The whole answer, in as many messages as it takes; or as a file."""
        settings = self._desk.settings
        parts = [part.shown for part in split(words, limit=settings.message_units)]
        if len(parts) > settings.most_parts:
            file = discord.File(io.BytesIO(words.encode()), filename="answer.md")
            sent = await self._finish(parts[:1], files=[file])
        else:
            sent = await self._finish(parts or ["…"])
        await self._desk.do(_keep, self._desk, reply, sent)

    async def say(self, words: str) -> None:
        """Something of the program's own, instead of an answer."""
        await self._finish([words])

    async def withdraw(self) -> None:
        """The question is gone, and so is what was begun."""
        if self._message is not None:
            await self._message.delete()

    async def _finish(
        self, parts: list[str], *, files: Sequence[discord.File] = ()
    ) -> list[discord.Message]:
        first, *rest = parts
        sent = [await self._first(first)]
        sent += [await send(self._asked.place, part) for part in rest]
        if files:
            whole = "The whole answer:"
            sent.append(await send(self._asked.place, whole, files=files))
        return sent

    async def _first(self, words: str) -> discord.Message:
        if self._button is not None:
            self._button.stop()
        if self._message is None:
            return await self._send(words)
        await self._rest()
        try:
            return await edit(self._message, words)
        except discord.NotFound:  # somebody removed it while it grew
            return await self._send(words)

    async def _rest(self) -> None:
        """No two edits come closer to each other than they should, the last too."""
        passed = asyncio.get_running_loop().time() - self._changed_at
        await asyncio.sleep(max(self._desk.settings.edit_seconds - passed, 0))

    async def _send(
        self, words: str, *, view: discord.ui.View | None = None
    ) -> discord.Message:
        return await send(
            self._asked.place, words, answering=self._asked.source, view=view
        )


def _keep(desk: Desk, kept: Message, sent: list[discord.Message]) -> None:
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


@asynccontextmanager
async def _typing(place: Place) -> AsyncIterator[None]:
    """Seen at once; not being allowed to show it is no reason to stay silent."""
    try:
        async with place.typing():
            yield
    except discord.Forbidden:
        _log.info("not allowed to show that an answer is being written")
