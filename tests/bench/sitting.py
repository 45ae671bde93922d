"""Programs to sit before: `hearth` itself, or the interface before a steady model.

`python -m tests.bench.sitting` is the command; with a folder as its word, a model
answers everything with 5,000 tokens and writes down there how fast they came.
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from assistant.app import Assistant, open_assistant
from assistant.cli.entry import run
from assistant.config.paths import find_paths
from assistant.config.settings import ChatSettings, Cipher, Settings, StorageSettings
from assistant.llm.engine import Generated, GenerationRequest, Piece
from tests.fakes.engine import ScriptedEngine

TOKENS = 5000
_A_SECOND = 100
_PARAGRAPH = (
    "The keeper climbed **{n}** stairs with a lamp in his hand, and the sea below said "
    "nothing. It was late when the fog came in, for the {n}th time that year, and he "
    "lit the wick as he had been taught: `lamp.light(oil={n})`, and then he waited. "
    "Nobody came that night, and nobody the night after it.\n\n"
)
_HEADING = "## Of the {n}th night\n\n"
_NUMBERED = (
    "Three things he had:\n\n1. a wick\n2. a can of oil\n3. a book about **ropes**\n\n"
)
_LIST = "Before dark:\n\n" + "".join(
    f"- trim wick {number}, which is *short*, and see that the oil is clean\n"
    "  - from the can\n"
    for number in range(1, 9)
)
_CODE = "```python\n" + "".join(
    f"def night_{number}(lamps: list[Lamp]) -> None:\n"
    "    for lamp in lamps:\n"
    f"        lamp.light(oil=1.{number})  # until the morning\n\n"
    for number in range(1, 6)
)
_TABLE = "| lamp | oil | wick |\n|---|---|---|\n" + "".join(
    f"| the {number}th from the door | {number}.8 litres | `new` |\n"
    for number in range(1, 9)
)
_KINDS = (_NUMBERED, _LIST + "\n", _CODE + "```\n\n", _TABLE + "\n")


class Steady(ScriptedEngine):
    """Takes as long for every token, however long the reader takes."""

    def __init__(self, noted: Path) -> None:
        super().__init__("".join(_tale()), context_tokens=4 * TOKENS)
        self._noted = noted

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        times: list[float] = []
        for generated in super().generate(request):
            if isinstance(generated, Piece):
                sleep(1 / _A_SECOND)
                times.append(perf_counter())
            else:
                speed = (len(times) - 1) / (times[-1] - times[0])
                self._noted.write_text(f"{len(times)} {speed}")
            yield generated


def _tale() -> Iterator[str]:
    """Long enough, and made of what long answers are made of."""
    for n in range(1, TOKENS // 40):
        if n % 4 == 1:
            yield _HEADING.format(n=n)
        yield _PARAGRAPH.format(n=n)
        if n % 2:
            yield _KINDS[n // 2 % len(_KINDS)]


@contextmanager
def steady_core(folder: Path) -> Iterator[Assistant]:
    """Everything as it is, but for the model."""
    engine = Steady(folder / "noted")
    settings = Settings(
        chat=ChatSettings(max_reply_tokens=TOKENS),
        storage=StorageSettings(encryption=Cipher.NONE),
    )
    paths = find_paths({"HEARTH_HOME": str(folder)})
    with open_assistant(
        settings, paths=paths, environment={}, engines=lambda _: engine
    ) as core:
        core.beginning.note_greeted()
        yield core


if __name__ == "__main__":
    if len(sys.argv) == 1:
        run()
    from tui.channel import TerminalInterface

    with steady_core(Path(sys.argv[1])) as core:
        TerminalInterface().run(core)
