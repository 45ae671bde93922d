"""One table of keys, and everything that reads it."""

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pkgutil import walk_packages
from threading import Event

import pytest
from textual.binding import Binding
from textual.command import CommandList, CommandPalette
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

import tui
from assistant.app import Assistant
from assistant.config.settings import KeySet
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.steps import (
    ask,
    ask_and_wait,
    is_idle,
    line,
    screen,
    seated,
    shown,
    until,
)
from tui.app import HearthApp
from tui.keymap import ACTIONS, Where, actions, bindings, hint, moved, named, spelt
from tui.screens.conversation import ConversationScreen
from tui.screens.help import HelpScreen
from tui.screens.page import PageScreen
from tui.widgets.bars import StatusBar
from tui.widgets.composer import Sheet
from tui.widgets.message import MessageView
from tui.widgets.offers import Foot

_ALL = Where.EVERYWHERE
SETS = pytest.mark.parametrize("keys", KeySet)


def places(where: Where) -> list[type[DOMNode]]:
    """The classes that listen to the keys of a place."""
    if where in (Where.WRITING, Where.COMMANDING, Where.SPANNING):
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


@SETS
async def test_the_help_screen_shows_every_key(
    make_core: MakeCore, keys: KeySet
) -> None:
    async with seated(make_core(keys=keys), size=(90, 60)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))

        page = "\n".join(
            str(line.visual) for line in pilot.app.screen.query("Static").results()
        )
        for action in actions(keys):
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


async def test_the_palette_changes_the_look_for_good(make_core: MakeCore) -> None:
    core = make_core()
    async with seated(core, size=(90, 30)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"look paper")
        await until(pilot, lambda: offered(pilot) == 1)
        await pilot.press("enter")

        await until(pilot, lambda: pilot.app.theme == "paper")
        await until(pilot, lambda: set_to(core, "interface.theme") == "paper")


async def test_the_palette_changes_the_keys(make_core: MakeCore) -> None:
    core = make_core()
    async with seated(core, size=(90, 30)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"keys: vim")
        await until(pilot, lambda: offered(pilot) == 2)
        await pilot.press("enter")
        await until(pilot, lambda: set_to(core, "interface.keys") == "vim")

        await pilot.press(*"one", "escape", *"0x")
        assert screen(pilot).composer.text == "ne"


def set_to(core: Assistant, name: str) -> object:
    """What the file says of a setting."""
    return core.configuration.get(name).value


def is_palette(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.screen, CommandPalette)


