"""Where the console script begins: listening for signals before anything is slow.

Python's own start aside, Ctrl-C ends the program without a traceback at any
moment, be it while modules are imported.
"""

import sys
from importlib import import_module

from assistant.cli import signals


def run() -> None:
    """The command `hearth`."""
    sys.exit(start("assistant.cli.main"))


def start(module: str) -> int:
    """Import the module and run its `start`; the exit status."""
    signals.listen()
    try:
        status: int = import_module(module).start()
    except signals.Stopped as stop:
        status = stop.exit_code
    signals.rest()
    return status
