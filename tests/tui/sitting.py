"""One sitting at a terminal, as a program of its own: `python -m tests.tui.sitting`.

The first word is the home, the second what the model will say.
"""

import sys
from pathlib import Path

from tests.tui.fakes import scripted_core
from tui.channel import TerminalInterface

if __name__ == "__main__":
    home, *answers = sys.argv[1:]
    with scripted_core(Path(home), *answers) as core:
        TerminalInterface().run(core)
