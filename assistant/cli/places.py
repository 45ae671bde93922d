"""Where this run keeps things, and what is set for it; opens nothing."""

import typer

from assistant.cli.run import Run
from assistant.config.loader import load_settings
from assistant.config.paths import Paths, find_paths
from assistant.config.settings import Settings


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
