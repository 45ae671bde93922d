"""Below a question stands what is remembered of it; there it is taken back too."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from assistant.app import Assistant
from assistant.config.settings import MemoryMode
from assistant.entities.memory import MemoryFilter, MemoryState
from tests.tui.conftest import MakeCore
from tests.tui.steps import ask_and_wait, said, screen, seated, shown, until, words
from tui.modals.confirm import Confirm
from tui.screens.memories import MemoriesScreen
from tui.widgets.noticed import NoticedLine

SAID = "I live in Porto."


def asking(core: Assistant) -> Assistant:
    """The same, where the person is asked first."""
    desk = replace(core.learning.desk, mode=MemoryMode.ASK)
    capture = replace(core.learning.capture, desk=desk)
    learning = replace(core.learning, desk=desk, capture=capture)
    return replace(core, noticing=replace(core.noticing, learning=learning))


def below(pilot: Pilot[None], number: int = 0) -> str:
    """What stands below a message."""
    line = shown(pilot)[number].query_one(NoticedLine)
    return line.left.plain if line.display else ""


def states(core: Assistant) -> list[MemoryState]:
    found = core.memories.browse(core.audience, MemoryFilter(states=()))
    return [each.state for each in found]


async def test_what_is_remembered_is_said_below_the_question(
    make_core: MakeCore,
) -> None:
    core = make_core("Noted.")
    async with seated(core) as pilot:
        await ask_and_wait(pilot, SAID)
        await until(pilot, lambda: below(pilot))

        assert below(pilot) == "remembered: “I live in Porto”"
        assert states(core) == [MemoryState.CURRENT]

        await pilot.press("ctrl+n")
        await ask_and_wait(pilot, "What is the capital?")
        assert below(pilot) == ""

        first = core.history.recent(core.audience)[1]
        screen(pilot).open_conversation(first.id)
        await until(pilot, lambda: SAID in said(pilot) and below(pilot))
        assert below(pilot) == "remembered: “I live in Porto”"


async def test_nothing_is_said_where_nothing_is_remembered(make_core: MakeCore) -> None:
    core = make_core("Paris.")
    async with seated(core) as pilot:
        await ask_and_wait(pilot, "I wish I lived in Porto.")
        await pilot.pause()

        assert below(pilot) == ""


async def test_a_later_value_takes_the_line_from_the_earlier_question(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("Noted."), size=(100, 40)) as pilot:
        await ask_and_wait(pilot, SAID)
        await ask_and_wait(pilot, "We moved to Lisbon last week.")
        await until(pilot, lambda: below(pilot, 2))

        assert below(pilot, 2) == "remembered: “We moved to Lisbon last week”"
        await until(pilot, lambda: not below(pilot, 0))


async def test_it_is_forgotten_from_there_after_a_question(make_core: MakeCore) -> None:
    core = make_core("Noted.")
    async with seated(core) as pilot:
        await ask_and_wait(pilot, SAID)
        await until(pilot, lambda: below(pilot))

        shown(pilot)[0].focus()
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: not below(pilot))

        assert states(core) == []
        assert words(shown(pilot)[0]) == SAID


@pytest.mark.parametrize(
    ("key", "state", "stands"),
    [
        ("a", MemoryState.CURRENT, "remembered: “I live in Porto”"),
        ("d", MemoryState.REJECTED, ""),
    ],
)
async def test_what_waits_gets_its_word_there(
    make_core: MakeCore, key: str, state: MemoryState, stands: str
) -> None:
    core = asking(make_core("Noted."))
    async with seated(core) as pilot:
        await ask_and_wait(pilot, SAID)
        await until(pilot, lambda: below(pilot))
        assert below(pilot) == "waits for your yes: “I live in Porto”"

        shown(pilot)[0].focus()
        await pilot.press(key)
        await until(pilot, lambda: below(pilot) == stands)

        assert states(core) == [state]


async def test_it_leads_to_the_page_of_memories(make_core: MakeCore) -> None:
    core = make_core("Noted.")
    core.memories.add("The spare key is under the blue pot", core.audience)
    async with seated(core) as pilot:
        await ask_and_wait(pilot, SAID)
        await until(pilot, lambda: below(pilot))

        shown(pilot)[0].focus()
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, MemoriesScreen))
        page = pilot.app.screen
        assert isinstance(page, MemoriesScreen)
        await until(pilot, lambda: len(page.memories) == 1)

        assert [each.text for each in page.memories.values()] == ["I live in Porto"]


async def test_a_claim_that_nothing_bears_out_is_put_right(make_core: MakeCore) -> None:
    core = make_core("I will remember that!", "I have saved this to memory.")
    async with seated(core, size=(80, 40)) as pilot:
        await ask_and_wait(pilot, "What is the capital?")
        assert "Nothing was remembered" in words(shown(pilot)[1])

        shown(pilot)[1].focus()
        await pilot.press("r")
        await until(pilot, lambda: "saved" in words(shown(pilot)[-1]))
        await until(pilot, lambda: screen(pilot).live is None)
        assert "Nothing was remembered" in words(shown(pilot)[-1])
