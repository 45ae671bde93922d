"""A seat before the interface: a file, a scripted model, the same hour everywhere."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.tui.fakes import ScriptedCore, scripted_core

MakeCore = Callable[..., ScriptedCore]


@pytest.fixture(autouse=True)
def _everywhere_is_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def _colours_are_on() -> None:
    os.environ.pop("NO_COLOR", None)


@pytest.fixture
def make_core(tmp_path: Path) -> Iterator[MakeCore]:
    """Cores over files of their own, closed at the end."""
    with ExitStack() as stack:

        def make(*answers: str, **options: object) -> ScriptedCore:
            folder = tmp_path / f"home{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return stack.enter_context(scripted_core(folder, *answers, **options))

        yield make
