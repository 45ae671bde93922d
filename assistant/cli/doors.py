"""The door to the core, for what a run was started with; opens nothing by itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.cli.run import Run
from assistant.config.loader import load_settings
from assistant.config.paths import find_paths
from assistant.door import Door
from assistant.logs import configure_logging

if TYPE_CHECKING:
    from assistant.app import Assistant


def door_of(this: Run, *, give_terminal: Callable[[], None] = lambda: None) -> Door:
    """Settings are read, and refused, here and now; all else waits."""
    paths = find_paths(this.environment)
    if this.settings is None:
        this.settings = load_settings(paths, this.environment, this.flags)
    settings = this.settings
    configure_logging(paths.log_file, settings.log.level)

    @contextmanager
    def open_it() -> Iterator["Assistant"]:
        from assistant.app import open_assistant

        with open_assistant(
            settings,
            paths=paths,
            environment=this.environment,
            engines=this.engines,
        ) as assistant:
            yield assistant

    return Door(
        settings=settings, paths=paths, open=open_it, give_terminal=give_terminal
    )
