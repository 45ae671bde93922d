"""Where the console script begins: listening for signals before anything is slow.

Python's own start aside, Ctrl-C ends the program without a traceback at any
moment, be it while modules are imported. Keys that are typed meanwhile are kept.
"""

import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module

from assistant.cli import signals


def run() -> None:
    """The command `hearth`."""
    if len(sys.argv) > 1 or not all(map(os.isatty, (0, 1, 2))):
        sys.exit(start("assistant.cli.main"))
    sys.exit(_open_interface())


def _open_interface() -> int:
    from assistant.cli import hush

    # Nothing is thrown away yet; to look for it would take a tenth of the start.
    gc.disable()
    signals.at_parting(hush.give_back)
    try:
        return start("assistant.cli.alone", first=hush.hush)
    finally:
        hush.give_back()


def start(module: str, *, first: Callable[[], None] | None = None) -> int:
    """Import the module and run its `start`; the exit status."""
    signals.listen()
    try:
        if first:
            first()
        status: int = import_module(module).start()
    except signals.Stopped as stop:
        status = stop.exit_code
    signals.rest()
    return status
