"""The channel that `hearth` opens by itself: one person at one terminal.

It lends the terminal to the interface and gets it back whole, whatever ends the
session. Native libraries' words go to the log meanwhile.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial
from io import TextIOWrapper
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, TextIO

from textual.app import App
from textual.driver import Driver

from assistant.door import Door
from assistant.errors import AssistantError, UsageError
from assistant.logs import stderr_to
from assistant.safetext import clean
from tui.app import HearthApp
from tui.escapes import TerminalDriver

if TYPE_CHECKING:
    from assistant.app import Assistant

_BETWEEN_LOOKS = 1.0
"""Seconds; reading a terminal that is gone would keep a processor busy for ever."""

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class TerminalInterface:
    """A full-screen conversation."""

    def run(self, assistant: "Assistant") -> None:
        """Talk until the user leaves, or the terminal does."""
        self.run_before(
            Door(
                settings=assistant.settings,
                paths=assistant.paths,
                open=lambda: nullcontext(assistant),
            )
        )

    def run_before(self, door: Door) -> None:
        """The same, with a core that is opened while one may write already."""
        if current_thread() is not main_thread():
            raise UsageError(
                "The interface needs the terminal for itself",
                hint="Run it alone: hearth; and the others beside it: hearth run NAME",
            )
        log = door.paths.log_file
        with stderr_to(log) as terminal:
            app = HearthApp(
                door,
                driver=_drawing_on(_screen_of(terminal), begin=door.give_terminal),
                colours="NO_COLOR" not in os.environ,
            )
            try:
                ended_by = asyncio.run(_session(app))
            finally:
                app.close()
            if app.unsent:
                with suppress(OSError):  # the terminal may be what went away
                    terminal.write(f"What you wrote:\n{clean(app.unsent)}\n")
        if app.broke is not None:
            raise AssistantError(
                f"The interface broke: {type(app.broke).__name__}",
                hint=f"Nothing that was saved is lost. The log says more: {log}",
            ) from app.broke
        if ended_by:
            raise SystemExit(128 + ended_by)
        if app.refused is not None:
            raise app.refused
        if app.left_with:
            raise SystemExit(app.left_with)


def _screen_of(terminal: TextIO) -> TextIOWrapper:
    """Where to draw: standard error as it was, else standard output."""
    for stream in (terminal, sys.stdout):
        is_screen = stream.isatty() and sys.stdin.isatty()
        if is_screen and isinstance(stream, TextIOWrapper):
            return stream
    raise UsageError(
        "The interface needs a terminal", hint='Without one: hearth ask "..."'
    )


def _drawing_on(terminal: TextIOWrapper, *, begin: Callable[[], None]) -> type[Driver]:
    """Textual draws on standard error, which belongs to the log just now."""

    class OnTerminal(TerminalDriver):
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
            begin()
            thread, before = self._key_thread, self.attrs_before
            is_again = thread is not None and thread.is_alive()
            if is_again:
                # Told to go on without having paused, as when the terminal goes
                # away: two that read its keys would not both be told to end.
                self.disable_input()
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if is_again:
                self.attrs_before = before

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
