"""Opening the core for one command, with the noise of native libraries logged."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

import typer

from assistant.app import Assistant, open_assistant
from assistant.cli.places import paths_of, settings_of
from assistant.cli.run import Run
from assistant.logs import configure_logging, stderr_to


@contextmanager
def opened(context: typer.Context) -> Iterator[Assistant]:
    """The core, open as long as the command runs."""
    this: Run = context.obj
    paths, settings = paths_of(context), settings_of(context)
    configure_logging(paths.log_file, settings.log.level)
    with (
        _native_noise_to(paths.log_file),
        open_assistant(
            settings,
            paths=paths,
            environment=this.environment,
            engines=this.engines,
        ) as assistant,
    ):
        yield assistant


@contextmanager
def _native_noise_to(log_file: Path) -> Iterator[None]:
    """What C libraries print goes to the log, what we print to the terminal."""
    if sys.stderr is None or sys.stderr is not sys.__stderr__:
        yield
        return
    with stderr_to(log_file) as terminal, redirect_stderr(terminal):
        yield
