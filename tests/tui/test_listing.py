"""The list of conversations: opening, finding by title, and keeping it in order."""

from threading import Event

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.app import Assistant
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.steps import (
    ask,
    ask_and_wait,
    is_idle,
    line,
    said,
    screen,
    seated,
    until,
)
from tui.modals.rename import Rename
from tui.widgets.bars import TitleBar
from tui.widgets.sidebar import Sidebar
from tui.widgets.titles import Titles

WIDE = (120, 36)


def lines(pilot: Pilot[None]) -> list[str]:
    """The list as it is read."""
    titles = screen(pilot).query_one(Titles)
    return [str(option.prompt).strip() for option in titles.options]


def titles_of(core: Assistant) -> list[str]:
    return [each.title for each in core.history.recent(core.audience)]


async def test_conversations_are_listed_by_day_newest_first(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 3)

        assert lines(pilot) == ["Today", "Tax letter, draft 2", "Garden plan for May"]


async def test_choosing_a_conversation_opens_it(make_core: MakeCore) -> None:
    core = make_core("In rows.", "Draft it again.")
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 3)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: said(pilot) == ["Garden plan for May", "In rows."])

        await until(
            pilot,
            lambda: "Garden plan" in line(screen(pilot).query_one(TitleBar)),
        )


async def test_typing_narrows_the_list_to_fitting_titles(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 3)
        screen(pilot).sidebar.find_here()
        await pilot.press(*"GARD")

        await until(
            pilot,
            lambda: lines(pilot) == ["Today", "Garden plan for May", "find GARD"],
        )


async def test_titles_beyond_the_first_page_and_in_the_archive_are_found(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Boat names")
    away = core.history.recent(core.audience)[0]
    core.history.archive(away.id, core.audience)
    talk_alone(core, "A boat to Lisbon")
    for number in range(60):
        talk_alone(core, f"Question {number:02d}")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 51)
        screen(pilot).sidebar.find_here()
        await pilot.press(*"BOAT")

        await until(
            pilot,
            lambda: (
                lines(pilot)
                == ["Today", "A boat to Lisbon", "Boat names archived", "find BOAT"]
            ),
        )
        await pilot.press("escape")
        await until(pilot, lambda: len(lines(pilot)) == 51)
        assert screen(pilot).query_one(Input).value == ""


async def test_a_conversation_gets_another_title(make_core: MakeCore) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, Rename))
        await pilot.press("end", *" plan", "enter")

        await until(pilot, lambda: titles_of(core) == ["Garden plan"])
        await until(pilot, lambda: "Garden plan" in lines(pilot)[1])
        assert "Garden plan" in line(screen(pilot).query_one(TitleBar))


async def test_leaving_the_rename_leaves_the_title(make_core: MakeCore) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, Rename))
        await pilot.press("x", "escape")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))

        assert titles_of(core) == ["Garden"]


async def test_an_archived_conversation_leaves_the_list_and_comes_back(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "a")

        await until(pilot, lambda: titles_of(core) == [])
        await until(pilot, lambda: "will" in lines(pilot)[0])
        await until(pilot, lambda: screen(pilot).has_class("-empty"))
        await pilot.press("v")
        await until(pilot, lambda: lines(pilot) == ["Archived · v goes back", "Garden"])
        await pilot.press("end", "a")
        await until(pilot, lambda: "Nothing is archived" in lines(pilot))
        await pilot.press("v")

        await until(pilot, lambda: lines(pilot) == ["Today", "Garden"])
        assert titles_of(core) == ["Garden"]


async def test_a_pinned_conversation_stays_on_top(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    for text in ("Tea?", "Coffee?", "Milk?"):
        talk_alone(core, text)

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 4)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "p")
        await until(
            pilot,
            lambda: lines(pilot) == ["Pinned", "Tea?", "Today", "Milk?", "Coffee?"],
        )
        highlighted = screen(pilot).query_one(Titles).highlighted_option
        assert highlighted is not None
        assert str(highlighted.prompt).strip() == "Tea?"

        await pilot.press("p")
        await until(
            pilot, lambda: lines(pilot) == ["Today", "Milk?", "Coffee?", "Tea?"]
        )


async def test_what_is_pinned_is_on_top_however_old(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    talk_alone(core, "The oldest")
    core.history.pin(core.history.recent(core.audience)[0].id, core.audience)
    for number in range(60):
        talk_alone(core, f"Question {number:02d}")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 53)
        assert lines(pilot)[:3] == ["Pinned", "The oldest", "Today"]
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end")

        await until(pilot, lambda: len(lines(pilot)) == 63)
        assert lines(pilot).count("The oldest") == 1


