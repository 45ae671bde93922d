"""Keys that come faster than what they open."""

import pytest
from textual.command import CommandPalette
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeCore
from tests.tui.steps import ask_and_wait, said, screen, seated, until
from tui.modals.form import Form
from tui.modals.models import ChooseModel
from tui.modals.rename import Rename
from tui.modals.search import Search
from tui.screens.help import HelpScreen
from tui.screens.memories import MemoriesScreen

_LETTERS = 1


def type_at_once(pilot: Pilot[None], *keys: str) -> None:
    """All of them are there before the first one is looked at."""
    for key in keys:
        character = key if len(key) == _LETTERS else None
        pilot.app.post_message(Key(key, character))


def written(pilot: Pilot[None]) -> str:
    """What stands in the line that has the focus."""
    focused = pilot.app.focused
    return focused.value if isinstance(focused, Input) else ""


@pytest.mark.parametrize(
    ("key", "opened"),
    [("ctrl+f", Search), ("ctrl+p", CommandPalette), ("f2", Rename)],
)
async def test_letters_go_to_the_question_that_a_key_asked_for(
    make_core: MakeCore, key: str, opened: type
) -> None:
    async with seated(make_core("Yes."), size=(100, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        type_at_once(pilot, *"so", key, *"word")

        await until(pilot, lambda: isinstance(pilot.app.screen, opened))
        await until(pilot, lambda: written(pilot).endswith("word"))
        assert screen(pilot).composer.text == "so"


async def test_letters_go_to_the_line_that_finds_here(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(100, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        type_at_once(pilot, "f3", *"yes")

        await until(pilot, lambda: screen(pilot).find_bar.words == "yes")
        assert screen(pilot).composer.text == ""


async def test_letters_go_to_the_page_and_to_the_form_on_it(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        type_at_once(pilot, "f8", "a", *"tea")

        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        await until(pilot, lambda: written(pilot) == "tea")
        assert isinstance(pilot.app.screen_stack[-2], MemoriesScreen)
        assert screen(pilot).composer.text == ""


async def test_a_choice_that_is_looked_up_first_gets_the_keys_too(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        type_at_once(pilot, "ctrl+o", "x", "escape", "y")

        await until(pilot, lambda: screen(pilot).composer.text == "y")
        assert not isinstance(pilot.app.screen, ChooseModel)


async def test_a_key_goes_to_the_message_that_was_stepped_to(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("Yes."), size=(100, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        type_at_once(pilot, "ctrl+up", "up", "e", *"nt")

        await until(pilot, lambda: screen(pilot).composer.text == "Is it?nt")


async def test_a_search_is_typed_and_its_hit_gone_to_and_edited_in_one_go(
    make_core: MakeCore,
) -> None:
    core = make_core("A kettle.", "No.")
    async with seated(core, size=(100, 30)) as pilot:
        await ask_and_wait(pilot, "What boils?")
        await pilot.press("ctrl+n")
        await ask_and_wait(pilot, "Sure?")
        type_at_once(pilot, "ctrl+f", *"boils")
        await until(pilot, lambda: isinstance(pilot.app.screen, Search))
        await until(pilot, lambda: pilot.app.screen._hits)
        type_at_once(pilot, "enter", "e", *"away")

        await until(pilot, lambda: screen(pilot).composer.text == "What boils?away")
        assert said(pilot)[0] == "What boils?"


async def test_a_command_is_completed_before_enter_takes_it(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        type_at_once(pilot, *"/hel", "enter")

        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert screen(pilot).composer.text == ""


async def test_letters_wait_for_the_conversation_that_is_opened(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("A.", "B."), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "One?")
        await pilot.press("ctrl+n")
        await ask_and_wait(pilot, "Two?")
        type_at_once(pilot, "alt+left", "down", "enter", *"mine")

        await until(pilot, lambda: said(pilot)[:1] == ["One?"])
        await until(pilot, lambda: screen(pilot).composer.text == "mine")
