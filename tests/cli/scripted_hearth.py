"""The program with a scripted engine, as a process: `python -m` runs it."""

import sys

from assistant.cli.entry import start

if __name__ == "__main__":
    sys.exit(start("tests.cli.scripting"))
