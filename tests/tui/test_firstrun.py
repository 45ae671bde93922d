"""The first time, and never again."""

from pathlib import Path

import pytest

from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.pages import lines, papers, write
from tests.tui.steps import ask_and_wait, said, screen, seated, until
from tui.modals.form import Form
from tui.screens.firstrun import FirstRunScreen
from tui.screens.library import LibraryScreen
from tui.screens.models import ModelsScreen


async def test_somebody_new_is_told_in_three_lines_what_this_is(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(greeted=False), size=(90, 30)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        first = pilot.app.screen
        await until(pilot, lambda: "is ready" in lines(first)[0])

        assert str(first.query_one(".lines").visual).count("\n") == 2
        assert [line.partition("  ")[0] for line in lines(first)] == [
            "› Start talking",
            "› Add a folder of documents",
            "› Look for another model",
        ]


async def test_it_is_skipped_with_one_key_and_never_shown_again(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.", greeted=False)
    async with seated(core, size=(90, 30)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))

    assert not core.beginning.is_first_time(core.audience)


async def test_whoever_has_talked_before_is_not_greeted(make_core: MakeCore) -> None:
    core = make_core("Yes.", greeted=False)
    talk_alone(core, "Is it?")

    async with seated(core, size=(90, 30)) as pilot:
        await until(pilot, lambda: screen(pilot).sidebar.conversations)
        assert pilot.app.screen is screen(pilot)


async def test_starting_leads_to_the_conversation(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.", greeted=False), size=(90, 30)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))
        await ask_and_wait(pilot, "Is it?")

        assert said(pilot) == ["Is it?", "Yes."]


async def test_a_folder_is_asked_for_at_once(
    make_core: MakeCore, tmp_path: Path
) -> None:
    folder = papers(tmp_path / "papers")
    core = make_core(greeted=False)
    async with seated(core, size=(90, 30)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        await write(pilot, source=str(folder))

        await until(pilot, lambda: isinstance(pilot.app.screen, LibraryScreen))
        await until(pilot, lambda: len(lines(pilot.app.screen)) == 3)


async def test_the_models_are_one_choice_away(make_core: MakeCore) -> None:
    async with seated(make_core(greeted=False), size=(90, 30)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        await pilot.press("end", "enter")

        await until(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))


@pytest.mark.parametrize("size", [(40, 10), (23, 5), (1, 1), (200, 60)])
async def test_every_size_is_survived(
    make_core: MakeCore, size: tuple[int, int]
) -> None:
    async with seated(make_core(greeted=False), size=size) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
        await pilot.press("down", "up", "enter")
        await pilot.pause()

        assert pilot.app.is_running
