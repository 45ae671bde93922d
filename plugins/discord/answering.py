"""One question on Discord, from its place in the queue to the end of its answer.

How the answer looks meanwhile is not its business; that it stops when it is told to,
and is withdrawn when its question goes, is.
"""

import asyncio
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Iterator,
)
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace

import discord

from assistant.entities.conversation import FinishReason, Message
from assistant.entities.ids import MessageId
from assistant.entities.turn import (
    Ask,
    Edit,
    QuestionSaved,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    TurnRequest,
)
from assistant.errors import AssistantError
from plugins.discord import drawing
from plugins.discord.desk import Desk
from plugins.discord.earshot import in_earshot
from plugins.discord.noticing import noted_below
from plugins.discord.pacing import Pace
from plugins.discord.queueing import FairQueue, QueueFullError
from plugins.discord.sending import Place
from plugins.discord.showing import Asked, Shown, keep

_log = logging.getLogger(__name__)


class Answering:
    """Answers questions, one at a time. Belongs to one event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue = FairQueue(length=desk.settings.queue_length)
        self._pace = Pace(desk.settings.edit_seconds)
        self._under_way: dict[str, asyncio.Task[object]] = {}

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn."""
        return self._queue.waiting

    async def answer(self, asked: Asked) -> Message | None:
        """The reply as it is kept; None when there was none."""
        shown = Shown(asked, desk=self._desk, pace=self._pace)
        try:
            async with (
                _typing(asked.place),
                shown.kept_up(),
                self._queue.turn(asked.user_id, moved=shown.move),
            ):
                return await self._turn(asked, shown)
        except QueueFullError:
            await shown.say("Too many questions wait already; ask again in a while.")
        except AssistantError as error:
            await shown.say(drawing.one_line(str(error)))
        except asyncio.CancelledError:
            await shown.withdraw()
            raise
        except (discord.Forbidden, discord.NotFound) as error:
            _log.warning("an answer could not be told: %s", error)
        return None

    @asynccontextmanager
    async def alone(self, source_id: str) -> AsyncIterator[None]:
        """What runs inside is under way for a message, and nothing else is."""
        before, task = self._under_way.get(source_id), asyncio.current_task()
        if task is not None:
            self._under_way[source_id] = task
        try:
            await _ended(before)
            yield
        finally:
            if self._under_way.get(source_id) is task:
                del self._under_way[source_id]

    def is_under_way(self, source_id: str) -> bool:
        return source_id in self._under_way

    async def withdraw(self, source_id: str) -> None:
        """The question is gone, and what is under way for it ends."""
        await _ended(self._under_way.pop(source_id, None))

    async def _turn(self, asked: Asked, shown: "Shown") -> Message | None:
        async with aclosing(self._events(asked, shown)) as events:
            async for event in events:
                match event:
                    case TokenArrived(text=text):
                        shown.grow(text)
                    case TurnFinished(reply=reply):
                        below = await self._remembered(asked, shown)
                        await shown.end(reply, drawing.finished(event) + below)
                        return reply
                    case TurnFailed(reply=reply):
                        await shown.end(reply, drawing.failed(event))
                        return reply
        return None

    async def _remembered(self, asked: Asked, shown: "Shown") -> str:
        """What the question left in memory, once it is there."""
        if shown.question_id is None or not isinstance(
            asked.request.intent, Ask | Edit
        ):
            return ""
        audience = asked.request.audience
        once_learnt = self._desk.assistant.noticing.once_learnt
        noticed = await self._desk.do(once_learnt, shown.question_id, audience)
        below = noted_below(noticed, is_private=audience.place.is_private)
        return f"\n{below}" if below else ""

    async def _events(
        self, asked: Asked, shown: "Shown"
    ) -> AsyncGenerator[TurnEvent, None]:
        """The turn's, each waited for on a thread. A stop closes the generator."""
        earshot = await in_earshot(asked.person, asked.place, desk=self._desk)
        request = replace(asked.request, earshot=earshot)
        events = self._desk.assistant.chat.send(request)
        try:
            while (event := await self._next(events, asked, shown)) is not None:
                yield event
                if shown.is_stopped:
                    break
        finally:
            await asyncio.shield(self._desk.ask(events.close))
        if shown.is_stopped and shown.reply_id is not None:
            yield await self._desk.do(self._stopped, asked.request, shown.reply_id)

    async def _next(
        self, events: Iterator[TurnEvent], asked: Asked, shown: "Shown"
    ) -> TurnEvent | None:
        """What comes next. What was saved is noted, even if it is withdrawn just then:
        or nobody would know what to forget."""

        async def noted() -> TurnEvent | None:
            event: TurnEvent | None = await self._desk.ask(next, events, None)
            if isinstance(event, QuestionSaved):
                await self._note(event, asked, shown)
            return event

        step = asyncio.ensure_future(noted())
        try:
            return await asyncio.shield(step)
        finally:
            await asyncio.wait({step})

    def _stopped(self, request: TurnRequest, reply_id: MessageId) -> TurnEvent:
        """The end of a turn that was stopped: what was said of it is kept."""
        reply = self._desk.assistant.history.message(reply_id, request.audience)
        if reply.error is not None:
            return TurnFailed(reply=reply, error=reply.error, hint="", exit_code=1)
        reason = reply.finish_reason or FinishReason.CANCELLED
        return TurnFinished(reply=reply, reason=reason)

    async def _note(self, saved: QuestionSaved, asked: Asked, shown: "Shown") -> None:
        shown.question_id, shown.reply_id = saved.question.id, saved.reply.id
        if asked.source is not None:
            await self._desk.do(keep, self._desk, saved.question, [asked.source])


async def _ended(task: asyncio.Task[object] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def _typing(place: Place) -> AsyncIterator[None]:
    """Seen at once; not being allowed to show it is no reason to stay silent."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(place.typing())
        except (discord.RateLimited, discord.HTTPException) as error:
            _log.info("nobody sees that an answer is being written: %s", error)
        yield
