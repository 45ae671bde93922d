"""Memory while a large text is taken in: it must not grow with the text.

Two sizes, each in a process of its own; what the larger takes more is carried on to
a gigabyte. Both fill the cache of pages. All is real but the embedder, which would
need hours for so much.
"""

import os
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil

from assistant.app import open_assistant
from assistant.knowledge.ingest import Ingest, Wanted
from assistant.media.extract import Reader
from tests.bench.commands import timed
from tests.bench.knowledge import sentences
from tests.bench.table import Row

_GIGABYTE = 1024
_GOAL = 50.0
_SIZES = (16, 64)


class _Prepared:
    """In the embedder's place; its vectors cost nothing."""

    def __init__(self, of: object) -> None:
        self.name, self.width, self.max_tokens = of.name, of.width, of.max_tokens
        self._chance = np.random.default_rng(0)

    def count(self, text: str) -> int:
        return len(text) // 4 + 1

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        vectors = self._chance.normal(size=(len(texts), self.width)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def rows() -> list[Row]:
    small, large = _SIZES
    grown = _highest(large) - _highest(small)
    return [
        Row(
            what="memory more for a text of 1 GB",
            against=f"50 MB; carried on from {small} and {large} MB",
            ours=max(0.0, grown) / (large - small) * (_GIGABYTE - small),
            baseline=_GOAL,
            unit="MB",
            goal="at most 1.00x",
        )
    ]


def _highest(megabytes: int) -> float:
    """Megabytes that a process took at most."""
    command = [sys.executable, "-m", "tests.bench.flat", str(megabytes)]
    return float(timed(command).output.split()[-1])


def _take_in(path: Path) -> float:
    process, highest = psutil.Process(), 0
    with open_assistant() as assistant, Reader() as reader:
        desk = assistant.shelves
        desk = replace(desk, embedder=_Prepared(desk.embedder))
        wanted = Wanted(sources=[str(path)], owner_id=assistant.audience.user_id)
        with closing(Ingest(desk=desk, reader=reader).run(wanted)) as events:
            for _ in events:
                highest = max(highest, process.memory_info().rss)
        highest = max(highest, process.memory_info().rss)
    return highest / 2**20


def _write(path: Path, megabytes: int) -> None:
    """Paragraphs of their own, as many as it takes."""
    chance = random.Random(5)
    some = [sentences(chance, 6) for _ in range(2000)]
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < megabytes << 20:
            file.write(f"{chance.getrandbits(64):x} {chance.choice(some)}\n\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEARTH_HOME"] = f"{folder}/home"
        text = Path(folder, "long.txt")
        _write(text, int(sys.argv[1]))
        print(_take_in(text))
