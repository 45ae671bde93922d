"""Whether somebody waits for an answer from this file, in whatever process.

Whoever does holds a lock beside the file, which the system lets go of with its
process: none that was killed leaves a stale one. Where no lock can be taken, nobody is
seen to wait. What is waited for, it does not know.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

_MODE = 0o600
_TRIES = 8
_BETWEEN_TRIES = 0.0005
"""Seconds. Whoever looks holds the lock for far less, unless kept from running."""


class Waiters:
    """The lock of one file. Any thread may use it."""

    def __init__(self, database: Path) -> None:
        self._lock = database.with_name(f"{database.name}-waiting")

    @contextmanager
    def announced(self) -> Iterator[None]:
        """Meanwhile, others see that somebody waits; it never waits for them."""
        descriptor = self._opened(os.O_RDONLY | os.O_CREAT)
        if descriptor is None:
            yield
            return
        try:
            _is_locked(descriptor, fcntl.LOCK_SH)
            yield
        finally:
            os.close(descriptor)

    def is_anybody(self) -> bool:
        """Whether somebody does just now. Nothing is created by looking."""
        descriptor = self._opened(os.O_RDONLY)
        if descriptor is None:
            return False
        try:
            return not _is_locked(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    def _opened(self, flags: int) -> int | None:
        """Each time anew, so that every thread's lock is its own."""
        with suppress(OSError):
            return os.open(self._lock, flags | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
        return None


def _is_locked(descriptor: int, how: int) -> bool:
    """Whether it was had; somebody who only looks is waited for. True where the file
    system knows no locks: then nobody can be seen to hold one.
    """
    for earlier in range(_TRIES):
        if earlier:
            sleep(_BETWEEN_TRIES)
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        except OSError:
            return True
        return True
    return False