async def test_a_deleted_conversation_is_gone_and_can_be_brought_back(
    make_core: MakeCore,
) -> None:
    core = make_core("Rows of beans.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        before = core.history.recent(core.audience)
        await until(pilot, lambda: len(lines(pilot)) == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "d")
        await until(pilot, lambda: titles_of(core) == [])
        await until(pilot, lambda: screen(pilot).has_class("-empty"))
        assert core.history.search("beans", core.audience) == []
        await pilot.press("ctrl+z")

        await until(pilot, lambda: core.history.recent(core.audience) == before)
        await until(pilot, lambda: not screen(pilot).has_class("-empty"))
        assert said(pilot) == ["Garden", "Rows of beans."]
        await until(pilot, lambda: "▌Garden" in lines(pilot))
        await pilot.press("ctrl+z")
        assert titles_of(core) == ["Garden"]


async def test_what_is_being_answered_is_not_deleted(make_core: MakeCore) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("Rows of beans.", hold=hold, hold_at=2))

    async with seated(core, size=WIDE) as pilot:
        await ask(pilot, "Garden")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "d")
        await pilot.pause(0.1)
        assert titles_of(core) == ["Garden"]
        hold.set()
        await until(pilot, lambda: is_idle(pilot))
        await pilot.press("d")

        await until(pilot, lambda: titles_of(core) == [])


async def test_several_deletions_are_undone_last_first(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    for text in ("Tea?", "Coffee?", "Milk?"):
        talk_alone(core, text)

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 4)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("home", "down", "d")
        await until(pilot, lambda: len(titles_of(core)) == 2)
        await pilot.press("end", "d")
        await until(pilot, lambda: len(titles_of(core)) == 1)

        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: len(titles_of(core)) == 3)
        await until(pilot, lambda: len(lines(pilot)) == 4)
        assert screen(pilot).sidebar.undoable == ""


async def test_undo_can_be_clicked(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "d")
        await until(pilot, lambda: titles_of(core) == [])
        await until(pilot, lambda: screen(pilot).sidebar.has_class("-undoable"))
        await pilot.pause()
        await pilot.click("EntryOffers.undo", offset=(4, 1))

        await until(pilot, lambda: titles_of(core) == ["Garden"])


async def test_another_mouse_button_goes_to_an_entry_without_opening_it(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 2)
        await pilot.click(Titles, offset=(4, 1), button=3)
        await until(pilot, lambda: screen(pilot).sidebar.has_class("-choosing"))
        await pilot.pause()
        assert said(pilot) == []

        await pilot.click("EntryOffers.entry", offset=(4, 0))
        await until(pilot, lambda: core.history.pinned(core.audience))


async def test_forks_and_what_is_off_the_record_are_marked(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden")
    origin = core.history.recent(core.audience)[0]
    assert origin.head_id is not None
    core.history.set_incognito(origin.id, core.audience, is_incognito=True)
    core.history.fork(origin.head_id, core.audience)

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: "Garden ◌ ⑂1" in lines(pilot))
        assert "Garden (fork) ◌ ⑂" in lines(pilot)


async def test_the_list_grows_when_it_is_read_to_its_end(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    for number in range(60):
        talk_alone(core, f"Question {number:02d}")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 51)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end")

        await until(pilot, lambda: len(lines(pilot)) == 61)


async def test_the_list_folds_away_on_a_narrow_terminal_and_comes_when_called(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden")

    async with seated(core, size=(80, 24)) as pilot:
        sidebar = screen(pilot).query_one(Sidebar)
        assert not sidebar.display
        await pilot.press("ctrl+b")
        assert sidebar.display
        await until(pilot, lambda: "Garden" in lines(pilot))
        screen(pilot).sidebar.find_here()
        await pilot.press("enter", "enter")
        await until(pilot, lambda: said(pilot) == ["Garden", "Yes."])

        assert not sidebar.display
        await pilot.press("ctrl+b")
        assert sidebar.display


async def test_the_list_can_be_hidden_on_a_wide_terminal(make_core: MakeCore) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        sidebar = screen(pilot).query_one(Sidebar)
        assert sidebar.display
        await pilot.press("ctrl+b")
        assert not sidebar.display
        await pilot.press("ctrl+b")
        assert sidebar.display


async def test_what_was_listed_stays_when_something_changes(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    for number in range(120):
        talk_alone(core, f"Question {number:03d}")

    async with seated(core, size=WIDE) as pilot:
        for known in (51, 101, 121):
            await until(pilot, lambda many=known: len(lines(pilot)) == many)
            screen(pilot).query_one(Titles).focus()
            await pilot.press("end")
        await pilot.press("p")
        await until(pilot, lambda: lines(pilot)[:2] == ["Pinned", "Question 000"])
        await pilot.press("end", "d")

        await until(pilot, lambda: len(titles_of(core)) == 50)
        await until(pilot, lambda: "Question 001" not in lines(pilot))
        assert len(lines(pilot)) == 121
        assert lines(pilot)[-1] == "Question 002"


@pytest.mark.parametrize("size", [WIDE, (80, 24)])
async def test_a_key_leads_to_the_list_even_when_it_is_folded_away(
    make_core: MakeCore, size: tuple[int, int]
) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden")

    async with seated(core, size=size) as pilot:
        await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 1)
        await pilot.press("alt+left")
        await until(pilot, lambda: isinstance(pilot.app.focused, Titles))
        assert screen(pilot).sidebar.display
        await pilot.press("d")

        await until(pilot, lambda: titles_of(core) == [])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: titles_of(core) == ["Garden"])
