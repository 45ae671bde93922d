"""How finding and arranging look: parts alone first, then over a conversation."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import pytest
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from assistant.app import Assistant
from assistant.entities.conversation import Conversation, ConversationState
from assistant.entities.ids import LOCAL_USER, ConversationId, DocumentId, MessageId
from assistant.entities.search import Named
from tests.storage.shelf import Bookshelf, a_document
from tests.tui.alone import Alone
from tests.tui.conftest import MakeCore
from tests.tui.fakes import MORNING, talk_alone
from tests.tui.steps import screen, until
from tui.app import HearthApp
from tui.modals.search import Search
from tui.widgets.completion import Completion, Offer
from tui.widgets.composer import Composer
from tui.widgets.findbar import FindBar
from tui.widgets.sidebar import Fitting, Sidebar
from tui.widgets.titles import Titles

Before: TypeAlias = Callable[[Pilot[None]], Awaitable[None]]
SnapCompare: TypeAlias = Callable[..., bool]


def talked(title: str, days: float, **more: object) -> Conversation:
    at = MORNING - timedelta(days=days)
    held = Conversation(
        id=ConversationId(title),
        user_id=LOCAL_USER,
        title=title,
        state=ConversationState.ACTIVE,
        created_at=at,
        updated_at=at,
    )
    return replace(held, **more)  # type: ignore[arg-type]


FORK = MessageId("origin")
MANY = (
    talked("Kettle and coffee machine", 30, pinned_at=MORNING),
    talked("Lisbon trip", 0.1),
    talked("Names for the boat", 0.2),
    talked("Tax letter, draft 2", 1, is_incognito=True),
    talked("Garden plan for May, with beans", 2, forked_from=FORK),
    talked("茶の入れ方", 8),
    talked("Something of last year", 200),
)


async def full(pilot: Pilot[None]) -> None:
    sidebar = pilot.app.query_one(Sidebar)
    sidebar.forks = {ConversationId("Names for the boat"): 2}
    sidebar.current = ConversationId("Lisbon trip")
    sidebar.conversations = MANY
    await pilot.pause()


async def choosing(pilot: Pilot[None]) -> None:
    await full(pilot)
    pilot.app.query_one(Titles).focus()
    await pilot.press("home")
    await pilot.pause()


async def undoable(pilot: Pilot[None]) -> None:
    await full(pilot)
    pilot.app.query_one(Sidebar).undoable = "Garden plan for May, with beans"
    await pilot.pause()


async def archive(pilot: Pilot[None]) -> None:
    sidebar = pilot.app.query_one(Sidebar)
    sidebar.is_archive = True
    sidebar.conversations = tuple(
        replace(each, state=ConversationState.ARCHIVED) for each in MANY[4:]
    )
    pilot.app.query_one(Titles).focus()
    await pilot.press("home")
    await pilot.pause()


async def narrowed(pilot: Pilot[None]) -> None:
    await full(pilot)
    pilot.app.query_one(Input).cursor_blink = False
    pilot.app.query_one(Sidebar).find_here()
    await pilot.press(*"boat")
    pilot.app.query_one(Sidebar).fitting = Fitting("boat", (MANY[2],))
    await pilot.pause()


async def nothing(pilot: Pilot[None]) -> None:
    pilot.app.query_one(Sidebar).is_read = True
    await pilot.pause()


@pytest.mark.parametrize(
    "before", [full, choosing, undoable, archive, narrowed, nothing]
)
def test_the_list(snap_compare: SnapCompare, before: Before) -> None:
    app = Alone(Sidebar(now=MORNING))

    assert snap_compare(app, run_before=before, terminal_size=(32, 24))


@pytest.mark.parametrize("theme", ["paper", "ansi"])
def test_the_list_in_another_look(snap_compare: SnapCompare, theme: str) -> None:
    app = Alone(Sidebar(now=MORNING), theme=theme)

    assert snap_compare(app, run_before=choosing, terminal_size=(32, 24))


async def aimed(pilot: Pilot[None]) -> None:
    composer = pilot.app.query_one(Composer)
    composer.within = (
        Named(title="Quillon kettle", document_id=DocumentId("kettle")),
        Named(title="kitchen", collection="kitchen"),
    )
    composer.text = "How often must I descale it?"
    await pilot.pause()


def test_a_question_asked_of_some_documents(snap_compare: SnapCompare) -> None:
    app = Alone(Composer())

    assert snap_compare(app, run_before=aimed, terminal_size=(60, 8))


async def counted(pilot: Pilot[None]) -> None:
    bar = pilot.app.query_one(FindBar)
    bar.query_one(Input).cursor_blink = False
    bar.open("kettle")
    bar.count, bar.at = 17, 3
    await pilot.pause()


def test_the_line_for_finding(snap_compare: SnapCompare) -> None:
    app = Alone(FindBar())

    assert snap_compare(app, run_before=counted, terminal_size=(60, 4))


async def offering(pilot: Pilot[None]) -> None:
    completion = pilot.app.query_one(Completion)
    completion.styles.overlay = "none"
    completion.offers = (
        Offer(id="/copy", label="/copy", about="Copy the last answer"),
        Offer(id="/copy-all", label="/copy-all", about="Copy the whole conversation"),
    )
    completion.styles.offset = (0, 0)
    completion.move(1)
    await pilot.pause()


@pytest.mark.parametrize("theme", ["ember", "paper", "ansi"])
def test_offers(snap_compare: SnapCompare, theme: str) -> None:
    app = Alone(Completion(), theme=theme)

    assert snap_compare(app, run_before=offering, terminal_size=(70, 4))


@pytest.fixture
def kitchen(make_core: MakeCore, two_past_two: None) -> Iterator[Assistant]:
    """Somebody who has talked before, and has taken in two documents."""
    core = make_core("Rows of beans, and kettle herbs.", "Dear office,", "Descale it.")
    shelf = Bookshelf(core.database)
    shelf.add(
        a_document("kettle", title="Quillon kettle", collection="kitchen"),
        "The Quillon kettle must be descaled every 45 days.",
    )
    shelf.add(a_document("acid", title="Citric acid"), "One sachet for a kettle.")
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")
    talk_alone(core, "My kettle is white inside. What should a kettle be?")
    yield core
    core.models.close()


def interface(core: Assistant) -> HearthApp:
    app = HearthApp(core)
    app.animation_level = "none"
    return app


async def listed(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 3)
    await pilot.pause()


async def opened(pilot: Pilot[None]) -> None:
    await listed(pilot)
    screen(pilot).query_one(Titles).focus()
    await pilot.press("home", "enter")
    await until(pilot, lambda: screen(pilot).transcript.messages)
    await pilot.pause()


async def searching(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+f", *"kettle")
    await until(pilot, lambda: isinstance(pilot.app.screen, Search))
    results = pilot.app.screen.query_one(OptionList)
    await until(pilot, lambda: results.option_count > 3)
    await pilot.pause()


async def teaching(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+f")
    await until(pilot, lambda: isinstance(pilot.app.screen, Search))
    await pilot.pause()


async def finding_nothing(pilot: Pilot[None]) -> None:
    await teaching(pilot)
    core = screen(pilot).core
    for each in core.library.documents(core.audience):
        core.library.remove(each.id, core.audience)
    for held in core.history.recent(core.audience):
        core.history.delete(held.id, core.audience)
    await pilot.press(*"zebra")
    note = pilot.app.screen.query_one(".quiet")
    await until(pilot, lambda: "Nothing" in str(note.visual))  # type: ignore[attr-defined]
    await pilot.pause()


async def finding_here(pilot: Pilot[None]) -> None:
    await opened(pilot)
    screen(pilot).find_bar.query_one(Input).cursor_blink = False
    await pilot.press("f3", *"kettle")
    await until(pilot, lambda: screen(pilot).find_bar.count == 2)
    await pilot.pause()


async def typing_a_command(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await pilot.press("slash")
    await until(pilot, lambda: screen(pilot).completion.is_open)
    await pilot.pause()


async def naming_a_document(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await pilot.press("at", "i")
    await until(pilot, lambda: len(screen(pilot).completion.offers) == 3)
    await pilot.pause()


async def off_record(pilot: Pilot[None]) -> None:
    await opened(pilot)
    screen(pilot).composer.text = "/incognito"
    await pilot.press("escape", "enter")
    await until(
        pilot, lambda: any(c.is_incognito for c in screen(pilot).sidebar.conversations)
    )
    pilot.app.clear_notifications()
    await pilot.pause()


async def opening_by_title(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+p", *"garden")
    commands = pilot.app.screen.query_one(CommandList)
    await until(pilot, lambda: commands.option_count)
    pilot.app.screen.query_one(CommandInput).cursor_blink = False
    await pilot.pause()


async def deleted(pilot: Pilot[None]) -> None:
    await listed(pilot)
    screen(pilot).query_one(Titles).focus()
    await pilot.press("home", "down", "d")
    await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 2)
    pilot.app.clear_notifications()
    await pilot.pause()


@pytest.mark.parametrize(
    ("before", "size"),
    [
        pytest.param(searching, (120, 36), id="searching"),
        pytest.param(searching, (40, 10), id="searching-at-40x10"),
        pytest.param(teaching, (120, 36), id="search"),
        pytest.param(finding_nothing, (120, 36), id="nothing-found"),
        pytest.param(finding_here, (120, 36), id="finding-here"),
        pytest.param(finding_here, (40, 10), id="finding-here-at-40x10"),
        pytest.param(typing_a_command, (120, 36), id="commands"),
        pytest.param(typing_a_command, (40, 10), id="commands-at-40x10"),
        pytest.param(naming_a_document, (120, 36), id="documents"),
        pytest.param(off_record, (120, 36), id="off-the-record"),
        pytest.param(opening_by_title, (120, 36), id="opening-by-title"),
        pytest.param(deleted, (120, 36), id="deleted"),
    ],
)
def test_the_screen(
    snap_compare: SnapCompare,
    kitchen: Assistant,
    before: Before,
    size: tuple[int, int],
) -> None:
    assert snap_compare(interface(kitchen), run_before=before, terminal_size=size)
