"""Opening the core for one command, with the noise of native libraries logged."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assistant.cli.doors import door_of
from assistant.cli.run import Run
from assistant.logs import stderr_to

if TYPE_CHECKING:
    from assistant.app import Assistant


@contextmanager
def opened(context: typer.Context) -> Iterator["Assistant"]:
    """The core, open as long as the command runs."""
    this: Run = context.obj
    door = door_of(this)
    with _native_noise_to(door.paths.log_file), door.open() as assistant:
        yield assistant


@contextmanager
def _native_noise_to(log_file: Path) -> Iterator[None]:
    """What C libraries print goes to the log, what we print to the terminal."""
    if sys.stderr is None or sys.stderr is not sys.__stderr__:
        yield
        return
    with stderr_to(log_file) as terminal, redirect_stderr(terminal):
        yield
