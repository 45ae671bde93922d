"""Another process in which somebody waits for an answer from the same file."""

import signal
import subprocess
import sys
from pathlib import Path

_ANNOUNCES = """
import sys
from pathlib import Path
from assistant.storage.waiting import Waiters
with Waiters(Path(sys.argv[1])).announced():
    print("here", flush=True)
    sys.stdin.readline()
print("gone", flush=True)
sys.stdin.readline()
"""


class Elsewhere:
    """It begins to wait at once, until it is answered or killed."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ANNOUNCES, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._said() == "here\n"

    def is_answered(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._said() == "gone\n"

    def is_killed(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()
