"""There is a place to write before there is a core, and a word when there is none."""

from dataclasses import replace
from threading import Event

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.config.settings import KeySet
from assistant.entities.draft import Draft
from assistant.errors import (
    AssistantError,
    ConfigError,
    DatabaseBusyError,
    DiskFullError,
    KeyMissingError,
    NewerDatabaseError,
    StorageError,
    UnreadableDatabaseError,
)
from tests.tui.conftest import MakeCore
from tests.tui.gate import Gate, before, opened
from tests.tui.steps import is_idle, said, screen, until
from tui.app import HearthApp
from tui.screens.conversation import ConversationScreen
from tui.screens.help import HelpScreen
from tui.widgets.composer import Composer
from tui.widgets.sheet import INVITATION, Sheet

SAFE = ("left exactly as", "What was saved before", "Nothing is lost", "stays as it is")


def page(pilot: Pilot[None]) -> str:
    return "\n".join(str(each.visual) for each in pilot.app.screen.query(Static))


def sheet(pilot: Pilot[None]) -> Sheet:
    return pilot.app.screen.query_one(Sheet)


async def test_one_writes_before_there_is_a_core_and_goes_on_after(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core("Yes."))
    async with before(gate) as pilot:
        await pilot.press(*"Dear me", "left", "left")
        assert sheet(pilot).text == "Dear me"
        assert "opening" in page(pilot)

        await opened(gate, pilot)
        await pilot.press("s", "o", "m")

        assert screen(pilot).query_one(Composer).text == "Dear somme"
        assert sheet(pilot).has_focus


async def test_idle_moments_are_used_as_soon_as_there_is_a_core(
    make_core: MakeCore,
) -> None:
    begun = Event()

    class Idle:
        def start(self) -> None:
            begun.set()

    gate = Gate(replace(make_core(), idle=Idle()))
    async with before(gate) as pilot:
        assert not begun.is_set()

        await opened(gate, pilot)

        assert begun.is_set()


