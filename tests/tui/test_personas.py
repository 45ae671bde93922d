"""Choosing who answers, from the conversation."""

from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.tui.conftest import MakeCore
from tests.tui.steps import ask_and_wait, line, screen, seated, until
from tui.modals.personas import ChoosePersona
from tui.widgets.bars import StatusBar


async def choose(pilot: Pilot[None], name: str) -> None:
    await pilot.press("ctrl+t")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChoosePersona))
    options = pilot.app.screen.query_one(OptionList)
    options.highlighted = options.get_option_index(name)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is screen(pilot))


def status(pilot: Pilot[None]) -> str:
    return line(screen(pilot).query_one(StatusBar))


async def test_before_the_first_question_the_choice_is_for_all_that_follows(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    async with seated(core, size=(120, 30)) as pilot:
        await choose(pilot, "teacher")
        await until(pilot, lambda: "as teacher" in status(pilot))
        await ask_and_wait(pilot, "Is it?")

        assert core.personas.in_use().name == "teacher"
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "as teacher" in status(pilot)


async def test_in_a_conversation_the_choice_is_for_that_one_alone(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    async with seated(core, size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        assert "as " not in status(pilot)
        await choose(pilot, "editor")
        await until(pilot, lambda: "as editor" in status(pilot))
        await ask_and_wait(pilot, "Is it still?")

        assert "as editor" in status(pilot)
        assert core.personas.in_use().name == "hearth"
        (talk,) = core.history.recent(core.audience)
        assert core.personas.answering(talk).name == "editor"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "as editor" not in status(pilot))


async def test_the_one_that_answers_is_marked_and_escape_changes_nothing(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    async with seated(core, size=(100, 30)) as pilot:
        await pilot.press("ctrl+t")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChoosePersona))
        options = pilot.app.screen.query_one(OptionList)
        prompts = [
            str(options.get_option_at_index(place).prompt)
            for place in range(options.option_count)
        ]

        assert [each for each in prompts if "answers now" in each] == [prompts[0]]
        assert options.highlighted == 0
        await pilot.press("down", "escape")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))
        assert core.personas.in_use().name == "hearth"


async def test_a_click_on_who_answers_offers_the_others(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    core.personas.use("teacher", actor=core.audience.user_id)
    async with seated(core, size=(120, 30)) as pilot:
        await until(pilot, lambda: "as teacher" in status(pilot))
        await pilot.pause()
        bar = screen(pilot).query_one(StatusBar)
        column = bar.render().plain.index("teacher") + 1

        await pilot.click(bar, offset=(column + 1, 0))

        await until(pilot, lambda: isinstance(pilot.app.screen, ChoosePersona))
