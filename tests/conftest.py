"""What every test may ask for, and the walls none may climb.

No test touches the real home, the real keyring or the network beyond loopback.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings as hypothesis_settings

from assistant.app import Assistant, open_assistant
from assistant.config.paths import Paths, find_paths
from assistant.config.settings import Settings
from assistant.llm.engine import Engine
from tests.fakes.engine import ScriptedEngine

KEY = "0f" * 32

# A deadline measures the machine's other work, not ours.
# The gate draws the same examples each time; at the desk they are new ones.
hypothesis_settings.register_profile(
    "house", deadline=None, derandomize="CI" in os.environ
)
hypothesis_settings.load_profile("house")

# Said once, so that no library makes a loop on the way that nobody closes.
asyncio.set_event_loop(None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Of several workers, one has all that runs a model: two would wait for cores."""
    if item.get_closest_marker("weights"):
        item.add_marker(pytest.mark.xdist_group("model"))


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Workers begin with what takes long, so that none has it alone at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test, its key given by the environment."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HEARTH_HOME", str(folder))
    monkeypatch.setenv("HEARTH_KEY", KEY)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for size in ("COLUMNS", "LINES"):  # a worker's own, which are no terminal's
        monkeypatch.delenv(size, raising=False)
    return folder


@pytest.fixture
def paths(home: Path) -> Paths:
    return find_paths({"HEARTH_HOME": str(home)})


class OpenAssistant(Protocol):
    """Opens the assistant of this test's home, with an engine that is scripted."""

    def __call__(
        self, engine: Engine | None = None, *, settings: Settings | None = None
    ) -> Assistant: ...


@pytest.fixture
def opened(paths: Paths) -> Iterator[OpenAssistant]:
    """The real assistant over a real file; only the model's words are prepared."""
    with ExitStack() as stack:

        def open_with(
            engine: Engine | None = None, *, settings: Settings | None = None
        ) -> Assistant:
            answering = engine or ScriptedEngine("Paris is the capital of France.")
            return stack.enter_context(
                open_assistant(
                    settings or Settings(),
                    paths=paths,
                    environment={"HEARTH_KEY": KEY},
                    engines=lambda _: answering,
                )
            )

        yield open_with
