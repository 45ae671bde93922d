"""How the start looks: while the core is opened, and where it cannot be."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from textual.pilot import Pilot

from assistant.errors import DatabaseBusyError, KeyMissingError
from tests.tui.conftest import MakeCore
from tests.tui.gate import Gate
from tests.tui.steps import until
from tui.app import HearthApp
from tui.screens.opening import OpeningScreen

Before: TypeAlias = Callable[[Pilot[None]], Awaitable[None]]
SnapCompare: TypeAlias = Callable[..., bool]

HOME = Path("/home/ana/.hearth")
WIDE, USUAL, SMALL = (160, 40), (100, 30), (40, 10)
LOOKS = pytest.mark.parametrize("theme", ["ember", "paper"])
SIZES = pytest.mark.parametrize("size", [WIDE, USUAL, SMALL], ids=str)
LOST = KeyMissingError(
    f"{HOME}/data/hearth.db is encrypted, and its key was found neither in "
    f"{HOME}/config/key nor in the keyring (there is none)",
    hint="Give the recovery key as HEARTH_KEY, or restore the key file",
)
BUSY = DatabaseBusyError(
    "Another process has been writing for 5 seconds",
    hint="Try again when the other Hearth is done",
)


@pytest.fixture
def make_app(
    make_core: MakeCore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., HearthApp]]:
    """Interfaces before doors; none is left open, and nobody wonders."""
    monkeypatch.setattr("tui.screens.opening._LONG", 1000)
    gates: list[Gate] = []
    apps: list[HearthApp] = []

    def make(*refusals: Exception, theme: str = "ember") -> HearthApp:
        gates.append(Gate(make_core(), *refusals))
        apps.append(HearthApp(gates[-1].door(theme=theme, home=HOME)))
        apps[-1].animation_level = "none"
        return apps[-1]

    yield make
    for gate, app in zip(gates, apps, strict=True):
        gate.is_free.set()
        app.close()


async def still(pilot: Pilot[None]) -> None:
    await pilot.pause()


async def sent(pilot: Pilot[None]) -> None:
    await pilot.press(*"How often must I descale my kettle?", "enter", *"And with")
    await until(pilot, lambda: pilot.app.screen.query("#opening-sent"))
    await pilot.pause()


async def refused(pilot: Pilot[None]) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, OpeningScreen)
    await until(pilot, lambda: screen.is_refused)
    await until(pilot, lambda: screen.query("#opening-refused Static"))
    await pilot.press(*"Dear diary")
    await pilot.pause()


@LOOKS
def test_the_screen_that_opens(
    snap_compare: SnapCompare, make_app: Callable[..., HearthApp], theme: str
) -> None:
    assert snap_compare(make_app(theme=theme), run_before=still, terminal_size=USUAL)


@SIZES
def test_what_is_sent_while_it_opens(
    snap_compare: SnapCompare,
    make_app: Callable[..., HearthApp],
    size: tuple[int, int],
) -> None:
    assert snap_compare(make_app(), run_before=sent, terminal_size=size)


@LOOKS
def test_a_lost_key(
    snap_compare: SnapCompare, make_app: Callable[..., HearthApp], theme: str
) -> None:
    app = make_app(LOST, theme=theme)

    assert snap_compare(app, run_before=refused, terminal_size=USUAL)


@SIZES
def test_a_file_that_another_holds(
    snap_compare: SnapCompare,
    make_app: Callable[..., HearthApp],
    size: tuple[int, int],
) -> None:
    assert snap_compare(make_app(BUSY), run_before=refused, terminal_size=size)
