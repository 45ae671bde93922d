"""The program with a scripted engine, as a process: `python -m` runs it.

What the engine says comes from the environment, read here and nowhere in Hearth.
"""

import os
import sys
import time
from collections.abc import Generator

from assistant.cli import main as cli
from assistant.cli import signals
from assistant.cli.run import Run
from assistant.entities.model import ModelService
from assistant.llm.engine import Engine, Generated, GenerationRequest
from tests.fakes.engine import ScriptedEngine


class SlowEngine(ScriptedEngine):
    """Takes its time before every piece."""

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        for generated in super().generate(request):
            time.sleep(float(os.environ.get("SCRIPT_PAUSE", "0")))
            yield generated


def open_engine(_service: ModelService) -> Engine:
    return SlowEngine(os.environ.get("SCRIPT_ANSWER", "Yes."))


if __name__ == "__main__":
    cli.hold_standard_streams()
    signals.listen()
    this = Run(environment=os.environ, engines=open_engine)
    sys.exit(cli.main(sys.argv[1:], this))
