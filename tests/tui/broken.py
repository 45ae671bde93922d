"""A sitting that ends with a bug; what is said of it goes to standard output."""

import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from assistant.errors import AssistantError
from tests.tui.fakes import scripted_core
from tui.channel import TerminalInterface


@dataclass
class StoppedClock:
    """Tells the time a few times, and no more."""

    left: int

    def __call__(self) -> datetime:
        self.left -= 1
        if self.left < 0:
            raise ZeroDivisionError("secret words")
        return datetime.fromisoformat("2026-05-14T14:02:00+00:00")


if __name__ == "__main__":
    with scripted_core(Path(sys.argv[1])) as core:
        try:
            TerminalInterface().run(replace(core, clock=StoppedClock(1)))
        except AssistantError as error:
            sys.stdout.write(f"{error}\r\n{error.hint}\r\n")
            sys.exit(error.exit_code)
