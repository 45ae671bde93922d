"""The list of conversations: opening, finding, renaming, archiving, deleting."""

from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.app import Assistant
from assistant.entities.conversation import ConversationState
from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.steps import ask_and_wait, line, said, screen, seated, until
from tui.modals.confirm import Confirm
from tui.modals.rename import Rename
from tui.widgets.bars import TitleBar
from tui.widgets.sidebar import Sidebar, Titles

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
        await pilot.press("ctrl+f", *"GARD")

        await until(pilot, lambda: lines(pilot) == ["Today", "Garden plan for May"])


async def test_finding_reaches_what_was_said_and_jumps_there(
    make_core: MakeCore,
) -> None:
    core = make_core("Plant the tulips in October.", "Nothing of that kind.")
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: len(lines(pilot)) == 3)
        await pilot.press("ctrl+f", *"tulips")
        await until(pilot, lambda: "In what was said" in lines(pilot))
        await pilot.press("enter", "enter")

        await until(pilot, lambda: "Plant the tulips in October." in said(pilot))
        focused = pilot.app.focused
        assert focused is not None
        assert focused.has_class("-found")


async def test_finding_says_when_there_is_nothing(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    talk_alone(core, "Garden plan for May")

    async with seated(core, size=WIDE) as pilot:
        await pilot.press("ctrl+f", *"zebra")

        await until(pilot, lambda: lines(pilot) == ["Nothing found"])
        await pilot.press("escape")
        await until(pilot, lambda: "Garden plan for May" in lines(pilot))
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


async def test_an_archived_conversation_leaves_the_list_and_is_kept(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "a")

        await until(pilot, lambda: lines(pilot) == [])
        await until(pilot, lambda: screen(pilot).has_class("-empty"))
    kept = core.history.recent(core.audience, include_archived=True)
    assert [each.state for each in kept] == [ConversationState.ARCHIVED]


async def test_deleting_asks_first_and_keeps_it_unless_told(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        for answer in ("enter", "escape", "n", "q"):
            screen(pilot).query_one(Titles).focus()
            await pilot.press("end", "d")
            await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
            await pilot.press(answer)
            if answer == "q":
                assert isinstance(pilot.app.screen, Confirm)
                await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen(pilot))
        assert titles_of(core) == ["Garden"]

        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: titles_of(core) == [])
        await until(pilot, lambda: screen(pilot).has_class("-empty"))


async def test_a_paste_does_not_answer_a_question_about_deleting(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Garden")
        await until(pilot, lambda: len(lines(pilot)) == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        pilot.app.screen.post_message(Paste("y\ny\x1b[201~y"))
        await pilot.pause()

        assert isinstance(pilot.app.screen, Confirm)
        assert titles_of(core) == ["Garden"]


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
        await pilot.press("ctrl+f")
        assert sidebar.display
        await until(pilot, lambda: "Garden" in lines(pilot))
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
        await pilot.press("ctrl+f")
        assert sidebar.display
