"""Work for the moments in which nobody waits for an answer.

It gives way to turns and never the other way round: whoever begins a turn does not
wait for the part that is under way. What the work is, it does not know.
"""

import logging
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Condition, Thread, get_native_id
from typing import TypeAlias

Work: TypeAlias = Callable[[], Generator[object, None, None]]
"""All there is to do, in small parts; asked again, it goes on where it was."""

_CALM_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 300.0
_NICENESS = 10

_log = logging.getLogger(__name__)


def in_turn(*works: Work) -> Work:
    """One after the other; one that fails keeps none of the others from working."""

    def work() -> Generator[object, None, None]:
        for each in works:
            try:
                yield from each()
            except Exception as error:  # nobody waits for it; the next moment tries
                _log.warning("work in an idle moment failed", exc_info=error)

    return work


class IdleWork:
    """One thread, begun by a channel that stays open; others never start it."""

    def __init__(
        self,
        work: Work,
        *,
        calm_seconds: float = _CALM_SECONDS,
        look_again_seconds: float = _LOOK_AGAIN_SECONDS,
    ) -> None:
        """`calm_seconds`: how long nothing happens before work begins.

        `look_again_seconds`: after so long something may be due by the clock.
        """
        self._work = work
        self._calm_seconds = calm_seconds
        self._look_again_seconds = look_again_seconds
        self._changed = Condition()
        self._turns = 0
        self._is_wanted = True
        self._is_closed = False
        self._thread: Thread | None = None

    def start(self) -> None:
        """From now on, use idle moments; a second call does nothing."""
        with self._changed:
            if self._thread is None and not self._is_closed:
                self._thread = Thread(target=self._run, name="idle work", daemon=True)
                self._thread.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """No further part begins meanwhile; there may be more to do afterwards."""
        with self._changed:
            self._turns += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._turns -= 1
                self._is_wanted = True
                self._changed.notify_all()

    def close(self) -> None:
        """Wait for the part under way, and begin no other."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        _give_way()
        while self._comes_to_rest():
            try:
                with closing(self._work()) as parts:
                    for _ in parts:
                        if self._is_disturbed():
                            break
            except Exception as error:  # nobody waits for it; the next moment tries
                _log.warning("work in an idle moment failed", exc_info=error)

    def _comes_to_rest(self) -> bool:
        """Wait until there is work and nobody else wants the machine."""
        with self._changed:
            while not self._is_closed:
                if self._turns or not self._is_wanted:
                    is_told = self._changed.wait(self._look_again_seconds)
                    self._is_wanted = self._is_wanted or not is_told
                elif not self._changed.wait_for(
                    lambda: self._is_closed or self._turns, self._calm_seconds
                ):
                    self._is_wanted = False
                    return True
            return False

    def _is_disturbed(self) -> bool:
        with self._changed:
            if self._is_closed or self._turns:
                self._is_wanted = True
                return True
            return False


def _give_way() -> None:
    """This thread comes after all that somebody waits for, in other processes too.

    Not last of all: it holds the file's lock now and then. Elsewhere than on Linux
    a thread cannot be told so by itself.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICENESS)
