"""A sitting during which a native library writes to standard error."""

import os
import sys
from pathlib import Path
from threading import Timer

from tests.tui.fakes import scripted_core
from tui.channel import TerminalInterface

if __name__ == "__main__":
    Timer(1, lambda: os.write(2, b"ggml says hello\n")).start()
    with scripted_core(Path(sys.argv[1])) as core:
        TerminalInterface().run(core)
