"""One sitting at a terminal, as a program of its own: `python -m tests.tui.sitting`.

The first word is the home, the others what the model will say; `--slow` before them
lets it think after every word, `--die` kills the program in the middle of an answer.
"""

import os
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path

from assistant.llm.engine import Generated, GenerationRequest
from tests.fakes.engine import ScriptedEngine
from tests.tui.fakes import scripted_core
from tui.channel import TerminalInterface

_THINKING = 0.05
_DIES_AT = 8


class Thinking(ScriptedEngine):
    """Takes its time."""

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        for piece in super().generate(request):
            time.sleep(_THINKING)
            yield piece


class Dying(ScriptedEngine):
    """Takes the whole program with it."""

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        for number, piece in enumerate(super().generate(request)):
            if number == _DIES_AT:
                time.sleep(1)
                os.kill(os.getpid(), signal.SIGKILL)
            yield piece


_ENGINES = {"--slow": Thinking, "--die": Dying}

if __name__ == "__main__":
    home, *answers = sys.argv[1:]
    kind = _ENGINES.get(home, ScriptedEngine)
    if kind is not ScriptedEngine:
        home, *answers = answers
    with scripted_core(Path(home), engine=kind(*answers)) as core:
        TerminalInterface().run(core)
