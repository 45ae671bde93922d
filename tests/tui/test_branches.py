"""A conversation is a tree: every branch stays, and every step can be taken back."""

from assistant.app import Assistant
from tests.tui.conftest import MakeCore
from tests.tui.steps import (
    ask_and_wait,
    byline,
    is_idle,
    said,
    screen,
    seated,
    shown,
    until,
)
from tui.widgets.composer import Composer


def titles(core: Assistant) -> list[str]:
    return [each.title for each in core.history.recent(core.audience)]


async def test_an_earlier_question_worded_anew_and_taken_back(
    make_core: MakeCore,
) -> None:
    core = make_core("One.", "Two.", "Three.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "first")
        await ask_and_wait(pilot, "second")
        await pilot.press("ctrl+up", "up", "up", "up", "e")
        await until(pilot, lambda: screen(pilot).query_one(Composer).is_editing)
        assert screen(pilot).query_one(Composer).text == "first"
        await ask_and_wait(pilot, "in other words")
        assert said(pilot) == ["in other words", "Three."]

        await pilot.press("ctrl+up", "u")
        await until(pilot, lambda: said(pilot) == ["first", "One.", "second", "Two."])
        await until(pilot, lambda: shown(pilot)[0].version == "‹ 1/2 ›")


async def test_another_version_is_left_again(make_core: MakeCore) -> None:
    core = make_core("One.", "Two.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "why")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: said(pilot) == ["why", "Two."] and is_idle(pilot))
        await pilot.press("ctrl+up", "left")
        await until(pilot, lambda: said(pilot) == ["why", "One."])
        await pilot.press("u")
        await until(pilot, lambda: said(pilot) == ["why", "Two."])
        await pilot.press("u")
        await until(pilot, lambda: said(pilot) == ["why", "One."])


async def test_a_fork_goes_its_own_way_and_leads_back(make_core: MakeCore) -> None:
    core = make_core("One.", "Two.", "Three.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "first")
        await ask_and_wait(pilot, "second")
        await pilot.press("ctrl+up", "up", "up", "f")
        await until(pilot, lambda: said(pilot) == ["first", "One."])
        assert titles(core)[0] == "first (fork)" or titles(core)[1] == "first (fork)"
        await ask_and_wait(pilot, "another way")
        assert said(pilot) == ["first", "One.", "another way", "Three."]

        await pilot.press("ctrl+up", "u")
        await until(pilot, lambda: said(pilot) == ["first", "One.", "second", "Two."])
    assert len(titles(core)) == 2


async def test_there_is_not_always_a_step_to_take_back(make_core: MakeCore) -> None:
    async with seated(make_core("One.")) as pilot:
        await ask_and_wait(pilot, "first")
        await pilot.press("ctrl+up", "u")

        await until(pilot, lambda: pilot.app._notifications)
        notes = [note.message for note in pilot.app._notifications]
        assert any("no step" in note for note in notes)
        assert said(pilot) == ["first", "One."]


async def test_an_answer_says_that_it_is_what_the_model_knows(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("One.")) as pilot:
        await ask_and_wait(pilot, "first")

        assert "general knowledge" in byline(shown(pilot)[1])
        assert "general knowledge" not in byline(shown(pilot)[0])
