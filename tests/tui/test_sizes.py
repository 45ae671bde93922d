"""Every terminal: tiny, narrow, wide, and one that cannot make up its mind."""

import random

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.steps import ask_and_wait, line, said, screen, seated, shown, until
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.composer import Composer
from tui.widgets.transcript import Transcript

WORDS = "Quite a long answer, with **bold** words.\n\n- one\n- two\n\n```py\nx = 1\n```"


@pytest.mark.parametrize("size", [(1, 1), (2, 40), (200, 1), (23, 5), (20, 5)])
async def test_no_terminal_is_too_small_to_survive(
    make_core: MakeCore, size: tuple[int, int]
) -> None:
    core = make_core(WORDS)
    talk_alone(core, "Garden")

    async with seated(core, size=size) as pilot:
        await pilot.press("h", "i", "enter", "ctrl+f", "escape", "ctrl+up", "f1")
        await pilot.pause()

        assert pilot.app.is_running


async def test_a_terminal_too_small_says_what_is_enough(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(20, 5)) as pilot:
        await pilot.pause()
        notice = screen(pilot).query_one("#notice", Static)

        assert notice.display
        assert "40 by 10" in str(notice.visual)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert not notice.display


async def test_forty_by_ten_is_enough_to_talk(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(40, 10)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        await pilot.pause()

        assert said(pilot) == ["Is it?", "Yes."]
        for part in (shown(pilot)[1], screen(pilot).query_one(Composer)):
            assert part.region.height > 0
            assert screen(pilot).region.contains_region(part.region)
        title = screen(pilot).query_one(TitleBar)
        assert "local · private" in str(title.render())


async def test_lines_stay_short_enough_to_read_on_a_very_wide_terminal(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("word " * 200), size=(300, 50)) as pilot:
        await ask_and_wait(pilot, "Talk")
        await pilot.pause()

        column = shown(pilot)[1].region
        transcript = screen(pilot).query_one(Transcript).region
        assert column.width == 88
        assert abs((column.x - transcript.x) - (transcript.right - column.right)) <= 3
        assert screen(pilot).query_one(Composer).region.x == column.x


async def test_the_status_is_short_on_a_narrow_terminal(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(59, 24)) as pilot:
        await ask_and_wait(pilot, "Is it?")
        status = screen(pilot).query_one(StatusBar)
        await until(pilot, lambda: "smollm2" in line(status))

        assert "tokens" not in line(status)
        await pilot.resize_terminal(100, 24)
        await until(pilot, lambda: "tokens" in line(status))


PAGES = ("f1", "ctrl+l", "f5", "f9", "ctrl+t", "ctrl+o", "ctrl+p", "ctrl+f")
"""The key of every page and sheet that can lie on the conversation."""


@pytest.mark.parametrize("size", [(1, 1), (23, 5), (40, 10), (300, 4)])
@pytest.mark.parametrize("page", PAGES)
async def test_no_page_is_too_large_for_a_terminal(
    make_core: MakeCore, page: str, size: tuple[int, int]
) -> None:
    async with seated(make_core(), size=size) as pilot:
        await pilot.press(page)
        await pilot.pause()
        await pilot.resize_terminal(160, 50)
        await pilot.resize_terminal(*size)
        await pilot.press("escape", "escape")
        await pilot.pause()

        assert pilot.app.is_running


@pytest.mark.parametrize(("columns", "is_there"), [(99, False), (100, True)])
async def test_the_list_folds_away_where_there_is_no_room_for_both(
    make_core: MakeCore, columns: int, is_there: bool
) -> None:
    async with seated(make_core(), size=(columns, 30)) as pilot:
        await pilot.pause()
        sidebar = screen(pilot).sidebar

        assert sidebar.display is is_there
        await pilot.press("ctrl+b")
        await pilot.pause()
        assert sidebar.display is not is_there


async def test_the_title_is_short_on_a_narrow_terminal(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(59, 24)) as pilot:
        title = screen(pilot).query_one(TitleBar)
        await until(pilot, lambda: "private" in line(title))

        assert "hearth" not in line(title)
        await pilot.resize_terminal(60, 24)
        await until(pilot, lambda: "hearth" in line(title))


async def test_help_is_read_in_two_columns_only_where_there_is_room(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=(130, 40)) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        left, right = pilot.app.screen.query(".column")

        assert left.region.right <= right.region.x
        assert left.region.y == right.region.y
        await pilot.resize_terminal(80, 40)
        await pilot.pause()
        assert left.region.x == right.region.x


async def test_a_storm_of_sizes_is_survived(make_core: MakeCore) -> None:
    sizes = random.Random(7)

    async with seated(make_core(WORDS), size=(80, 24)) as pilot:
        await ask_and_wait(pilot, "Talk")
        for _ in range(40):
            await pilot.resize_terminal(sizes.randint(1, 200), sizes.randint(1, 60))
        await pilot.resize_terminal(80, 24)
        await pilot.pause()

        assert said(pilot)[0] == "Talk"
        assert pilot.app.is_running
