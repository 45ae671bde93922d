"""The page of what is remembered, over the real book."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.app import Assistant
from assistant.entities.memory import Memory, MemoryFilter, MemoryState
from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.pages import facts, lines, visit, word, write
from tests.tui.steps import said, screen, seated, shown, until
from tui.modals.confirm import Confirm
from tui.modals.form import Form
from tui.screens.memories import MemoriesScreen
from tui.widgets.rows import Rows

KEY = "f8"
SAID = "Good morning. I prefer tea over coffee."


def teach(core: Assistant, text: str = SAID) -> Memory:
    """Say it in a conversation, and let it be learnt."""
    talk_alone(core, text)
    core.learning.drain()
    return core.memories.browse(core.audience)[0]


def make_pending(core: Assistant, memory: Memory) -> None:
    """As it would be where the person is asked first."""
    desk = core.memories.desk
    with desk.database.transaction():
        desk.memories.replace(replace(memory, state=MemoryState.PENDING))


def about(page: MemoriesScreen) -> str:
    return str(page.query_one(".about").visual)


async def opened(pilot: Pilot[None], count: int) -> MemoriesScreen:
    """The page, once it shows that many memories."""
    page = await visit(pilot, MemoriesScreen, KEY)
    await until(pilot, lambda: len(page.memories) == count)
    await pilot.pause()
    return page


@pytest.fixture
def taught(make_core: MakeCore) -> Assistant:
    """Somebody said what they like, and told two things outright."""
    core = make_core("Noted.")
    teach(core)
    core.memories.add("The spare key is under the blue pot", core.audience)
    core.memories.add("My office is in Porto", core.audience)
    return core


async def test_an_empty_book_says_how_it_fills(make_core: MakeCore) -> None:
    async with seated(make_core(), size=(100, 30)) as pilot:
        page = await visit(pilot, MemoriesScreen, KEY)
        await until(pilot, lambda: page.has_class("-empty"))

        assert "a adds a sentence" in str(page.query_one(".empty").visual)


async def test_what_is_remembered_stands_under_its_sort(taught: Assistant) -> None:
    count = taught.memories.count(taught.audience)
    async with seated(taught, size=(100, 30)) as pilot:
        page = await opened(pilot, count)

        listed = lines(page)
        assert any(line.startswith("I prefer tea") for line in listed)
        assert any("Likes and dislikes" in line for line in listed)
        assert "what counts now" in facts(page)


async def test_a_memory_shows_the_very_words_it_is_from(make_core: MakeCore) -> None:
    core = make_core("Noted.")
    memory = teach(core)
    async with seated(core, size=(100, 30)) as pilot:
        page = await opened(pilot, 1)
        await pilot.press("enter")

        await until(pilot, lambda: "You said" in about(page))
        assert SAID in about(page)
        assert "noticed in what you said" in about(page)
        assert memory.text in about(page)


async def test_the_message_it_is_from_is_one_key_away(make_core: MakeCore) -> None:
    core = make_core("Noted.")
    teach(core)
    async with seated(core, size=(100, 30)) as pilot:
        await opened(pilot, 1)
        await pilot.press("j")

        await until(pilot, lambda: pilot.app.screen is screen(pilot))
        await until(pilot, lambda: SAID in said(pilot))
        await until(pilot, lambda: shown(pilot)[0].has_focus)


async def test_what_was_told_outright_is_from_no_conversation(
    make_core: MakeCore,
) -> None:
    core = make_core()
    core.memories.add("The spare key is under the blue pot", core.audience)
    async with seated(core, size=(100, 30)) as pilot:
        page = await opened(pilot, 1)
        await pilot.press("j")

        await until(pilot, lambda: "from no conversation" in word(page))


async def test_a_correction_keeps_what_it_said_before(make_core: MakeCore) -> None:
    core = make_core()
    core.memories.add("The spare key is under the blue pot", core.audience)
    async with seated(core, size=(100, 30)) as pilot:
        page = await opened(pilot, 1)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        line = pilot.app.screen.query_one("#text Input", Input)
        assert "blue pot" in line.value
        await write(pilot, text="The spare key is under the red pot")
        await until(pilot, lambda: "Remembered instead" in word(page))
        await until(pilot, lambda: any("red pot" in each for each in lines(page)))

        await pilot.press("enter")
        await until(pilot, lambda: "blue pot" in about(page))
        await pilot.press("v", "v")
        await until(pilot, lambda: any("replaced" in each for each in lines(page)))


async def test_forgetting_asks_first_and_gives_a_receipt(taught: Assistant) -> None:
    count = taught.memories.count(taught.audience)
    async with seated(taught, size=(100, 30)) as pilot:
        page = await opened(pilot, count)
        marked = page.marked
        assert marked is not None
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is page)
        assert taught.memories.count(taught.audience) == count

        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: word(page).startswith("Forgotten: 1 mem"))
        assert "Receipt" in word(page)
        await until(pilot, lambda: len(page.memories) == count - 1)
        everything = taught.memories.browse(taught.audience, MemoryFilter(states=()))
        assert marked.id not in {each.id for each in everything}


@pytest.mark.parametrize(
    ("key", "state", "says"),
    [
        ("y", MemoryState.CURRENT, "Remembered: "),
        ("n", MemoryState.REJECTED, "It is not remembered: "),
    ],
)
async def test_what_waits_is_on_top_and_judged_by_one_key(
    make_core: MakeCore, key: str, state: MemoryState, says: str
) -> None:
    core = make_core("Noted.")
    memory = teach(core)
    make_pending(core, memory)
    core.memories.add("The spare key is under the blue pot", core.audience)
    async with seated(core, size=(100, 30)) as pilot:
        page = await opened(pilot, 2)
        assert lines(page)[0].strip() == "Shall this be remembered?"
        page.query_one(Rows).mark(memory.id)
        await pilot.pause()
        await pilot.press(key)

        await until(pilot, lambda: word(page).startswith(says))
        assert core.memories.get(memory.id, core.audience).state is state


async def test_what_counts_already_needs_no_yes(make_core: MakeCore) -> None:
    core = make_core("Noted.")
    teach(core)
    async with seated(core, size=(100, 30)) as pilot:
        page = await opened(pilot, 1)
        await pilot.press("y")

        await until(pilot, lambda: "does not wait for a yes" in word(page))


async def test_letters_and_sorts_narrow_the_list(taught: Assistant) -> None:
    count = taught.memories.count(taught.audience)
    async with seated(taught, size=(100, 30)) as pilot:
        page = await opened(pilot, count)
        await pilot.press("ctrl+f", *"blue")
        await until(pilot, lambda: len(page.memories) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: len(page.memories) == count)

        await pilot.press("t", "t")
        await until(pilot, lambda: "likes and dislikes" in facts(page))
        await until(pilot, lambda: len(page.memories) == 1)


async def test_a_sentence_is_added_by_hand(make_core: MakeCore) -> None:
    core = make_core()
    async with seated(core, size=(100, 30)) as pilot:
        page = await visit(pilot, MemoriesScreen, KEY)
        await pilot.press("a")
        await write(pilot, text="The spare key is under the blue pot")

        await until(pilot, lambda: "Remembered: " in word(page))
        await until(pilot, lambda: len(page.memories) == 1)
        assert not page.has_class("-empty")


@pytest.mark.parametrize("size", [(40, 10), (23, 5), (1, 1), (200, 60)])
async def test_every_size_is_survived(taught: Assistant, size: tuple[int, int]) -> None:
    async with seated(taught, size=size) as pilot:
        await visit(pilot, MemoriesScreen, KEY)
        for key in ("down", "enter", "e", "escape", "a", "escape", "v", "t"):
            await pilot.press(key)
            await pilot.pause()

        assert pilot.app.is_running
