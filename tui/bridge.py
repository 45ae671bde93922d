"""The one door between threads and the screen.

A turn runs on a thread and arrives as messages; any other call on the core
runs on one thread of its own, in order, and is awaited. Widgets never see either.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from threading import Event, Lock
from time import thread_time
from typing import ParamSpec, TypeAlias, TypeVar

from textual.dom import DOMNode

from assistant.entities.turn import TokenArrived, TurnEvent, TurnRequest
from assistant.errors import AssistantError
from tui import tidying
from tui.core import Answers
from tui.messages import TurnEnded, TurnProgressed, WorkEnded, WorkProgressed
from tui.pace import SHORTEST_PAUSE, Pace

_log = logging.getLogger(__name__)

Tell: TypeAlias = Callable[[object], None]
"""Hears what happens; raises StoppedError when no more of it is wanted."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class StoppedError(Exception):
    """Raised inside work that nobody waits for any more."""


class Errands:
    """Calls on the core, one after the other, away from the event loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="errands")

    async def run(
        self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """What the call gives, or raises."""
        work = partial(call, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Take nothing new, and wait for what is under way: it uses the file."""
        self._thread.shutdown(cancel_futures=True)


def merged(events: Iterable[TurnEvent]) -> tuple[TurnEvent, ...]:
    """The same events, with neighbouring pieces of the answer joined into one."""
    whole: list[TurnEvent] = []
    for event in events:
        last = whole[-1] if whole else None
        if isinstance(event, TokenArrived) and isinstance(last, TokenArrived):
            whole[-1] = TokenArrived(text=last.text + event.text)
        else:
            whole.append(event)
    return tuple(whole)


class Turn:
    """One turn on a thread of its own; its events arrive at a node as messages.

    The generator is made, driven and closed by that thread alone, so stopping is a
    flag that is looked at after every event.
    """

    def __init__(self, number: int, *, node: DOMNode, chat: Answers) -> None:
        self.number = number
        self._node = node
        self._chat = chat
        self._loop = asyncio.get_running_loop()
        self._stop = Event()
        self._lock = Lock()
        self._waiting: list[TurnEvent] = []
        self._is_due = False
        self._pace = Pace()
        self._next: asyncio.TimerHandle | None = None

    def start(self, request: TurnRequest) -> None:
        """Send the request; nothing is waited for."""
        tidying.put_off()
        self._node.run_worker(
            partial(self._drain, request),
            thread=True,
            group="turn",
            name=f"turn {self.number}",
            exit_on_error=False,
        )

    def stop(self) -> None:
        """Ask for the end; `TurnEnded` says when it has come."""
        self._stop.set()

    def make_way(self) -> None:
        """A letter was typed just now: draw between it and the next one."""
        self._pace.make_way(now=self._loop.time())
        self._schedule()

    def _drain(self, request: TurnRequest) -> None:
        escaped: Exception | None = None
        try:
            with closing(self._chat.send(request)) as events:
                for event in events:
                    self._put(event)
                    if self._stop.is_set():
                        break
        except AssistantError as error:
            escaped = error
        except Exception as error:
            _log.exception("a turn broke")
            escaped = error
        self._loop.call_soon_threadsafe(self._end, escaped)

    def _put(self, event: TurnEvent) -> None:
        with self._lock:
            self._waiting.append(event)
            if self._is_due:
                return
            self._is_due = True
        self._loop.call_soon_threadsafe(self._schedule)

    def _schedule(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if not self._is_due:
            return
        wait = self._pace.wait(now=self._loop.time(), busy=thread_time())
        if wait > 0:
            self._next = self._loop.call_later(wait, self._schedule)
        else:
            self._post()

    def _post(self) -> None:
        with self._lock:
            events, self._waiting = self._waiting, []
            self._is_due = False
        self._pace.note(now=self._loop.time(), busy=thread_time())
        if events:
            self._node.post_message(TurnProgressed(self.number, merged(events)))

    def _end(self, escaped: Exception | None) -> None:
        self._post()
        self._node.post_message(TurnEnded(self.number, escaped))


class Work:
    """Something long on a thread of its own; what it tells arrives as messages.

    Stopping is a flag that is looked at whenever it tells something.
    """

    def __init__(
        self, *, node: DOMNode, name: str, call: Callable[[Tell], object]
    ) -> None:
        self.name = name
        self.is_stopping = False
        self._node = node
        self._call = call
        self._loop = asyncio.get_running_loop()
        self._lock = Lock()
        self._waiting: list[object] = []
        self._is_due = False

    def start(self) -> None:
        """Begin; nothing is waited for."""
        self._node.run_worker(
            self._run, thread=True, group="work", name=self.name, exit_on_error=False
        )

    def stop(self) -> None:
        """Ask for the end; `WorkEnded` says when it has come."""
        self.is_stopping = True

    def _run(self) -> None:
        result: object = None
        escaped: Exception | None = None
        try:
            result = self._call(self._tell)
        except (AssistantError, StoppedError) as error:
            escaped = error
        except Exception as error:
            _log.exception("work broke")
            escaped = error
        self._loop.call_soon_threadsafe(self._end, result, escaped)

    def _tell(self, event: object) -> None:
        if self.is_stopping:
            raise StoppedError
        with self._lock:
            self._waiting.append(event)
            if self._is_due:
                return
            self._is_due = True
        self._loop.call_soon_threadsafe(
            self._loop.call_later, SHORTEST_PAUSE, self._post
        )

    def _post(self) -> None:
        with self._lock:
            events, self._waiting = self._waiting, []
            self._is_due = False
        if events:
            self._node.post_message(WorkProgressed(self.name, tuple(events)))

    def _end(self, result: object, escaped: Exception | None) -> None:
        self._post()
        self._node.post_message(WorkEnded(self.name, result, escaped))
