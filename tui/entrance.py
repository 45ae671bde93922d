"""How the core comes in: opened on a thread of its own, and closed at the end.

The interface stands there meanwhile. What is shown of it is not known here.
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from assistant.door import Door
    from tui.core import Seat

Outcome: TypeAlias = "Seat | Exception"

_PATIENCE = 1.0
"""Seconds; who leaves need not wait for a file that somebody else holds."""


class Entrance:
    """Opens the core behind a door, as often as it is asked to."""

    def __init__(self, door: "Door") -> None:
        self.door = door
        self._held = ExitStack()
        self._lock = Lock()
        self._is_left = False
        self._thread: Thread | None = None

    def open(
        self, *, before: Callable[[], None], tell: Callable[[Outcome], None]
    ) -> None:
        """Open it, after what must be done before; `tell` hears on this loop."""
        loop = asyncio.get_running_loop()

        def hear(outcome: Outcome) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, outcome)

        self._thread = Thread(
            target=self._work, args=(before, hear), name="opening", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Close what is open; what is still being opened closes by itself."""
        if self._thread is not None:
            self._thread.join(_PATIENCE)
        with self._lock:
            self._is_left = True
            self._held.close()

    def _work(
        self, before: Callable[[], None], hear: Callable[[Outcome], None]
    ) -> None:
        try:
            with ExitStack() as opened:
                core = opened.enter_context(self.door.open())
                before()
                with self._lock:
                    if self._is_left:
                        return
                    self._held = opened.pop_all()
                core.idle.start()
        except Exception as error:
            hear(error)
        else:
            hear(core)
