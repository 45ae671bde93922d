"""When something is wrong: nothing typed is lost, and one is told what to do."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from threading import Event

import pytest
from textual.widgets import OptionList

from assistant.app import Assistant
from assistant.entities.conversation import FinishReason, MessageState
from assistant.entities.turn import TurnEvent, TurnRequest
from assistant.errors import (
    AssistantError,
    DatabaseBusyError,
    DiskFullError,
    InputTooLargeError,
    StorageError,
)
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.steps import (
    ask,
    ask_and_wait,
    byline,
    is_idle,
    said,
    screen,
    seated,
    shown,
    until,
    words,
)
from tui.modals.models import ChooseModel
from tui.modals.trouble import Trouble
from tui.widgets.composer import Composer
from tui.widgets.welcome import Welcome


@dataclass(frozen=True)
class Refuses:
    """A road that ends before anything is saved."""

    error: Exception
    hold: Event | None = None

    def send(self, request: TurnRequest) -> Generator[TurnEvent, None, None]:
        if self.hold is not None:
            self.hold.wait(10)
        raise self.error
        yield


@dataclass(frozen=True)
class Breaks:
    """The real road, that ends with a bug after some events."""

    core: Assistant
    after: int

    def send(self, request: TurnRequest) -> Generator[TurnEvent, None, None]:
        for number, event in enumerate(self.core.chat.send(request)):
            if number == self.after:
                raise RuntimeError("a bug")
            yield event


@dataclass(frozen=True)
class LostHistory:
    """A past that cannot be reached."""

    error: StorageError

    def __getattr__(self, name: str) -> object:
        def refuse(*args: object, **options: object) -> object:
            raise self.error

        return refuse


@pytest.mark.parametrize(
    "error",
    [
        DiskFullError("No space left on the device", hint="Free some space"),
        DatabaseBusyError("Another process is writing", hint="Try again"),
    ],
)
async def test_a_question_that_cannot_be_kept_comes_back_to_where_it_was_written(
    make_core: MakeCore, error: StorageError
) -> None:
    core = replace(make_core(), chat=Refuses(error))

    async with seated(core) as pilot:
        await ask(pilot, "Something long and\nprecious")
        await until(pilot, lambda: isinstance(pilot.app.screen, Trouble))

        page = " ".join(str(each.visual) for each in pilot.app.screen.query("Static"))
        assert str(error) in page
        assert error.hint in page
        assert "back where you wrote it" in page
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))
        assert screen(pilot).query_one(Composer).text == "Something long and\nprecious"


async def test_words_typed_since_stay_below_the_ones_given_back(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = replace(make_core(), chat=Refuses(DiskFullError("No space left"), hold))

    async with seated(core) as pilot:
        composer = screen(pilot).query_one(Composer)
        await ask(pilot, "first")
        composer.text = "since"
        hold.set()

        await until(pilot, lambda: composer.text == "first\nsince")


@pytest.mark.parametrize(
    "error", [InputTooLargeError("Too much text", hint="Send less"), RuntimeError("x")]
)
async def test_other_refusals_give_the_words_back_too(
    make_core: MakeCore, error: Exception
) -> None:
    core = replace(make_core(), chat=Refuses(error))

    async with seated(core) as pilot:
        await ask(pilot, "precious")
        composer = screen(pilot).query_one(Composer)

        await until(pilot, lambda: composer.text == "precious")
        if isinstance(error, AssistantError):
            notes = [note.message for note in pilot.app._notifications]
            assert any(error.hint in note for note in notes)


async def test_a_bug_in_the_middle_of_an_answer_leaves_it_readable(
    make_core: MakeCore,
) -> None:
    real = make_core("one two three four")
    core = replace(real, chat=Breaks(real, after=4))

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: len(shown(pilot)) == 2 and is_idle(pilot))

        reply = shown(pilot)[1]
        assert not reply.is_streaming
        assert words(reply).startswith("one")
        assert not screen(pilot).query_one(Composer).text


async def test_a_lost_database_shows_what_to_do_at_the_start(
    make_core: MakeCore,
) -> None:
    error = StorageError("The file is gone", hint="Run: hearth doctor")
    core = replace(make_core(), history=LostHistory(error))

    async with seated(core) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Trouble))

        page = " ".join(str(each.visual) for each in pilot.app.screen.query("Static"))
        assert "hearth doctor" in page


async def test_hostile_words_in_an_error_are_only_shown(make_core: MakeCore) -> None:
    error = StorageError("[@click=app.quit]x[/] [/]\x1b]52;c;eA==\x07", hint="[/]")
    core = replace(make_core(), chat=Refuses(error))

    async with seated(core) as pilot:
        await ask(pilot, "hello")
        await until(pilot, lambda: isinstance(pilot.app.screen, Trouble))

        page = " ".join(str(each.visual) for each in pilot.app.screen.query("Static"))
        assert "[@click=app.quit]x[/]" in page
        assert "\x1b" not in page


async def test_hostile_words_in_a_question_are_only_shown(make_core: MakeCore) -> None:
    core = make_core("[/] [@click=app.quit]x[/] \x1b[2J")

    async with seated(core, size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "[@click=app.quit]x[/] [/] [b")
        await pilot.pause()

        assert said(pilot)[0] == "[@click=app.quit]x[/] [/] [b"
        assert "\x1b" not in said(pilot)[1]
        assert pilot.app.is_running


async def test_an_answer_that_broke_off_is_offered_at_the_next_start(
    make_core: MakeCore,
) -> None:
    core = make_core("The beginning", " and the end.")
    talk_alone(core, "Tell me all")
    newest = core.history.recent(core.audience)[0]
    reply = core.history.transcript(newest.id, core.audience)[1]
    with core.database.transaction():
        core.history.messages.replace(
            replace(
                reply,
                state=MessageState.FAILED,
                error="Interrupted",
                finish_reason=FinishReason.INTERRUPTED,
            )
        )

    async with seated(core) as pilot:
        await until(pilot, lambda: screen(pilot).query_one(Welcome).unfinished)
        choices = screen(pilot).query_one(Welcome).query_one(OptionList)
        assert any("The beginning" in str(each.prompt) for each in choices.options)
        await pilot.press("ctrl+g")

        await until(
            pilot, lambda: said(pilot) == ["Tell me all", "The beginning and the end."]
        )
        await until(pilot, lambda: is_idle(pilot))
        assert "interrupted" not in byline(shown(pilot)[1])


async def test_another_model_is_chosen_from_the_list(make_core: MakeCore) -> None:
    core = make_core("Yes.")

    async with seated(core, size=(120, 30)) as pilot:
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChooseModel))

        choices = pilot.app.screen.query_one(OptionList)
        assert "smollm2-135m" in str(choices.options[0].prompt)
        assert "in use" in str(choices.options[0].prompt)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))
    assert core.models.in_use().name == "smollm2-135m"


async def test_a_model_that_fails_names_itself_and_is_asked_again(
    make_core: MakeCore,
) -> None:
    core = make_core(engine=ScriptedEngine("Now it works.", fail_at=0))

    async with seated(core) as pilot:
        await ask(pilot, "does it work")
        await until(pilot, lambda: len(shown(pilot)) == 2 and is_idle(pilot))

        assert "failed" in byline(shown(pilot)[1])


async def test_a_file_that_was_taken_away_says_so_and_is_tried_again(
    make_core: MakeCore,
) -> None:
    core = make_core("Here I am.")
    away = core.database.path.with_name("away.db")

    async with seated(core) as pilot:
        await until(pilot, lambda: screen(pilot).query_one(Composer).has_focus_within)
        core.database.path.rename(away)
        await ask(pilot, "Are you there?")
        await until(pilot, lambda: isinstance(pilot.app.screen, Trouble))

        page = " ".join(str(each.visual) for each in pilot.app.screen.query("Static"))
        assert "is gone" in page
        assert "Put the file back" in page
        assert screen(pilot).query_one(Composer).text == "Are you there?"

        away.rename(core.database.path)
        await pilot.press("r")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: said(pilot) == ["Are you there?", "Here I am."])
        await until(pilot, lambda: is_idle(pilot))


async def test_many_errands_in_the_same_trouble_interrupt_once(
    make_core: MakeCore,
) -> None:
    error = StorageError("The file is gone", hint="Run: hearth doctor")
    core = replace(make_core(), history=LostHistory(error))

    async with seated(core) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Trouble))
        await pilot.pause(0.3)

        troubles = [
            each for each in pilot.app.screen_stack if isinstance(each, Trouble)
        ]
        assert len(troubles) == 1


async def test_a_draft_that_cannot_be_kept_is_told_once_in_the_corner(
    make_core: MakeCore,
) -> None:
    core = replace(make_core(), unsent=LostHistory(DiskFullError("No space left")))

    async with seated(core) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Trouble))
        await pilot.press("enter")
        for letter in "ab":
            await pilot.press(letter)
            await pilot.pause(0.6)

        notes = [note.message for note in pilot.app._notifications]
        assert len([note for note in notes if "not kept" in note]) == 1
        assert pilot.app.screen is screen(pilot)
