"""A seat before the interface: a file, a scripted model, the same hour everywhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.app import Assistant
from tests.tui.fakes import MORNING, scripted_core

MakeCore = Callable[..., Assistant]


@pytest.fixture(autouse=True)
def _everywhere_is_greenwich() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        patch.delenv("NO_COLOR", raising=False)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _no_number_comes_later(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture is of one moment; what is counted once the keys rest is in none."""
    if "snap_compare" in request.fixturenames:
        monkeypatch.setattr("tui.screens.writing._PAUSE", 3600.0)


@pytest.fixture
def two_past_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always 14:02 in this test."""
    monkeypatch.setattr("assistant.app.utc_now", lambda: MORNING)


@pytest.fixture
def make_core(tmp_path: Path) -> Iterator[MakeCore]:
    """Cores over files of their own, closed at the end."""
    with ExitStack() as stack:

        def make(*answers: str, **options: object) -> Assistant:
            folder = tmp_path / f"home{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return stack.enter_context(scripted_core(folder, *answers, **options))

        yield make
