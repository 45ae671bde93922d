"""Words that go elsewhere: to the clipboard, into a file, to the desktop."""

import json
import stat
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from tests.tui.conftest import MakeCore
from tests.tui.steps import ask_and_wait, is_idle, screen, seated, shown, until
from tui.modals.choose import Choose
from tui.modals.saving import SaveAs
from tui.widgets.fence import FenceHead

CODE = "First:\n\n```python\nx = 1\n```\n\nthen\n\n```sh\nls\n```\n"
LINKS = "See [one](https://one.example) and https://two.example/x, not [x](file:///etc)"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the desktop notes what it was asked to open."""
    programs, seen = tmp_path / "programs", tmp_path / "seen"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" >> "{seen}"\n')
    opener.chmod(opener.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    seen.touch()
    return seen


def notes(pilot) -> list[str]:
    return [note.message for note in pilot.app._notifications]


async def test_code_is_copied_block_by_block_and_by_a_click(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(CODE), size=(100, 40)) as pilot:
        await ask_and_wait(pilot, "write")
        await pilot.press("ctrl+up", "b")
        await until(pilot, lambda: pilot.app.clipboard == "x = 1")
        await pilot.press("b")
        await until(pilot, lambda: pilot.app.clipboard == "ls")
        assert "Copied block 2 of 2" in notes(pilot)
        await pilot.press("b")
        await until(pilot, lambda: pilot.app.clipboard == "x = 1")

        head = list(screen(pilot).query(FenceHead))[1]
        await pilot.click(head, offset=(head.size.width, 0))
        await until(pilot, lambda: pilot.app.clipboard == "ls")


async def test_where_there_is_no_code_that_is_said(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.")) as pilot:
        await ask_and_wait(pilot, "write")
        await pilot.press("ctrl+up", "b")

        await until(pilot, lambda: "There is no code in it" in notes(pilot))


async def test_the_whole_conversation_is_copied_as_markdown(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("One.", "Two.")) as pilot:
        await ask_and_wait(pilot, "first")
        await ask_and_wait(pilot, "second")
        await pilot.press("ctrl+up", "y")
        await until(pilot, lambda: pilot.app.clipboard)

        copied = pilot.app.clipboard
        places = [copied.index(each) for each in ("first", "One.", "second", "Two.")]
        assert places == sorted(places)


async def test_a_conversation_is_saved_to_a_file_in_the_form_its_name_asks_for(
    make_core: MakeCore, tmp_path: Path
) -> None:
    async with seated(make_core("One.")) as pilot:
        await ask_and_wait(pilot, "first")
        for name in ("talk.md", "talk.jsonl"):
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(pilot.app.screen, SaveAs))
            assert pilot.app.screen.query_one(Input).value.endswith("first.md")
            pilot.app.screen.query_one(Input).value = str(tmp_path / name)
            await pilot.press("enter")
            await until(pilot, lambda n=name: (tmp_path / n).exists())
            await until(pilot, lambda: pilot.app.screen is screen(pilot))

    assert "One." in (tmp_path / "talk.md").read_text()
    lines = (tmp_path / "talk.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["type"] == "hearth-conversations"
    assert stat.S_IMODE((tmp_path / "talk.md").stat().st_mode) == 0o600


async def test_a_file_that_is_there_is_written_over_only_when_said_twice(
    make_core: MakeCore, tmp_path: Path
) -> None:
    path = tmp_path / "precious.md"
    path.write_text("precious")

    async with seated(make_core("One.")) as pilot:
        await ask_and_wait(pilot, "first")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SaveAs))
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert "there already" in str(pilot.app.screen.query_one(".warning").visual)
        assert path.read_text() == "precious"
        await pilot.press("enter")
        await until(pilot, lambda: "One." in path.read_text())


@pytest.mark.parametrize("name", ["no/such/folder.md", ""])
async def test_a_place_that_cannot_be_written_is_told(
    make_core: MakeCore, tmp_path: Path, name: str
) -> None:
    async with seated(make_core("One.")) as pilot:
        await ask_and_wait(pilot, "first")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SaveAs))
        pilot.app.screen.query_one(Input).value = str(tmp_path / name)
        await pilot.press("enter")
        await pilot.pause()

        assert str(pilot.app.screen.query_one(".warning").visual)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))


async def test_of_several_links_one_is_chosen_and_opened_by_the_desktop(
    make_core: MakeCore, opened: Path
) -> None:
    async with seated(make_core(LINKS), size=(100, 30)) as pilot:
        await ask_and_wait(pilot, "links")
        await pilot.press("ctrl+up", "l")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        options = pilot.app.screen.query_one(OptionList)
        assert options.option_count == 2
        await pilot.press("down", "enter")

        await until(pilot, lambda: "https://two.example/x" in opened.read_text())


async def test_without_a_desktop_the_address_is_copied(
    make_core: MakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    async with seated(make_core("See https://one.example")) as pilot:
        await ask_and_wait(pilot, "links")
        await pilot.press("ctrl+up", "l")

        await until(pilot, lambda: pilot.app.clipboard == "https://one.example")
        assert is_idle(pilot)
        assert shown(pilot)
