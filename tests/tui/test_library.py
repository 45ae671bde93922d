"""The library's page, over the real store: taking in, finding, looking, removing."""

import os
import stat
from pathlib import Path

import pytest
from textual.command import CommandList
from textual.widgets import Input

from assistant.app import Assistant
from tests.tui.conftest import MakeCore
from tests.tui.pages import (
    complaint,
    facts,
    lines,
    offers,
    papers,
    take_in,
    visit,
    word,
    write,
)
from tests.tui.steps import screen, seated, until
from tui.modals.confirm import Confirm
from tui.modals.form import Form
from tui.screens.library import LibraryScreen
from tui.screens.memories import MemoriesScreen
from tui.screens.models import ModelsScreen
from tui.screens.passages import PassagesScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.page import Gauge
from tui.widgets.rows import Lines, Rows

KEY = "ctrl+l"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return papers(tmp_path / "papers")


@pytest.fixture
def shelved(make_core: MakeCore, folder: Path) -> Assistant:
    core = make_core()
    take_in(core, folder)
    return core


async def test_an_empty_library_says_which_key_adds_a_folder(
    make_core: MakeCore,
) -> None:
    async with seated(make_core()) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: page.has_class("-empty"))

        assert "a adds a folder" in str(page.query_one(".empty").visual)


