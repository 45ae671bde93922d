"""One table of keys, and everything that reads it."""

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pkgutil import walk_packages

import pytest
from textual.binding import Binding
from textual.command import CommandList
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

import tui
from assistant.config.settings import KeySet
from tests.tui.conftest import MakeCore
from tests.tui.steps import screen, seated, until
from tui.app import HearthApp
from tui.keymap import ACTIONS, Where, actions, bindings, hint, moved, named, spelt
from tui.screens.conversation import ConversationScreen
from tui.screens.help import HelpScreen
from tui.screens.page import PageScreen
from tui.widgets.composer import Sheet

_ALL = Where.EVERYWHERE
SETS = pytest.mark.parametrize("keys", KeySet)


def places(where: Where) -> list[type[DOMNode]]:
    """The classes that listen to the keys of a place."""
    if where in (Where.WRITING, Where.COMMANDING):
        return [Sheet]
    begins = f"{where.name.lower()}."
    return [
        place
        for place in every_class(DOMNode)
        if any(begins in (each.id or "") for each in own_bindings(place))
    ]


for _module in walk_packages(tui.__path__, "tui."):
    import_module(_module.name)


def every_class(root: type[DOMNode]) -> Iterator[type[DOMNode]]:
    """Those of the interface, once they are imported."""
    for below in root.__subclasses__():
        if below.__module__.startswith("tui."):
            yield below
        yield from every_class(below)


def own_bindings(place: type[DOMNode]) -> list[Binding]:
    bound = vars(place).get("BINDINGS", [])
    return [each for each in bound if isinstance(each, Binding)]


def pressed(where: Where, keys: KeySet) -> list[str]:
    return [
        key
        for action in actions(keys)
        if action.where is where
        for key in action.keys.split(",")
        if key
    ]


def strokes(where: Where, keys: KeySet) -> set[str]:
    """The keys with which something begins there."""
    return {key.split(" ")[0] for key in pressed(where, keys)}


@SETS
@pytest.mark.parametrize("where", Where)
def test_no_key_is_bound_twice_in_one_place(where: Where, keys: KeySet) -> None:
    bound = pressed(where, keys)

    assert len(bound) == len(set(bound))


@SETS
@pytest.mark.parametrize("where", Where)
def test_no_key_is_the_beginning_of_another_in_its_place(
    where: Where, keys: KeySet
) -> None:
    bound = pressed(where, keys)

    assert not [
        (one, other) for one, other in product(bound, bound) if f"{one} " in other
    ]


@SETS
@pytest.mark.parametrize("where", [each for each in Where if each is not _ALL])
def test_no_place_takes_a_key_that_works_everywhere(where: Where, keys: KeySet) -> None:
    taken = strokes(where, keys) & set(pressed(Where.EVERYWHERE, keys))

    assert not taken - ({"escape"} if keys is KeySet.VIM else set())


def test_in_vims_set_escape_leaves_off_writing_first() -> None:
    assert named(Where.WRITING, KeySet.VIM)["escape"] == "command"
    assert "escape" not in named(Where.COMMANDING, KeySet.VIM)


@SETS
@pytest.mark.parametrize("widget", [TextArea, OptionList, Input])
def test_no_key_for_everywhere_is_one_that_editing_needs(
    widget: type, keys: KeySet
) -> None:
    needed = {
        key
        for binding in widget.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    spared = {"ctrl+f"} if widget is Input else set()  # ctrl+delete does the same

    assert not set(pressed(Where.EVERYWHERE, keys)) & needed - spared


@SETS
def test_what_a_set_moves_is_in_the_table(keys: KeySet) -> None:
    assert set(moved(keys)) <= {action.id for action in ACTIONS}


@SETS
def test_every_action_exists_where_its_key_is_pressed(keys: KeySet) -> None:
    for action in actions(keys):
        owner, _, name = action.name.partition("(")[0].rpartition(".")
        owners = {"app": [HearthApp], "screen": [ConversationScreen, PageScreen]}
        homes = owners.get(owner, [*places(action.where), ConversationScreen])

        assert any(hasattr(home, f"action_{name}") for home in homes), action


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
    assert spelt("g,G,d d") == "g, G, dd"
    assert spelt("ctrl+x u") == "Ctrl+X u"
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
