"""`hearth` with nothing behind it: the interface, without the rest of a command line.

Reading a command line costs a start some time, and there is none to be read. What
goes wrong is told, and decides the exit status, as for any command.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from assistant.cli.doors import door_of
from assistant.cli.hush import give_back
from assistant.cli.run import Run

if TYPE_CHECKING:
    from assistant.channels import Early

CHANNEL = "tui"
INTERFACE = ("tui.channel", "TerminalInterface")
"""What the entry point of that channel says; to look it up takes a while."""


def start() -> int:
    """Open the interface on this terminal; the exit status."""
    this = Run(environment=os.environ, debug=bool(os.environ.get("HEARTH_DEBUG")))
    try:
        door = door_of(this, give_terminal=give_back)
        module, name = INTERFACE
        interface: Early = getattr(import_module(module), name)()
        interface.run_before(door)
    except (Exception, KeyboardInterrupt) as error:  # the outermost frame
        give_back()
        from assistant.cli.main import status_of

        return status_of(error, this)
    return 0
