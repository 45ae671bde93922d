"""Where the console script begins: listening for signals before anything is slow.

Python's own start aside, Ctrl-C ends the program without a traceback at any
moment, be it while modules are imported. A person who opens the interface sees
its first frame before that.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module

from assistant.cli import signals


def run() -> None:
    """The command `hearth`."""
    if len(sys.argv) > 1:
        sys.exit(start("assistant.cli.main"))
    sys.exit(_open_behind_a_curtain())


def _open_behind_a_curtain() -> int:
    try:
        return start("assistant.cli.main", first=_hang_curtain)
    finally:
        _take_down_curtain()


def _hang_curtain() -> None:
    from assistant import curtain

    signals.at_parting(curtain.take_down)
    curtain.hang(os.environ)


def _take_down_curtain() -> None:
    from assistant import curtain

    curtain.take_down()


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
