"""The settings' page, over a real settings file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from assistant.app import Assistant, open_assistant
from assistant.config.described import described_settings
from assistant.config.loader import load_settings
from assistant.config.paths import find_paths
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.pages import complaint, facts, lines, visit, word
from tests.tui.steps import seated, until
from tui.modals.choose import Choose
from tui.modals.form import Form
from tui.screens.help import HelpScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.rows import Rows

KEY = "f9"
OpenWith = Callable[..., Assistant]


@pytest.fixture
def open_with(tmp_path: Path) -> Iterator[OpenWith]:
    """A core whose settings are those of its file and environment."""
    opened = []

    def make(text: str = "", **environment: str) -> Assistant:
        home = tmp_path / "house"
        given = {"HEARTH_HOME": str(home), "HEARTH_STORAGE_ENCRYPTION": "none"}
        paths = find_paths(given)
        paths.config.mkdir(parents=True)
        paths.settings_file.write_text(text)
        context = open_assistant(
            paths=paths,
            environment={**given, **environment},
            engines=lambda _: ScriptedEngine("Yes."),
        )
        core = context.__enter__()
        opened.append(context)
        core.beginning.note_greeted()
        return core

    yield make
    for context in opened:
        context.__exit__(None, None, None)


async def marked(pilot: Pilot[None], name: str) -> SettingsScreen:
    """The settings' page, with the mark on one."""
    page = await visit(pilot, SettingsScreen, KEY)
    await until(pilot, lambda: page.entries)
    page.query_one(Rows).mark(name)
    await pilot.pause()
    return page


def about(page: SettingsScreen) -> str:
    return str(page.query_one(".about").visual)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Write a new value where it is asked for."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Form))
    pilot.app.screen.query_one(Input).value = text
    await pilot.pause()


async def test_every_setting_is_there_and_explained(open_with: OpenWith) -> None:
    async with seated(open_with(), size=(110, 40)) as pilot:
        for each in described_settings():
            page = await marked(pilot, each.name)
            assert page.marked is not None
            assert page.marked.name == each.name
            assert each.help.split()[0] in about(page)
            await pilot.press("escape")


async def test_a_number_is_checked_as_it_is_typed_and_saved(
    open_with: OpenWith,
) -> None:
    core = open_with("# mine\n[chat]\ntemperature = 0.5  # warm\n")
    async with seated(core, size=(110, 40)) as pilot:
        page = await marked(pilot, "chat.temperature")
        await pilot.press("enter")
        await typed(pilot, "7")
        await until(pilot, lambda: "between 0 and 2" in complaint(pilot, "value"))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Form)

        await typed(pilot, "0.9")
        await until(pilot, lambda: not complaint(pilot, "value"))
        await pilot.press("enter")
        await until(pilot, lambda: "chat.temperature is 0.9" in word(page))
        assert "Felt when Hearth starts the next time" in word(page)
        text = core.paths.settings_file.read_text()
        assert text == "# mine\n[chat]\ntemperature = 0.9  # warm\n"
        await until(pilot, lambda: "at the next start" in facts(page))


async def test_a_choice_is_made_from_a_list_and_a_look_is_worn_at_once(
    open_with: OpenWith,
) -> None:
    core = open_with()
    async with seated(core, size=(110, 40)) as pilot:
        page = await marked(pilot, "interface.theme")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        assert pilot.app.screen.query_one(OptionList).option_count == 4
        await pilot.press("down", "enter")

        await until(pilot, lambda: pilot.app.theme == "paper")
        assert word(page) == "interface.theme is paper"
        assert load_settings(core.paths, {}).interface.theme == "paper"


async def test_another_set_of_keys_holds_at_once_on_the_page_too(
    open_with: OpenWith,
) -> None:
    core = open_with()
    async with seated(core, size=(110, 40)) as pilot:
        page = await marked(pilot, "interface.keys")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("down", "down", "enter")

        await until(pilot, lambda: word(page) == "interface.keys is emacs")
        assert "next start" not in facts(page)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        title = pilot.app.screen.query_one(".title", Static)
        assert str(title.visual) == "◖ Keys, as in emacs"
        await pilot.press("escape", "alt+x")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))


async def test_a_setting_is_given_its_default_again(open_with: OpenWith) -> None:
    core = open_with("[chat]\ntemperature = 0.5\n")
    async with seated(core, size=(110, 40)) as pilot:
        page = await marked(pilot, "chat.temperature")
        assert f"set in {core.paths.settings_file}:2:1" in about(page)
        await pilot.press("d")

        await until(pilot, lambda: "chat.temperature is 0.0" in word(page))
        assert "temperature" not in core.paths.settings_file.read_text()


async def test_a_variable_says_that_it_has_the_last_word(open_with: OpenWith) -> None:
    core = open_with(HEARTH_CHAT_TEMPERATURE="1.5")
    async with seated(core, size=(110, 40)) as pilot:
        page = await marked(pilot, "chat.temperature")
        assert "set by HEARTH_CHAT_TEMPERATURE" in about(page)
        await pilot.press("enter")
        await typed(pilot, "0.1")
        await pilot.press("enter")

        await until(pilot, lambda: "whatever the file says" in word(page))


async def test_a_broken_file_is_said_in_its_place(open_with: OpenWith) -> None:
    core = open_with()
    core.paths.settings_file.write_text("[chat\n")
    async with seated(core, size=(110, 40)) as pilot:
        page = await visit(pilot, SettingsScreen, KEY)

        await until(pilot, lambda: "not valid TOML" in word(page))


async def test_letters_find_a_setting_by_its_help(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(110, 40)) as pilot:
        page = await visit(pilot, SettingsScreen, KEY)
        await until(pilot, lambda: page.entries)
        await pilot.press("ctrl+f", *"likeliest")

        await until(pilot, lambda: len(page.query_one(Rows).rows) == 2)
        assert any("temperature" in line for line in lines(page))


@pytest.mark.parametrize("size", [(40, 10), (23, 5), (1, 1), (200, 60)])
async def test_every_size_is_survived(
    make_core: MakeCore, size: tuple[int, int]
) -> None:
    async with seated(make_core(), size=size) as pilot:
        await visit(pilot, SettingsScreen, KEY)
        for key in ("enter", "escape", "end", "enter", "escape", "d"):
            await pilot.press(key)
            await pilot.pause()

        assert pilot.app.is_running
