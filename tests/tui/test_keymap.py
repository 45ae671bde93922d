"""One table of keys, and everything that reads it."""

from itertools import product

import pytest
from textual.binding import Binding
from textual.command import CommandList
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from tests.tui.conftest import MakeCore
from tests.tui.steps import screen, seated, until
from tui.app import HearthApp
from tui.keymap import ACTIONS, Where, bindings, hint, spelt
from tui.screens.conversation import ConversationScreen
from tui.screens.help import HelpScreen
from tui.widgets.composer import Sheet
from tui.widgets.message import MessageView
from tui.widgets.sidebar import Titles

_AT_HOME = {
    Where.WRITING: Sheet,
    Where.READING: MessageView,
    Where.CHOOSING: Titles,
}
"""Which widget has the focus in each place."""


def keys(where: Where) -> list[str]:
    return [
        key
        for action in ACTIONS
        if action.where is where
        for key in action.keys.split(",")
    ]


@pytest.mark.parametrize("where", Where)
def test_no_key_is_bound_twice_in_one_place(where: Where) -> None:
    bound = keys(where)

    assert len(bound) == len(set(bound))


@pytest.mark.parametrize("where", [each for each in Where if each in _AT_HOME])
def test_no_place_takes_a_key_that_works_everywhere(where: Where) -> None:
    assert not set(keys(where)) & set(keys(Where.EVERYWHERE))


@pytest.mark.parametrize("widget", [TextArea, OptionList, Input])
def test_no_key_for_everywhere_is_one_that_editing_needs(widget: type) -> None:
    needed = {
        key
        for binding in widget.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    spared = {"ctrl+f"} if widget is Input else set()  # ctrl+delete does the same

    assert not set(keys(Where.EVERYWHERE)) & needed - spared


def test_every_action_exists_where_its_key_is_pressed() -> None:
    for action in ACTIONS:
        name = action.name.partition("(")[0]
        name = name.removeprefix("screen.")
        places = [_AT_HOME.get(action.where), ConversationScreen]
        if name.startswith("app."):
            places, name = [HearthApp], name.removeprefix("app.")

        assert any(hasattr(place, f"action_{name}") for place in places), action


def test_every_action_says_what_it_does() -> None:
    for action, other in product(ACTIONS, ACTIONS):
        assert action.help
        assert action is other or (action.help, action.where) != (
            other.help,
            other.where,
        )


def test_bindings_carry_the_whole_table() -> None:
    bound = [binding.key for where in Where for binding in bindings(where)]

    assert bound == [
        action.keys for where in Where for action in ACTIONS if action.where is where
    ]


def test_keys_are_spelt_for_people() -> None:
    assert spelt("ctrl+n,f2") == "Ctrl+N, F2"
    assert hint("new") == "^N"


async def test_the_help_screen_shows_every_key(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(90, 60)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))

        page = "\n".join(
            str(line.visual) for line in pilot.app.screen.query("Static").results()
        )
        for action in ACTIONS:
            assert spelt(action.keys) in page
            assert action.help in page
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))


def offered(pilot: Pilot[None]) -> int:
    """How many commands the palette offers."""
    return pilot.app.screen.query_one(CommandList).option_count


async def test_the_palette_runs_an_action_by_its_name(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(90, 30)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"show these keys")
        await until(pilot, lambda: offered(pilot) == 1)
        await pilot.press("enter")

        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))


async def test_the_palette_changes_the_look(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(90, 30)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"look paper")
        await until(pilot, lambda: offered(pilot) == 1)
        await pilot.press("enter")

        await until(pilot, lambda: pilot.app.theme == "paper")