async def test_whoever_waits_long_is_told_what_may_be_in_the_way(
    make_core: MakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.opening._LONG", 0.01)
    async with before(Gate(make_core())) as pilot:
        await until(pilot, lambda: "another Hearth" in page(pilot))
        assert "^Q leave" in page(pilot)


async def test_what_is_sent_before_there_is_a_core_is_asked_when_there_is(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core("One.", "Two."))
    async with before(gate) as pilot:
        await pilot.press(*"First?", "enter", *"Second?", "enter", *"and")
        await until(pilot, lambda: "next · Second?" in page(pilot))
        assert "next · First?" in page(pilot)

        await opened(gate, pilot)

        await until(pilot, lambda: said(pilot) == ["First?", "One.", "Second?", "Two."])
        await until(pilot, lambda: is_idle(pilot))
        assert screen(pilot).query_one(Composer).text == "and"


async def test_a_key_of_the_conversation_waits_for_it_with_all_that_follows(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core())
    async with before(gate) as pilot:
        await pilot.press(*"so", "f1", "escape", *" on")
        assert sheet(pilot).text == "so"

        await opened(gate, pilot)

        await until(pilot, lambda: screen(pilot).query_one(Composer).text == "so on")
        assert not isinstance(pilot.app.screen, HelpScreen)


async def test_what_an_earlier_sitting_left_comes_back_above_what_is_written(
    make_core: MakeCore,
) -> None:
    core = make_core()
    core.unsent.keep(None, Draft(text="What I wrote"), core.audience)
    gate = Gate(core)
    async with before(gate) as pilot:
        await pilot.press(*"and more", "left")
        await opened(gate, pilot)
        await pilot.press("!")

        assert screen(pilot).query_one(Composer).text == "What I wrote\nand mor!e"


async def test_a_large_text_pasted_early_goes_along_as_a_file(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core())
    async with before(gate) as pilot:
        sheet(pilot).post_message(Sheet.Pasted("long " * 900))
        await pilot.pause()
        await opened(gate, pilot)

        await until(pilot, lambda: screen(pilot).query_one(Composer).files)
        assert screen(pilot).query_one(Composer).files[0].text == "long " * 900


@pytest.mark.parametrize("keys", list(KeySet))
async def test_one_can_leave_while_it_is_opened(
    make_core: MakeCore, keys: KeySet
) -> None:
    gate = Gate(make_core())
    async with before(gate, keys=keys) as pilot:
        await pilot.press("f1", "x", "ctrl+q")
        await pilot.pause()
        assert not pilot.app.is_running
    assert pilot.app.left_with == 0


async def test_ctrl_c_leaves_as_it_does_before_there_is_a_frame(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core())
    async with before(gate) as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert not pilot.app.is_running
    assert pilot.app.left_with == 130


async def test_the_core_is_closed_at_the_end_however_late_it_was_opened(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core())
    async with before(gate) as pilot:
        await until(pilot, lambda: gate.asked)
        await pilot.press("ctrl+q")
    assert gate.is_closed.wait(10)


REFUSALS = [
    KeyMissingError("no key was found", hint="Give the recovery key"),
    UnreadableDatabaseError("cannot be read", hint="Check the key first"),
    NewerDatabaseError(found=12, known=9),
    DiskFullError("No space left", hint="Free some space and try again"),
    DatabaseBusyError("is locked", hint="Try again when the other is done"),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
async def test_a_refusal_says_what_happened_what_is_safe_and_what_to_do(
    make_core: MakeCore, error: AssistantError
) -> None:
    gate = Gate(make_core("Yes."), error)
    async with before(gate) as pilot:
        await until(pilot, lambda: "cannot be opened" in page(pilot))

        assert str(error) in page(pilot)
        assert any(words in page(pilot) for words in SAFE)
        assert error.hint in page(pilot)
        assert "hearth doctor" in page(pilot)
    assert pilot.app.refused is error


async def test_it_is_tried_again_with_everything_that_was_written(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core("Yes."), DatabaseBusyError("locked"), ConfigError("no key"))
    async with before(gate) as pilot:
        await pilot.press(*"Is it?", "enter", *"qr")
        await until(pilot, lambda: "locked" in page(pilot))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "no key" in page(pilot))
        assert "locked" not in page(pilot)
        await pilot.press(*" yes")
        gate.is_free.set()
        await pilot.press("ctrl+r")

        await until(pilot, lambda: isinstance(pilot.app.screen, ConversationScreen))
        await until(pilot, lambda: said(pilot) == ["Is it?", "Yes."])
        await until(pilot, lambda: is_idle(pilot))
        assert screen(pilot).query_one(Composer).text == "qr yes"
        assert pilot.app.refused is None
    assert gate.asked == 3


async def test_what_was_written_is_handed_back_by_whoever_leaves_without_a_core(
    make_core: MakeCore,
) -> None:
    gate = Gate(make_core(), StorageError("gone"))
    async with before(gate) as pilot:
        await until(pilot, lambda: "gone" in page(pilot))
        await pilot.press(*"Sent", "enter", *"unsent")
        await until(pilot, lambda: "next · Sent" in page(pilot))
        await pilot.press("ctrl+q")
        await pilot.pause()

    assert pilot.app.unsent == "Sent\n\nunsent"
    assert isinstance(pilot.app.refused, StorageError)


async def test_hostile_words_in_a_refusal_are_only_shown(make_core: MakeCore) -> None:
    error = StorageError("[@click=app.quit]x[/] [/]\x1b]52;c;eA==\x07", hint="[/]")
    gate = Gate(make_core(), error)
    async with before(gate) as pilot:
        await until(pilot, lambda: "cannot be opened" in page(pilot))

        assert "[@click=app.quit]x[/]" in page(pilot)
        assert "\x1b" not in page(pilot)


async def test_a_bug_while_it_is_opened_ends_the_program(make_core: MakeCore) -> None:
    gate = Gate(make_core(), ZeroDivisionError("secret words"))
    app = HearthApp(gate.door())
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            await until(pilot, lambda: app.broke is not None)
    assert isinstance(app.broke, ZeroDivisionError)


@pytest.mark.parametrize("size", [(100, 30), (80, 24), (40, 10), (160, 50)])
async def test_nothing_moves_when_the_conversation_takes_its_place(
    make_core: MakeCore, size: tuple[int, int]
) -> None:
    gate = Gate(make_core())
    async with before(gate, size=size) as pilot:
        await pilot.pause()
        at_first = _places(pilot)
        await opened(gate, pilot)
        await pilot.pause()

        assert _places(pilot) == at_first
        assert at_first


def _places(pilot: Pilot[None]) -> dict[str, tuple[int, int]]:
    """Where on the screen the words stand that both have."""
    lines = [
        "".join(segment.text for segment in line)
        for line in pilot.app.screen._compositor.render_strips()
    ]
    wanted = ("◖", INVITATION, "Three things to try", "› Explain", "^L library")
    return {
        words: (number, line.index(words))
        for number, line in enumerate(lines)
        for words in wanted
        if words in line and (words != "^L library" or number < len(lines) - 1)
    }
