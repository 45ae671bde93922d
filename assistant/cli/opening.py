"""Opening the core for one command, with the noise of native libraries logged."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

import typer

from assistant.app import Assistant, open_assistant
from assistant.cli.run import Run
from assistant.config.loader import load_settings
from assistant.config.paths import Paths, find_paths
from assistant.config.settings import Settings
from assistant.logs import configure_logging, stderr_to


def paths_of(context: typer.Context) -> Paths:
    """Where this run keeps things."""
    this: Run = context.obj
    return find_paths(this.environment)


def settings_of(context: typer.Context) -> Settings:
    """What is set for this run."""
    this: Run = context.obj
    if this.settings is None:
        this.settings = load_settings(paths_of(context), this.environment, this.flags)
    return this.settings


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
