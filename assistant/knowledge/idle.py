"""Work for the moments in which nobody waits for an answer.

It gives way to turns, of other processes too, and never the other way round: whoever
begins a turn does not wait for the part that is under way. What the work is, and how
processes see each other, it does not know.
"""

import logging
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from threading import Condition, Thread, get_native_id
from time import monotonic, sleep
from typing import Protocol, TypeAlias, TypeVar

Work: TypeAlias = Callable[[], Generator[object, None, None]]
"""All there is to do, in small parts; asked again, it goes on where it was."""

Part = TypeVar("Part")

_CALM_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 300.0
_LOOKS_WHILE_CALM = 10
"""Others are looked for so often; a turn of theirs between two looks is not seen."""

_SHORTEST_LOOK = 0.02

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


class Others(Protocol):
    """Who else is at it, in other processes: each sees when another is waited for."""

    def announced(self) -> AbstractContextManager[None]:
        """Meanwhile, somebody waits here; it never waits for them."""

    def is_anybody(self) -> bool:
        """Whether somebody waits, there or here; asked before every part."""


class Alone:
    """Nobody else is."""

    @contextmanager
    def announced(self) -> Iterator[None]:
        yield

    def is_anybody(self) -> bool:
        return False


class IdleWork:
    """One thread, begun by a channel that stays open; others never start it."""

    def __init__(
        self,
        work: Work,
        *,
        others: Others | None = None,
        calm_seconds: float = _CALM_SECONDS,
        look_again_seconds: float = _LOOK_AGAIN_SECONDS,
    ) -> None:
        """`calm_seconds`: how long nothing happens before work begins.

        `look_again_seconds`: after so long something may be due by the clock.
        """
        self._work = work
        self._others = others or Alone()
        self._calm_seconds = calm_seconds
        self._look_seconds = max(calm_seconds / _LOOKS_WHILE_CALM, _SHORTEST_LOOK)
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
        """No further part begins meanwhile, in any process; there may be more to do
        afterwards.
        """
        with self._others.announced(), self._held():
            yield

    def in_calm(self, parts: Iterable[Part]) -> Generator[Part, None, None]:
        """The same parts, while nothing else is done here; each begins in a moment in
        which nobody waits elsewhere. They are nothing that others give way to, and
        their thread comes last from now on.
        """
        _give_way()
        with self._held():
            rest = iter(parts)
            while True:
                self.let_others_pass()
                try:
                    part = next(rest)
                except StopIteration:
                    return
                yield part

    def let_others_pass(self) -> None:
        """Wait until nobody waits elsewhere, and for calm if somebody did."""
        if not self._others.is_anybody():
            return
        seen_at = monotonic()
        while monotonic() - seen_at < self._calm_seconds:
            sleep(self._look_seconds)
            if self._others.is_anybody():
                seen_at = monotonic()

    @contextmanager
    def _held(self) -> Iterator[None]:
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
                elif self._stays_calm():
                    self._is_wanted = False
                    return True
            return False

    def _stays_calm(self) -> bool:
        """Whether nobody comes, here or elsewhere, for as long as calm takes."""
        ends_at = monotonic() + self._calm_seconds
        while not self._others.is_anybody():
            if (left := ends_at - monotonic()) <= 0:
                return True
            if self._is_told_within(min(left, self._look_seconds)):
                return False
        self._is_told_within(self._look_seconds)
        return False

    def _is_told_within(self, seconds: float) -> bool:
        """Wait for whoever comes here, for so long at most; whether anybody did."""
        return self._changed.wait_for(
            lambda: self._is_closed or self._turns > 0, seconds
        )

    def _is_disturbed(self) -> bool:
        with self._changed:
            if self._is_closed or self._turns or self._others.is_anybody():
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
