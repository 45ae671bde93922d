"""The channel that `hearth` opens by itself: one person at one terminal.

It lends the terminal to the interface and gets it back whole, whatever ends the
session. Native libraries' words go to the log meanwhile.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from io import TextIOWrapper
from typing import Protocol, TextIO

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from assistant import curtain
from assistant.config.paths import Paths
from assistant.errors import AssistantError, UsageError
from assistant.logs import stderr_to
from tui.app import HearthApp
from tui.core import Core

_BETWEEN_LOOKS = 1.0
"""Seconds; reading a terminal that is gone would keep a processor busy for ever."""

_SECONDS_A_THREAD_KEEPS = 0.0005
"""Python's 5 ms would let the next token wait while the last ones are drawn."""

_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


class Idle(Protocol):
    """Work for moments in which nobody waits; it gives way to turns by itself."""

    def start(self) -> None: ...


class Seat(Core, Protocol):
    """The core, where its log is, and what it does meanwhile."""

    @property
    def paths(self) -> Paths: ...
    @property
    def idle(self) -> Idle: ...


class TerminalInterface:
    """A full-screen conversation."""

    def run(self, assistant: Seat) -> None:
        """Talk until the user leaves, or the terminal does."""
        log = assistant.paths.log_file
        with stderr_to(log) as terminal:
            app = HearthApp(
                assistant,
                driver=_drawing_on(_screen_of(terminal)),
                colours="NO_COLOR" not in os.environ,
                holds_keys=True,
            )
            assistant.idle.start()
            sys.setswitchinterval(_SECONDS_A_THREAD_KEEPS)
            ended_by = asyncio.run(_session(app))
        if app.broke is not None:
            raise AssistantError(
                f"The interface broke: {type(app.broke).__name__}",
                hint=f"Nothing that was saved is lost. The log says more: {log}",
            ) from app.broke
        if ended_by:
            raise SystemExit(128 + ended_by)


def _screen_of(terminal: TextIO) -> TextIOWrapper:
    """Where to draw: standard error as it was, else standard output."""
    for stream in (terminal, sys.stdout):
        is_screen = stream.isatty() and sys.stdin.isatty()
        if is_screen and isinstance(stream, TextIOWrapper):
            return stream
    raise UsageError(
        "The interface needs a terminal", hint='Without one: hearth ask "..."'
    )


def _drawing_on(terminal: TextIOWrapper) -> type[Driver]:
    """Textual draws on standard error, which belongs to the log just now."""

    class OnTerminal(LinuxDriver):
        def __init__(
            self,
            app: App[object],
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            self._file = terminal

        def start_application_mode(self) -> None:
            frame = curtain.hand_over()
            super().start_application_mode()  # type: ignore[no-untyped-call]
            self.write(frame)

    return OnTerminal


async def _session(app: HearthApp) -> int:
    """Run to the end; the signal that ended it, or 0."""
    signals: list[int] = []

    def leave(number: int) -> None:
        signals.append(number)
        app.exit()

    loop = asyncio.get_running_loop()
    for number in _ENDINGS:
        loop.add_signal_handler(number, leave, number)
    _watch(partial(leave, signal.SIGHUP))
    await app.run_async()
    return signals[0] if signals else 0


def _watch(leave: Callable[[], None]) -> None:
    """Leave when the terminal is gone, though no signal says so."""
    loop = asyncio.get_running_loop()
    if sys.stdin.isatty():
        loop.call_later(_BETWEEN_LOOKS, _watch, leave)
    else:
        leave()
