"""The palette: everything by name, however badly it is spelt."""

from textual.command import CommandList
from textual.pilot import Pilot

from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.steps import said, screen, seated, until
from tui.keymap import ACTIONS, Where, spelt
from tui.screens.help import HelpScreen
from tui.slashes import SLASHES

TALL = (110, 60)


def offered(pilot: Pilot[None]) -> list[str]:
    commands = pilot.app.screen.query_one(CommandList)
    return [str(each.prompt) for each in commands.options]


async def command(pilot: Pilot[None], words: str) -> None:
    await pilot.press("ctrl+p")
    await until(pilot, lambda: pilot.app.screen.query(CommandList))
    await pilot.press(*("space" if each == " " else each for each in words))


async def test_every_command_is_offered_once_with_every_way_to_it(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=TALL) as pilot:
        await command(pilot, "")
        await until(pilot, lambda: len(offered(pilot)) > len(SLASHES))
        names = [each.partition("  ")[0] for each in offered(pilot)]

        assert len(names) == len(set(names))
        for slash in SLASHES:
            assert any(f"/{slash.name}" in each for each in offered(pilot)), slash
        assert "Start a new conversation  Ctrl+N  /new" in offered(pilot)


async def test_no_action_for_everywhere_is_without_a_name(make_core: MakeCore) -> None:
    async with seated(make_core(), size=TALL) as pilot:
        await command(pilot, "")
        await until(pilot, lambda: len(offered(pilot)) > len(SLASHES))
        ways = "\n".join(offered(pilot)) + "\n"
        hidden = {"app.command_palette", "stop", "browse"}

        for action in ACTIONS:
            if action.where is Where.EVERYWHERE and action.name not in hidden:
                assert spelt(action.keys) in ways, action


async def test_a_conversation_is_opened_by_letters_of_its_title(
    make_core: MakeCore,
) -> None:
    core = make_core("In rows.", "Draft it again.")
    talk_alone(core, "Garden [b]plan[/b] for May")
    talk_alone(core, "Tax letter, draft 2")

    async with seated(core, size=TALL) as pilot:
        await command(pilot, "opengrdnpln")
        await until(
            pilot,
            lambda: any("Garden [b]plan[/b]" in each for each in offered(pilot)),
        )
        await pilot.press("enter")

        await until(pilot, lambda: "In rows." in said(pilot))


async def test_models_and_personas_are_chosen_by_name(make_core: MakeCore) -> None:
    core = make_core()

    async with seated(core, size=TALL) as pilot:
        other = next(
            each
            for each in core.personas.all()
            if each.id != core.personas.answering(None).id
        )
        await command(pilot, f"persona {other.name.lower()}")
        await until(pilot, lambda: offered(pilot) == [f"Persona: {other.name}"])
        await pilot.press("enter")
        await until(pilot, lambda: core.personas.answering(None).id == other.id)

        model = core.models.in_use().name
        await command(pilot, f"model {model}")
        await until(pilot, lambda: f"Model: {model}" in offered(pilot))


async def test_what_needs_more_is_begun_where_it_is_written(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=TALL) as pilot:
        await command(pilot, "remember something")
        await until(pilot, lambda: len(offered(pilot)) == 1)
        await pilot.press("enter")

        await until(pilot, lambda: screen(pilot).composer.text == "/remember ")


async def test_other_screens_offer_what_they_can_do(make_core: MakeCore) -> None:
    async with seated(make_core(), size=TALL) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await command(pilot, "")
        await until(pilot, lambda: len(offered(pilot)) > 1)

        assert "Look: paper" in offered(pilot)
        assert not any("/fork" in each for each in offered(pilot))
