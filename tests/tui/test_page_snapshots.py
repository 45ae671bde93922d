"""How the pages look: every one of them, in its states, at one hour."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Event
from typing import TypeAlias

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.app import Assistant
from assistant.entities.ingest import (
    ChunksKept,
    FileIngested,
    IngestPlanned,
    IngestStatus,
)
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.pages import lines, papers, take_in, visit, word
from tests.tui.steps import until
from tests.tui.test_memories import make_pending, teach
from tui.app import HearthApp
from tui.modals.confirm import Confirm
from tui.modals.form import Form
from tui.screens.firstrun import FirstRunScreen
from tui.screens.library import LibraryScreen
from tui.screens.memories import MemoriesScreen
from tui.screens.models import ModelsScreen
from tui.screens.passages import PassagesScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.page import Gauge
from tui.widgets.rows import Lines, Rows

Before: TypeAlias = Callable[[Pilot[None]], Awaitable[None]]
SnapCompare: TypeAlias = Callable[..., bool]

WIDE, USUAL, SMALL = (160, 40), (100, 30), (40, 10)
LOOKS = pytest.mark.parametrize("theme", ["ember", "paper"])

# They write one folder, whose name is in the pictures: never two of them at once.
pytestmark = pytest.mark.xdist_group("pictures")


@pytest.fixture
def reading_room(
    make_core: MakeCore, two_past_two: None, monkeypatch: pytest.MonkeyPatch
) -> Assistant:
    """Somebody with a few documents, in two collections and in none."""
    # A run that has lasted a second shows its speed, whatever the machine does.
    monkeypatch.setattr("tui.screens.library.monotonic", lambda: 0.0)
    house = Path("/tmp/hearth-pictures")  # the same on every machine
    folder = papers(house)
    core = make_core(engine=ScriptedEngine("OK"))
    take_in(core, folder / "ferry.txt", collection="harbour")
    take_in(core, folder / "boats.csv", collection="harbour")
    take_in(core, folder / "kettle.md")
    memory = teach(core)
    teach(core, "My sister Ana lives in Porto.")
    make_pending(core, memory)
    return core


def interface(core: Assistant, theme: str = "ember") -> HearthApp:
    app = HearthApp(core)
    app.animation_level = "none"
    app.theme = theme
    return app


async def library(pilot: Pilot[None]) -> None:
    page = await visit(pilot, LibraryScreen, "ctrl+l")
    await until(pilot, lambda: lines(page))
    await pilot.pause()


async def reading(pilot: Pilot[None]) -> None:
    await library(pilot)
    page = pilot.app.screen
    assert isinstance(page, LibraryScreen)
    page.take_in("/tmp/hearth-pictures/kettle.md")
    await until(pilot, lambda: "1 unchanged" in word(page))
    page.progressed(
        (
            IngestPlanned(files=4, size_bytes=400),
            FileIngested(
                path="/one.pdf", status=IngestStatus.ADDED, chunks=40, size_bytes=200
            ),
            ChunksKept(path="/home/ana/contracts/lease.pdf", chunks=12),
        )
    )
    page.query_one(Gauge).share = 0.5
    await pilot.pause()


async def adding(pilot: Pilot[None]) -> None:
    await library(pilot)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, Form))
    line = pilot.app.screen.query_one("#source Input", Input)
    line.value = "/tmp/hearth-pictures/"
    line.cursor_position = len(line.value)
    await until(pilot, lambda: pilot.app.screen.query("OptionList.-shown"))
    await pilot.pause()


async def inside(pilot: Pilot[None]) -> None:
    await library(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PassagesScreen))
    await until(pilot, lambda: pilot.app.screen.query_one(Lines).option_count)
    await pilot.pause()


async def models(pilot: Pilot[None]) -> None:
    page = await visit(pilot, ModelsScreen, "f5")
    await until(pilot, lambda: lines(page))
    await pilot.pause()


async def fetching(pilot: Pilot[None]) -> None:
    await models(pilot)
    await pilot.press("p")
    await until(pilot, lambda: isinstance(pilot.app.screen, Form))
    await pilot.pause()


async def settings(pilot: Pilot[None]) -> None:
    page = await visit(pilot, SettingsScreen, "f9")
    await until(pilot, lambda: page.entries)
    page.query_one(Rows).mark("chat.temperature")
    await pilot.pause()


async def changing(pilot: Pilot[None]) -> None:
    await settings(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Form))
    pilot.app.screen.query_one(Input).value = "7"
    await until(pilot, lambda: pilot.app.screen.query(".wrong.-shown"))
    await pilot.pause()


async def memories(pilot: Pilot[None]) -> None:
    page = await visit(pilot, MemoriesScreen, "f8")
    await until(pilot, lambda: page.memories)
    await pilot.pause()


async def explained(pilot: Pilot[None]) -> None:
    await memories(pilot)
    page = pilot.app.screen
    assert isinstance(page, MemoriesScreen)
    page.query_one(Rows).mark(
        next(each.id for each in page.memories.values() if "tea" in each.text)
    )
    await pilot.pause()
    await pilot.press("enter")
    await until(pilot, lambda: "You said" in str(page.query_one(".about").visual))
    await pilot.pause()


async def forgotten(pilot: Pilot[None]) -> None:
    await memories(pilot)
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
    await pilot.pause()


@LOOKS
@pytest.mark.parametrize(
    "before", [library, inside, models, settings, memories, explained]
)
def test_a_page(
    snap_compare: SnapCompare, reading_room: Assistant, before: Before, theme: str
) -> None:
    app = interface(reading_room, theme)

    assert snap_compare(app, run_before=before, terminal_size=USUAL)


@pytest.mark.parametrize("theme", ["contrast", "ansi"])
@pytest.mark.parametrize("before", [library, inside])
def test_a_page_in_another_look(
    snap_compare: SnapCompare, reading_room: Assistant, before: Before, theme: str
) -> None:
    app = interface(reading_room, theme)

    assert snap_compare(app, run_before=before, terminal_size=USUAL)


@pytest.mark.parametrize(
    ("before", "size"),
    [
        pytest.param(reading, USUAL, id="reading"),
        pytest.param(adding, USUAL, id="adding"),
        pytest.param(fetching, USUAL, id="fetching"),
        pytest.param(changing, USUAL, id="changing"),
        pytest.param(forgotten, USUAL, id="forgetting"),
        pytest.param(explained, SMALL, id="memories-at-40x10"),
        pytest.param(library, SMALL, id="library-at-40x10"),
        pytest.param(adding, SMALL, id="adding-at-40x10"),
        pytest.param(models, SMALL, id="models-at-40x10"),
        pytest.param(settings, SMALL, id="settings-at-40x10"),
        pytest.param(library, WIDE, id="library-at-160x40"),
        pytest.param(settings, WIDE, id="settings-at-160x40"),
    ],
)
def test_a_page_in_use(
    snap_compare: SnapCompare,
    reading_room: Assistant,
    before: Before,
    size: tuple[int, int],
) -> None:
    assert snap_compare(interface(reading_room), run_before=before, terminal_size=size)


@pytest.mark.usefixtures("two_past_two")
def test_an_empty_library(snap_compare: SnapCompare, make_core: MakeCore) -> None:
    async def empty(pilot: Pilot[None]) -> None:
        page = await visit(pilot, LibraryScreen, "ctrl+l")
        await until(pilot, lambda: page.has_class("-empty"))
        await pilot.pause()

    assert snap_compare(interface(make_core()), run_before=empty, terminal_size=USUAL)


@pytest.mark.usefixtures("two_past_two")
def test_nothing_remembered(snap_compare: SnapCompare, make_core: MakeCore) -> None:
    async def empty(pilot: Pilot[None]) -> None:
        page = await visit(pilot, MemoriesScreen, "f8")
        await until(pilot, lambda: page.has_class("-empty"))
        await pilot.pause()

    assert snap_compare(interface(make_core()), run_before=empty, terminal_size=USUAL)


@pytest.mark.usefixtures("two_past_two")
@pytest.mark.parametrize("fails", [True, False], ids=["fails", "answers"])
def test_a_model_that_was_asked(
    snap_compare: SnapCompare, make_core: MakeCore, fails: bool
) -> None:
    core = make_core(engine=ScriptedEngine("OK", fail_at=0 if fails else None))

    async def asked(pilot: Pilot[None]) -> None:
        await models(pilot)
        await pilot.press("c")
        page = pilot.app.screen
        said = "as scripted" if fails else "is healthy"
        await until(pilot, lambda: said in word(page))
        await until(pilot, lambda: "being checked" not in lines(page)[0])
        await until(pilot, lambda: said in lines(page)[0] or not fails)
        await pilot.pause()

    assert snap_compare(interface(core), run_before=asked, terminal_size=USUAL)


@pytest.mark.usefixtures("two_past_two")
def test_a_model_while_it_is_asked(
    snap_compare: SnapCompare, make_core: MakeCore
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("OK", hold=hold, hold_at=0))

    async def asked(pilot: Pilot[None]) -> None:
        await models(pilot)
        await pilot.press("c")
        page = pilot.app.screen
        assert isinstance(page, ModelsScreen)
        await until(pilot, lambda: "being checked" in lines(page)[0])
        page.progressed(((7, 20),))
        await pilot.pause()

    class LetsGo(HearthApp):
        """Holds no breath once the picture is taken."""

        def on_unmount(self) -> None:
            hold.set()

    app = LetsGo(core)
    app.animation_level = "none"
    assert snap_compare(app, run_before=asked, terminal_size=USUAL)


@LOOKS
@pytest.mark.usefixtures("two_past_two")
@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["usual", "small"])
def test_the_first_time(
    snap_compare: SnapCompare, make_core: MakeCore, theme: str, size: tuple[int, int]
) -> None:
    async def greeted(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        await until(pilot, lambda: len(lines(pilot.app.screen)) == 3)
        await pilot.pause()

    app = interface(make_core(greeted=False), theme)
    assert snap_compare(app, run_before=greeted, terminal_size=size)