async def test_a_folder_is_taken_in_and_what_was_left_out_is_said(
    make_core: MakeCore, folder: Path
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await pilot.press("a")
        await write(pilot, source=str(folder))

        await until(pilot, lambda: "Added 3 documents, 1 skipped" in word(page))
        await until(pilot, lambda: len(lines(page)) == 3)
        assert "picture.bin" in word(page)
        assert facts(page) == "3 documents"
        assert page.query_one(Gauge).share is None
        assert any(line.startswith("Quillon kettle") for line in lines(page))


async def test_a_path_is_completed_and_one_that_is_not_there_is_refused(
    make_core: MakeCore, folder: Path
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        await visit(pilot, LibraryScreen, KEY)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        line = pilot.app.screen.query_one("#source Input", Input)
        line.value = str(folder.parent / "pap")
        await until(pilot, lambda: offers(pilot, "source") == ["papers/"])
        assert complaint(pilot, "source") == "Nothing is there yet"

        await pilot.press("tab")
        await until(pilot, lambda: line.value == f"{folder}/")
        await until(pilot, lambda: "ferry.txt" in offers(pilot, "source"))
        await until(pilot, lambda: not complaint(pilot, "source"))


async def test_documents_go_into_the_collection_that_was_named(
    make_core: MakeCore, folder: Path
) -> None:
    core = make_core()
    async with seated(core, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await pilot.press("a")
        await write(pilot, source=str(folder / "ferry.txt"), collection="harbour")

        await until(pilot, lambda: any("harbour" in each for each in lines(page)))
        (document,) = core.library.documents(core.audience)
        assert document.collection == "harbour"


async def test_stopping_keeps_what_is_whole_and_goes_on_another_time(
    make_core: MakeCore, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(60):
        (many / f"{number:02}.txt").write_text(f"Lamp {number} was lit.\n" * 30)
    core = make_core()
    async with seated(core, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        page.take_in(str(many))
        await until(pilot, lambda: "files" in word(page) and "0/60" not in word(page))
        await pilot.press("escape")
        await until(pilot, lambda: word(page).startswith("Stopped"))

        kept = core.library.documents(core.audience, limit=100)
        assert 0 < len(kept) < 60
        assert all(each.passage_count for each in kept)
        page.take_in(str(many))
        await until(pilot, lambda: "Added" in word(page))
        assert len(core.library.documents(core.audience, limit=100)) == 60


async def test_taking_in_goes_on_while_another_page_is_looked_at(
    make_core: MakeCore, folder: Path
) -> None:
    core = make_core()
    async with seated(core, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        page.take_in(str(folder))
        await pilot.press(KEY)
        await until(pilot, lambda: pilot.app.screen is screen(pilot))

        await until(pilot, lambda: page.working is None)
        again = await visit(pilot, LibraryScreen, KEY)
        assert again is page
        assert "Added 3 documents" in word(page)


async def test_letters_narrow_the_list(shelved: Assistant) -> None:
    async with seated(shelved, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 3)
        await pilot.press("ctrl+f", *"kett")
        await until(pilot, lambda: len(lines(page)) == 1)
        await pilot.press(*"xyz")
        await until(pilot, lambda: lines(page) == ["Nothing has that in its name"])

        await pilot.press("escape")
        await until(pilot, lambda: len(lines(page)) == 3)
        assert page.query_one(Rows).has_focus


async def test_a_document_shows_its_passages_with_their_places(
    shelved: Assistant,
) -> None:
    async with seated(shelved, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 3)
        page.query_one(Rows).mark(document(shelved, "kettle.md"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PassagesScreen))
        inside = pilot.app.screen
        await until(pilot, lambda: inside.query_one(Lines).option_count)

        first = str(inside.query_one(Lines).options[0].prompt)
        assert "Descale it every 45 days" in first
        assert "tokens" in first
        assert "kettle.md" in str(inside.query_one(".about").visual)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is page)


async def test_removing_asks_first_and_leaves_the_file(
    shelved: Assistant, folder: Path
) -> None:
    async with seated(shelved, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 3)
        page.query_one(Rows).mark(document(shelved, "ferry.txt"))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is page)
        assert len(shelved.library.documents(shelved.audience)) == 3

        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: len(lines(page)) == 2)
        assert "Removed" in word(page)
        assert (folder / "ferry.txt").exists()


async def test_what_is_gone_from_the_disk_is_shown_after_reading_again(
    shelved: Assistant, folder: Path
) -> None:
    (folder / "ferry.txt").unlink()
    async with seated(shelved, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 3)
        await pilot.press("R")

        await until(
            pilot, lambda: any("its file is gone" in line for line in lines(page))
        )
        await until(pilot, lambda: "2 unchanged" in word(page))


async def test_a_path_that_is_gone_is_said_in_place_with_what_to_do(
    make_core: MakeCore, tmp_path: Path
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        page.take_in(str(tmp_path / "nowhere"))

        await until(pilot, lambda: "There is no" in word(page))
        assert "Check how the path is written" in word(page)
        assert pilot.app.screen is page


async def test_a_document_is_opened_by_the_desktop(
    shelved: Assistant,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/seen"\n')
    opener.chmod(opener.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.environ['PATH']}")
    async with seated(shelved, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 3)
        page.query_one(Rows).mark(document(shelved, "ferry.txt"))
        await pilot.press("o")

        await until(pilot, lambda: (tmp_path / "seen").exists())
        assert "Opened" in word(page)
        (folder / "ferry.txt").unlink()
        await pilot.press("o")
        await until(pilot, lambda: "is not there any more" in word(page))


async def test_titles_cannot_command_the_terminal(
    make_core: MakeCore, tmp_path: Path
) -> None:
    bad = tmp_path / "bad\x1b[31m\u202e[b]bold[b].txt"
    bad.write_text("The \u202elamp [b]was[/b] lit.\n")
    core = make_core()
    take_in(core, bad)
    async with seated(core, size=(100, 30)) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await until(pilot, lambda: len(lines(page)) == 1)

        (line,) = lines(page)
        assert "\x1b" not in line
        assert "\u202e" not in line
        assert "[b]bold[b]" in line
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PassagesScreen))
        inside = pilot.app.screen.query_one(Lines)
        await until(pilot, lambda: inside.option_count)
        passage = str(inside.options[0].prompt)
        assert "[b]was[/b]" in passage
        assert "\u202e" not in passage


async def test_keys_below_can_be_clicked(shelved: Assistant) -> None:
    async with seated(shelved, size=(100, 30)) as pilot:
        await visit(pilot, LibraryScreen, KEY)
        await pilot.click("KeyLine", offset=(2, 0))

        await until(pilot, lambda: isinstance(pilot.app.screen, Form))


@pytest.mark.parametrize("size", [(40, 10), (23, 5), (1, 1), (200, 60)])
async def test_every_size_is_survived(
    shelved: Assistant, size: tuple[int, int]
) -> None:
    async with seated(shelved, size=size) as pilot:
        page = await visit(pilot, LibraryScreen, KEY)
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("escape", "a", "escape")
        await pilot.pause()

        assert pilot.app.is_running
        assert all("\n" not in line for line in lines(page))


def document(core: Assistant, name: str) -> str:
    """The id of the document that was read from a file of that name."""
    found = core.library.documents(core.audience)
    return next(each.id for each in found if each.source.endswith(name))


async def test_the_palette_offers_what_can_be_done_on_the_page(
    shelved: Assistant,
) -> None:
    async with seated(shelved, size=(100, 40)) as pilot:
        await visit(pilot, LibraryScreen, KEY)
        await pilot.press("ctrl+p", *"add a folder")
        commands = pilot.app.screen.query_one(CommandList)
        await until(pilot, lambda: commands.option_count == 1)
        await pilot.press("enter")

        await until(pilot, lambda: isinstance(pilot.app.screen, Form))


async def test_every_page_is_one_key_from_every_other(shelved: Assistant) -> None:
    kinds = {
        "f5": ModelsScreen,
        "f8": MemoriesScreen,
        "f9": SettingsScreen,
        KEY: LibraryScreen,
    }
    async with seated(shelved, size=(100, 30)) as pilot:
        for key, kind in kinds.items():
            await visit(pilot, kind, key)
            assert len(pilot.app.screen_stack) == 2
        await pilot.press("escape")

        await until(pilot, lambda: pilot.app.screen is screen(pilot))


async def test_the_ways_to_the_pages_can_be_clicked(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.click("Welcome .doors", offset=(2, 0))

        await until(pilot, lambda: isinstance(pilot.app.screen, LibraryScreen))
