"""What follows a slash is done; what is named after an at sign alone is asked."""

import pytest
from textual.pilot import Pilot

from assistant.app import Assistant
from assistant.entities.search import Named
from tests.storage.shelf import Bookshelf, a_document
from tests.tui.conftest import MakeCore
from tests.tui.steps import (
    ask_and_wait,
    is_idle,
    line,
    said,
    screen,
    seated,
    until,
)
from tui.modals.models import ChooseModel
from tui.modals.search import Search
from tui.screens.conversation import ConversationScreen
from tui.screens.help import HelpScreen
from tui.slashes import SLASHES, meant, typed
from tui.widgets.bars import TitleBar
from tui.widgets.completion import Completion

WIDE = (120, 36)


def offered(pilot: Pilot[None]) -> list[str]:
    return [each.label for each in screen(pilot).query_one(Completion).offers]


def keys(text: str) -> list[str]:
    names = {" ": "space", "/": "slash", "@": "at"}
    return [names.get(letter, letter) for letter in text]


async def write(pilot: Pilot[None], text: str) -> None:
    screen(pilot).composer.write_here()
    await pilot.press(*keys(text))


def shelved(make_core: MakeCore) -> Assistant:
    core = make_core("Marta did.")
    shelf = Bookshelf(core.database)
    shelf.add(a_document(title="The log"), "The lamp was lit by Marta.")
    shelf.add(a_document("diary", title="A diary"), "The lamp was lit by Ines.")
    shelf.add(
        a_document("minutes", title="Minutes", collection="work"),
        "The lamp was lit by Osk.",
    )
    return core


def test_every_command_is_told_apart_and_says_what_it_does() -> None:
    names = [each.name for each in SLASHES]

    assert len(set(names)) == len(names)
    assert all(each.help and each.action for each in SLASHES)
    assert all(each.takes for each in SLASHES if each.is_needed)


def test_every_command_can_be_done() -> None:
    for slash in SLASHES:
        name = slash.action.partition("(")[0]
        if not name.startswith("app."):
            assert hasattr(ConversationScreen, f"action_{name}"), slash


def test_a_text_is_a_command_only_when_it_is_whole() -> None:
    assert typed("/new") is not None
    assert typed("/ne") is typed("new") is typed("/new things") is None
    command = typed("/find  two words ")
    assert command is not None
    assert command.rest == "two words"


def test_what_begins_so_is_meant_before_what_holds_it() -> None:
    assert [each.name for each in meant("/cop")] == ["copy", "copy-all"]
    assert [each.name for each in meant("/all")] == ["copy-all"]
    assert [each.name for each in meant("/")] == [each.name for each in SLASHES]
    assert list(meant("/find x")) == list(meant("find")) == []


async def test_a_slash_offers_commands_and_enter_does_one(make_core: MakeCore) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        await write(pilot, "/hel")
        await until(pilot, lambda: offered(pilot) == ["/help"])
        await pilot.press("enter")

        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert screen(pilot).composer.text == ""
        assert offered(pilot) == []


async def test_a_command_typed_in_one_go_is_done(make_core: MakeCore) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        await write(pilot, "/theme paper")
        await pilot.press("enter")

        await until(pilot, lambda: pilot.app.theme == "paper")
        assert said(pilot) == []


async def test_tab_completes_and_what_follows_is_offered_too(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        await write(pilot, "/the")
        await until(pilot, lambda: offered(pilot) == ["/theme name"])
        await pilot.press("tab")
        await until(pilot, lambda: screen(pilot).composer.text == "/theme ")
        await until(pilot, lambda: "contrast" in offered(pilot))
        await write(pilot, "con")
        await until(pilot, lambda: offered(pilot) == ["contrast"])
        await pilot.press("enter")

        await until(pilot, lambda: pilot.app.theme == "contrast")


async def test_arrows_choose_among_offers_and_escape_leaves_them(
    make_core: MakeCore,
) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        await write(pilot, "/cop")
        await until(pilot, lambda: len(offered(pilot)) == 2)
        await pilot.press("down")
        await until(
            pilot,
            lambda: (
                (offer := screen(pilot).completion.highlighted_offer)
                and offer.id == "/copy-all"
            ),
        )
        await pilot.press("escape")
        await until(pilot, lambda: offered(pilot) == [])
        assert screen(pilot).composer.text == "/cop"
        await write(pilot, "y")

        await until(pilot, lambda: len(offered(pilot)) == 2)


async def test_offers_can_be_clicked(make_core: MakeCore) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        await write(pilot, "/cop")
        await until(pilot, lambda: len(offered(pilot)) == 2)
        await write(pilot, "")
        await pilot.press("backspace", "backspace", "backspace", *"help")
        await until(pilot, lambda: offered(pilot) == ["/help"])
        await pilot.pause()
        await pilot.click(Completion, offset=(4, 0))

        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))


async def test_a_command_that_needs_more_asks_for_it(make_core: MakeCore) -> None:
    core = make_core()

    async with seated(core, size=WIDE) as pilot:
        await write(pilot, "/remember")
        await until(pilot, lambda: offered(pilot) == ["/remember what"])
        await pilot.press("escape", "enter")

        await until(pilot, lambda: screen(pilot).composer.text == "/remember ")
        assert core.history.recent(core.audience) == []