async def test_emacs_keys_move_what_would_be_in_their_way(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.", keys=KeySet.EMACS), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        status = line(screen(pilot).query_one(StatusBar))
        assert "^S find" in status
        assert "Alt+X palette" in status

        await pilot.press("ctrl+p")
        await pilot.pause()
        assert not is_palette(pilot)
        assert screen(pilot).composer.text == "Is it?"

        await pilot.press("alt+n")
        await until(pilot, lambda: screen(pilot).conversation is None)
        await pilot.press("alt+x")
        await until(pilot, lambda: is_palette(pilot))


async def test_another_set_holds_at_once_and_is_kept(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    async with seated(core, size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        await pilot.press(*"/keys emacs", "enter")
        status = screen(pilot).query_one(StatusBar)
        await until(pilot, lambda: "Alt+X palette" in line(status))

        await pilot.press(*"one two", "ctrl+a", "alt+d", "ctrl+e", "ctrl+y")
        assert screen(pilot).composer.text == " twoone"
        await pilot.press("alt+x")
        await until(pilot, lambda: is_palette(pilot))
        assert set_to(core, "interface.keys") == "emacs"

        await pilot.press("escape", "ctrl+a", "ctrl+k", *"/keys plain", "enter")
        await until(pilot, lambda: "^P palette" in line(status))


async def test_keys_there_are_none_of_are_named(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(120, 30)) as pilot:
        await pilot.press(*"/keys wordstar", "enter")
        await until(pilot, lambda: pilot.app._notifications)

        told = [each.message for each in pilot.app._notifications]
        assert told == ["No keys 'wordstar'; there are: plain, vim, emacs"]


async def test_hints_name_the_keys_of_the_set(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.", keys=KeySet.VIM), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        await pilot.press("escape", "ctrl+up")
        reply = shown(pilot)[-1]
        await until(pilot, lambda: "y copy" in line(reply.query_one(Foot)))

        await pilot.press("escape", "i", *"/keys plain", "enter", "ctrl+up")
        await until(pilot, lambda: "c copy" in line(reply.query_one(Foot)))


async def test_a_chord_that_was_begun_is_shown_and_can_be_dropped(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(keys=KeySet.EMACS), size=(120, 30)) as pilot:
        status = screen(pilot).query_one(StatusBar)
        await pilot.press("ctrl+x")
        await until(pilot, lambda: "^X …   Esc drops it" in line(status))

        await pilot.press("ctrl+g")
        await until(pilot, lambda: "…" not in line(status))
        await pilot.press("ctrl+x", "ctrl+c")
        await until(pilot, lambda: pilot.app._exit)


async def test_a_count_that_was_begun_is_shown(make_core: MakeCore) -> None:
    async with seated(make_core(keys=KeySet.VIM), size=(120, 30)) as pilot:
        await pilot.press(*"one", "escape", "2", "d")
        status = screen(pilot).query_one(StatusBar)

        await until(pilot, lambda: "2 d …" in line(status))


async def test_vim_keys_go_through_the_conversation(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.", keys=KeySet.VIM), size=(120, 30)) as pilot:
        for question in ("One?", "Two?", "Three?"):
            await ask_and_wait(pilot, question)

        await pilot.press("escape", "ctrl+up", "k")
        assert focused_words(pilot) == "Three?"
        await pilot.press("g", "g")
        await until(pilot, lambda: focused_words(pilot) == "One?")
        await pilot.press("j")
        assert focused_words(pilot) == "Yes."
        await pilot.press("G", "k")
        await until(pilot, lambda: focused_words(pilot) == "Three?")


def focused_words(pilot: Pilot[None]) -> str:
    view = screen(pilot).focused
    return view.message.content if isinstance(view, MessageView) else ""


async def test_vims_escape_stops_an_answer_when_letters_are_commands(
    make_core: MakeCore,
) -> None:
    hold = Event()
    engine = ScriptedEngine("a b c d", hold=hold, hold_at=2)
    core = make_core(engine=engine, keys=KeySet.VIM)
    async with seated(core, size=(120, 30)) as pilot:
        await ask(pilot, "Talk")
        await until(pilot, engine.reached.is_set)
        await pilot.press("escape")
        await pilot.pause()
        assert screen(pilot).live is not None
        assert not screen(pilot).live.is_stopping

        await pilot.press("escape")
        await until(pilot, lambda: is_idle(pilot) or screen(pilot).live.is_stopping)
        hold.set()
        await until(pilot, lambda: is_idle(pilot))


def clickable(pilot: Pilot[None]) -> set[str]:
    """The actions of all words on the screen that can be clicked."""
    page = screen(pilot)
    found = set()
    for y, strip in enumerate(page._compositor.render_strips()):
        for x in range(strip.cell_length):
            if action := page.get_style_at(x, y).meta.get("@click"):
                found.add(action if isinstance(action, str) else action[-2])
    return found


async def test_whatever_can_be_clicked_has_a_key(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        await pilot.press("ctrl+up")
        await pilot.pause()
        names = {action.name.removeprefix("screen.") for action in ACTIONS}

        clicked = {name.removeprefix("screen.") for name in clickable(pilot)}

        assert {"stop", "help", "choose_model", "app.command_palette"} <= clicked
        assert any(name.startswith("wish") for name in clicked)
        assert clicked <= names, clicked - names


async def test_whatever_has_a_key_everywhere_can_be_clicked(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("Yes."), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        bar = screen(pilot).query_one(StatusBar)
        await pilot.click(bar, offset=(bar.render().plain.index("palette") - 1, 0))
        await until(pilot, lambda: is_palette(pilot))
        options = pilot.app.screen.query_one(CommandList)
        await until(pilot, lambda: options.option_count > 10)

        named = "\n".join(
            str(options.get_option_at_index(place).prompt)
            for place in range(options.option_count)
        )

        by_mouse = {"stop", "browse", "app.command_palette"}  # in sight themselves
        for action in ACTIONS:
            if action.where is Where.EVERYWHERE and action.name not in by_mouse:
                assert action.help in named or spelt(action.keys) in named, action
