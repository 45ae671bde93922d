"""Stopping: the first signal asks, the second does not.

What is being done gets a moment to end in order; after that the process goes,
whatever native code is busy with. Nothing acknowledged is lost either way.
"""

import os
import signal
from collections.abc import Callable
from types import FrameType

_GRACE_SECONDS = 0.8
_CTRL_C = 128 + signal.SIGINT
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_parting: list[Callable[[], None]] = []


class Stopped(KeyboardInterrupt):
    """Somebody wants this to end now."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__()
        self.exit_code = 128 + number


def listen() -> None:
    """From here on a signal raises `Stopped` in the main thread, once."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in _STOPPING:
        signal.signal(number, _ask)


def at_parting(call: Callable[[], None]) -> None:
    """Do this too before the process goes at once; it must be quick and sure."""
    _parting.append(call)


def rest() -> None:
    """There is nothing left to end in order: a signal ends the process."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)


def forgive(stop: KeyboardInterrupt) -> None:
    """Go on after Ctrl-C; any other signal still means to leave."""
    if isinstance(stop, Stopped) and stop.exit_code != _CTRL_C:
        raise stop
    listen()


def _ask(number: int, _frame: FrameType | None) -> None:
    for other in _STOPPING:
        signal.signal(other, _insist)
    signal.signal(signal.SIGALRM, lambda _number, frame: _insist(number, frame))
    signal.setitimer(signal.ITIMER_REAL, _GRACE_SECONDS)
    raise Stopped(number)


def _insist(number: int, _frame: FrameType | None) -> None:
    for call in _parting:
        call()
    os._exit(128 + number)