async def test_an_unknown_command_is_said_to_be_one_and_given_back(
    make_core: MakeCore,
) -> None:
    core = make_core()

    async with seated(core, size=WIDE) as pilot:
        await write(pilot, "/frobnicate")
        await pilot.press("enter")

        await until(pilot, lambda: screen(pilot).composer.text == "/frobnicate")
        assert core.history.recent(core.audience) == []


async def test_a_path_is_no_command(make_core: MakeCore) -> None:
    async with seated(make_core("A file."), size=WIDE) as pilot:
        await ask_and_wait(pilot, "/etc/hosts is what?")

        assert said(pilot) == ["/etc/hosts is what?", "A file."]


@pytest.mark.parametrize(
    ("text", "shown"), [("/search lamp", Search), ("/model", ChooseModel)]
)
async def test_a_command_opens_what_it_is_for(
    make_core: MakeCore, text: str, shown: type
) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        screen(pilot).composer.text = text
        await pilot.press("escape", "enter")

        await until(pilot, lambda: isinstance(pilot.app.screen, shown))


async def test_commands_change_the_conversation_shown(make_core: MakeCore) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Tea?")

        async def obey(text: str) -> None:
            screen(pilot).composer.text = text
            await pilot.press("escape", "enter")

        def held():
            return core.history.recent(core.audience, include_archived=True)[0]

        await obey("/rename All about tea")
        await until(pilot, lambda: held().title == "All about tea")
        await obey("/pin")
        await until(pilot, lambda: held().pinned_at)
        await obey("/incognito")
        await until(pilot, lambda: held().is_incognito)
        bar = screen(pilot).query_one(TitleBar)
        await until(pilot, lambda: "off the record · All about tea" in line(bar))
        await obey("/delete")
        await until(pilot, lambda: core.history.recent(core.audience) == [])
        await obey("/undo")
        await until(pilot, lambda: core.history.recent(core.audience))
        assert held().title == "All about tea"


async def test_a_conversation_begins_off_the_record(make_core: MakeCore) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        screen(pilot).composer.text = "/incognito"
        await pilot.press("escape", "enter")
        bar = screen(pilot).query_one(TitleBar)
        await until(pilot, lambda: "off the record" in line(bar))
        await ask_and_wait(pilot, "Tea?")

        assert core.history.recent(core.audience)[0].is_incognito
        assert "off the record · Tea?" in line(bar)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "off the record" not in line(bar))
        await ask_and_wait(pilot, "Coffee?")
        assert not core.history.recent(core.audience)[0].is_incognito


async def test_an_at_sign_offers_documents_and_collections(make_core: MakeCore) -> None:
    async with seated(shelved(make_core), size=WIDE) as pilot:
        await write(pilot, "Who @")
        await until(
            pilot,
            lambda: set(offered(pilot)) == {"work", "The log", "A diary", "Minutes"},
        )
        await write(pilot, "dia")

        await until(pilot, lambda: offered(pilot) == ["A diary"])


async def test_what_is_chosen_alone_is_asked(make_core: MakeCore) -> None:
    core = shelved(make_core)

    async with seated(core, size=WIDE) as pilot:
        await write(pilot, "@dia")
        await until(pilot, lambda: offered(pilot) == ["A diary"])
        await pilot.press("enter")
        await until(pilot, lambda: screen(pilot).composer.within)
        await write(pilot, "Who lit the lamp?")
        assert screen(pilot).composer.text == "Who lit the lamp?"
        await pilot.press("enter")
        await until(pilot, lambda: said(pilot)[:1] == ["Who lit the lamp?"])
        await until(pilot, lambda: is_idle(pilot))

        head = core.history.recent(core.audience)[0].head_id
        assert head is not None
        found = {each.document_id for each in core.citations.of(head, core.audience)}
        question = screen(pilot).transcript.messages[0]
        files = core.history.attachments(question, core.audience)
        assert [file.name for file in files] == ["A diary"]
        assert found <= {"diary"}
        assert screen(pilot).composer.within == ()


async def test_an_address_names_nothing(make_core: MakeCore) -> None:
    async with seated(shelved(make_core), size=WIDE) as pilot:
        await write(pilot, "mail me@log")
        await pilot.pause(0.1)

        assert offered(pilot) == []


async def test_what_was_chosen_is_let_go_by_a_click_or_a_key(
    make_core: MakeCore,
) -> None:
    log = Named(title="The log", collection="log")
    diary = Named(title="A diary", collection="diary")

    async with seated(make_core(), size=WIDE) as pilot:
        composer = screen(pilot).composer
        composer.within = (log, diary)
        composer.write_here()
        await pilot.pause()
        await pilot.press("backspace")
        await until(pilot, lambda: composer.within == (log,))
        await pilot.pause()
        await pilot.click("Aimed", offset=(24, 0))

        await until(pilot, lambda: composer.within == ())


async def test_keys_are_those_of_the_words_while_nothing_is_offered(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "First question")
        await write(pilot, "@nobody")
        await pilot.pause(0.1)
        await pilot.press("up")

        await until(pilot, lambda: screen(pilot).composer.text == "First question")
