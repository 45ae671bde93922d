"""The models' page, over the real shelf: checking, fetching, connecting, choosing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import OptionList

from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.config.settings import Cipher, ModelSettings, Settings, StorageSettings
from tests.fakes.engine import ScriptedEngine
from tests.fakes.hub import FakeHub
from tests.fakes.server import WaywardServer, refusing
from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.tui.conftest import MakeCore
from tests.tui.pages import facts, lines, offers, visit, word, write
from tests.tui.steps import line, screen, seated, until
from tui.modals.choose import Choose
from tui.modals.confirm import Confirm
from tui.modals.form import Form
from tui.screens.models import ModelsScreen, Wanted
from tui.widgets.bars import StatusBar
from tui.widgets.rows import Rows

KEY = "f5"
BUNDLED = "smollm2-135m"
OpenAt = Callable[..., Assistant]


@pytest.fixture
def tiny(tmp_path: Path) -> bytes:
    return write_tiny_gguf(tmp_path / "seed.gguf").read_bytes()


@pytest.fixture
def open_at(tmp_path: Path) -> Iterator[OpenAt]:
    """A core whose hub is at an address, and whose engines are its own."""
    opened = []

    def make(hub: str = "", *, engine: ScriptedEngine | None = None) -> Assistant:
        context = open_assistant(
            Settings(
                storage=StorageSettings(encryption=Cipher.NONE),
                models=ModelSettings(remote_timeout_seconds=5),
            ),
            paths=find_paths({"HEARTH_HOME": str(tmp_path / "house")}),
            environment={"HF_ENDPOINT": hub} if hub else {},
            engines=(lambda _: engine) if engine else None,
        )
        core = context.__enter__()
        opened.append(context)
        core.beginning.note_greeted()
        return core

    yield make
    for context in opened:
        context.__exit__(None, None, None)


async def test_a_model_says_where_it_is_how_large_and_what_it_can_do(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await until(pilot, lambda: lines(page))

        (first,) = lines(page)
        for told in (BUNDLED, "in use", "this machine", "98.4 MB", "8,192 tokens"):
            assert told in first
        assert "not checked yet" in first
        assert facts(page) == f"1 model · {BUNDLED} answers"


async def test_a_check_shows_its_steps_and_finds_out_the_tier(
    make_core: MakeCore,
) -> None:
    hold = Event()
    engine = ScriptedEngine("OK", hold=hold, hold_at=0)
    async with seated(make_core(engine=engine), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await until(pilot, lambda: lines(page))
        await pilot.press("c")
        await until(pilot, lambda: "Asking" in word(page))
        await until(pilot, lambda: "being checked" in lines(page)[0])
        hold.set()

        await until(pilot, lambda: "is healthy" in word(page))
        assert "tier 0" in word(page)
        await until(pilot, lambda: "tier 0: quotes only" in lines(page)[0])
        assert "being checked" not in lines(page)[0]


async def test_a_model_that_cannot_answer_says_why_in_its_place(
    make_core: MakeCore,
) -> None:
    engine = ScriptedEngine("OK", fail_at=0)
    async with seated(make_core(engine=engine), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await until(pilot, lambda: lines(page))
        await pilot.press("c")

        await until(pilot, lambda: "The engine failed, as scripted" in word(page))
        await until(pilot, lambda: "unavailable" in lines(page)[0])
        assert "The engine failed, as scripted" in lines(page)[0]


async def test_a_check_is_stopped_by_escape(make_core: MakeCore) -> None:
    hold = Event()
    engine = ScriptedEngine("OK", hold=hold, hold_at=0)
    async with seated(make_core(engine=engine), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await until(pilot, lambda: lines(page))
        await pilot.press("c")
        await until(pilot, engine.reached.is_set)
        await pilot.press("escape")
        hold.set()

        await until(pilot, lambda: word(page).startswith("Stopped"))
        assert pilot.app.screen is page


async def test_a_model_is_fetched_by_its_repository(
    open_at: OpenAt, tiny: bytes
) -> None:
    files = {"t.gguf": tiny, "big.gguf": tiny + b"x"}
    with FakeHub({"org/tiny": files}) as hub:
        core = open_at(hub.url)
        async with seated(core, size=(100, 30)) as pilot:
            page = await visit(pilot, ModelsScreen, KEY)
            await pilot.press("p")
            await write(pilot, repo="org/tiny")
            await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
            listed = pilot.app.screen.query_one(OptionList)
            assert "t.gguf" in str(listed.options[0].prompt)
            await pilot.press("enter")

            await until(pilot, lambda: "is here" in word(page))
            await until(pilot, lambda: len(lines(page)) == 2)


async def test_a_stopped_fetch_is_kept_and_gone_on_with(
    open_at: OpenAt, tiny: bytes
) -> None:
    large = tiny + bytes(16_000_000)
    with FakeHub({"org/large": {"l.gguf": large}}) as hub:
        core = open_at(hub.url)
        async with seated(core, size=(100, 30)) as pilot:
            page = await visit(pilot, ModelsScreen, KEY)
            page.fetch(Wanted(repo="org/large", filename="l.gguf"))
            page.action_back()
            await until(pilot, lambda: page.working is None)
            assert "Stopped; what has arrived is kept" in word(page)
            assert not list(core.paths.models.glob("l.gguf"))

            await pilot.press("p")
            await until(pilot, lambda: isinstance(pilot.app.screen, Form))
            assert pilot.app.screen.query_one("#repo Input").value == "org/large"
            await pilot.press("enter")
            await until(pilot, lambda: "is here" in word(page))


async def test_what_the_hub_refuses_is_said_in_its_place(open_at: OpenAt) -> None:
    with FakeHub({}) as hub:
        async with seated(open_at(hub.url), size=(100, 30)) as pilot:
            page = await visit(pilot, ModelsScreen, KEY)
            await pilot.press("p")
            await write(pilot, repo="org/none")

            await until(pilot, lambda: "has no repository" in word(page))
            assert "HF_TOKEN" in word(page)
            assert pilot.app.screen is page


async def test_a_file_is_added_by_its_path_and_removed_without_being_deleted(
    make_core: MakeCore, tiny: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(tiny)
    (tmp_path / "mine.txt").write_text("no model")
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        await pilot.press(*"/")
        pilot.app.screen.query_one("#path Input").value = str(tmp_path / "mi")
        await until(pilot, lambda: offers(pilot, "path") == ["mine.gguf"])
        await write(pilot, path=str(path), name="mine")
        await until(pilot, lambda: "mine is here" in word(page))
        await until(pilot, lambda: len(lines(page)) == 2)

        page.query_one(Rows).mark("mine")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: len(lines(page)) == 1)
        assert path.exists()


async def test_a_damaged_file_is_refused_in_one_line(
    make_core: MakeCore, tmp_path: Path
) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"no model at all")
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await pilot.press("a")
        await write(pilot, path=str(path))

        await until(pilot, lambda: word(page).startswith("! "))
        assert "bad.gguf" in word(page)


async def test_a_server_is_connected_by_what_it_offers(open_at: OpenAt) -> None:
    listing = {"data": [{"id": "qwen"}, {"id": "llama"}]}
    with WaywardServer(refusing(200, listing)) as server:
        core = open_at()
        async with seated(core, size=(100, 30)) as pilot:
            page = await visit(pilot, ModelsScreen, KEY)
            await pilot.press("s")
            await write(pilot, address=server.url)
            await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
            await pilot.press("down", "enter")

            await until(pilot, lambda: "qwen is known" in word(page))
            await until(pilot, lambda: len(lines(page)) == 2)
            assert any("→ 127.0.0.1" in each for each in lines(page))


async def test_a_server_that_tells_nothing_is_asked_for_a_name(
    open_at: OpenAt,
) -> None:
    with WaywardServer(refusing(404)) as server:
        async with seated(open_at(), size=(100, 30)) as pilot:
            page = await visit(pilot, ModelsScreen, KEY)
            await pilot.press("s")
            await write(pilot, address=server.url)
            await write(pilot, model="mine")

            await until(pilot, lambda: "mine is known" in word(page))


async def test_an_address_that_is_none_is_refused(open_at: OpenAt) -> None:
    async with seated(open_at(), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await pilot.press("s")
        await write(pilot, address="not an address")

        await until(pilot, lambda: "starts with http" in word(page))


async def test_the_model_that_is_entered_answers_from_then_on(
    open_at: OpenAt,
) -> None:
    core = open_at(engine=ScriptedEngine("Yes."))
    core.models.add_remote(
        "http://localhost:8080/v1", "far", name="far", actor=core.audience.user_id
    )
    async with seated(core, size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 2)
        page.query_one(Rows).mark("far")
        await pilot.press("enter")
        await until(pilot, lambda: "far answers from now on" in word(page))
        assert core.models.in_use().name == "far"

        await pilot.press(KEY)
        await until(pilot, lambda: pilot.app.screen is screen(pilot))
        status = screen(pilot).query_one(StatusBar)
        await until(pilot, lambda: line(status).startswith("far"))


async def test_the_bundled_model_cannot_be_forgotten(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, ModelsScreen, KEY)
        await until(pilot, lambda: lines(page))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")

        await until(pilot, lambda: "cannot be removed" in word(page))


@pytest.mark.parametrize("size", [(40, 10), (23, 5), (1, 1), (200, 60)])
async def test_every_size_is_survived(
    make_core: MakeCore, size: tuple[int, int]
) -> None:
    async with seated(make_core(), size=size) as pilot:
        await visit(pilot, ModelsScreen, KEY)
        for key in ("p", "a", "s", "d"):
            await pilot.press(key)
            await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()

        assert pilot.app.is_running
