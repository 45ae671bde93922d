"""A door that opens when it is told to, and refuses as often as it is told to."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event

from textual.pilot import Pilot

from assistant.app import Assistant
from assistant.config.paths import find_paths
from assistant.config.settings import InterfaceSettings, KeySet, Settings
from assistant.door import Door
from tests.tui.steps import until
from tui.app import HearthApp
from tui.screens.conversation import ConversationScreen


class Gate:
    """Before a core that is open already."""

    def __init__(self, core: Assistant, *refusals: Exception) -> None:
        self.core = core
        self.is_free = Event()
        self.is_closed = Event()
        self.asked = 0
        self._refusals = list(refusals)

    @contextmanager
    def open(self) -> Iterator[Assistant]:
        self.asked += 1
        if self._refusals:
            raise self._refusals.pop(0)
        self.is_free.wait(30)
        yield self.core
        self.is_closed.set()

    def door(
        self,
        *,
        theme: str = "ember",
        keys: KeySet = KeySet.PLAIN,
        home: Path | None = None,
    ) -> Door:
        elsewhere = find_paths({"HEARTH_HOME": str(home)}) if home else None
        return Door(
            settings=Settings(interface=InterfaceSettings(theme=theme, keys=keys)),
            paths=elsewhere or self.core.paths,
            open=self.open,
        )


@asynccontextmanager
async def before(
    gate: Gate, size: tuple[int, int] = (90, 30), keys: KeySet = KeySet.PLAIN
) -> AsyncIterator[Pilot[None]]:
    """The interface at its start, without motion; nothing outlives it."""
    app = HearthApp(gate.door(keys=keys))
    app.animation_level = "none"
    try:
        async with app.run_test(size=size) as pilot:
            yield pilot
    finally:
        gate.is_free.set()
        app.close()
        gate.core.models.close()


async def opened(gate: Gate, pilot: Pilot[None]) -> None:
    """The conversation, in the place of the screen that opened it."""
    gate.is_free.set()
    await until(
        pilot, lambda: isinstance(pilot.app.screen_stack[0], ConversationScreen)
    )
    assert isinstance(pilot.app, HearthApp)
    app = pilot.app
    await until(pilot, lambda: not app.is_too_early)
