"""The program, with an engine that says what the environment has it say.

The environment is read here, and nowhere in Hearth.
"""

import os
import time
from collections.abc import Generator

from assistant.cli import main
from assistant.entities.model import ModelService
from assistant.llm.engine import Engine, Generated, GenerationRequest
from tests.fakes.engine import ScriptedEngine


class SlowEngine(ScriptedEngine):
    """Takes its time before every piece."""

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        for generated in super().generate(request):
            time.sleep(float(os.environ.get("SCRIPT_PAUSE", "0")))
            yield generated


def start() -> int:
    return main.start(open_engine)


def open_engine(_service: ModelService) -> Engine:
    return SlowEngine(os.environb.get(b"SCRIPT_ANSWER", b"Yes.").decode())
