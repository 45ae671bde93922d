"""What an answer rests on, opened beside it."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.app import Assistant, ingesting
from assistant.entities.account import Account, Cited
from assistant.entities.citation import Citation
from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.turn import Ask, TextFile, TurnRequest
from assistant.knowledge.ingest import Wanted
from tests.tui.conftest import MakeCore
from tests.tui.steps import ask_and_wait, line, screen, seated, shown, until
from tests.tui.test_snapshots import FAILED, REPLY
from tui.widgets import pages
from tui.widgets.aside import Aside
from tui.widgets.enclosures import Enclosures
from tui.widgets.message import MessageView
from tui.widgets.offers import Foot
from tui.widgets.sources import Sources

CARE = "The Quillon kettle must be descaled every 45 days with citric acid."

CITED = Cited(
    title="Kettle",
    location="line 3",
    source="/papers/kettle.md",
    text="Before. The words. After \x1b[2J.",
    starts_at=8,
    ends_at=18,
)


def marked(page: pages.Page) -> list[str]:
    return [page.body.plain[span.start : span.end] for span in page.body.spans]


def panel(pilot) -> Aside:
    return screen(pilot).query_one(Aside)


def take_in(core: Assistant, folder: Path) -> Path:
    path = folder / "kettle.md"
    path.write_text(f"# Kettle\n\n## Care\n\n{CARE} The lid is blue.\n")
    wanted = Wanted(sources=[str(path)], owner_id=core.audience.user_id)
    with ingesting(core) as ingest:
        for _ in ingest.run(wanted):
            pass
    return path


def test_a_passage_is_shown_whole_with_the_quote_marked() -> None:
    page = pages.passage(CITED, place="‹ 1/2 ›")

    assert marked(page) == ["The words."]
    assert page.body.plain.startswith("Before. The words. After")
    assert "\x1b" not in page.body.plain
    assert page.about == "line 3 · ‹ 1/2 ›\n/papers/kettle.md"


def test_an_account_tells_model_tokens_and_time() -> None:
    page = pages.account(Account(message=REPLY, memories=("Ana has a kettle",)))

    words = page.body.plain
    assert "what the model knows" in words
    assert "Ana has a kettle" in words
    assert "smollm2-135m" in words
    assert "271 read" in words
    assert "95 written" in words
    assert "first word 0.3 s" in words


def test_an_account_of_a_failure_tells_what_went_wrong() -> None:
    page = pages.account(Account(message=FAILED))

    assert "The engine failed while it was running" in page.body.plain


def test_documents_that_are_gone_are_not_called_general_knowledge() -> None:
    page = pages.account(Account(message=replace(REPLY, sources=("p1",))))

    assert "not in the library any more" in page.body.plain
    assert "thinks it knows" not in page.body.plain


async def test_why_shows_the_steps_of_the_turn_and_escape_goes_back(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("Yes."), size=(140, 40)) as pilot:
        await ask_and_wait(pilot, "is it")
        await pilot.press("ctrl+up", "w")
        await until(pilot, lambda: panel(pilot).is_open)

        page = panel(pilot).page
        assert page is not None
        for step in ("turn", "write", "finish"):
            assert step in page.body.plain
        assert panel(pilot).has_focus_within
        await pilot.press("escape")
        await until(pilot, lambda: not panel(pilot).is_open)
        assert pilot.app.focused is shown(pilot)[1]


async def test_a_question_has_no_reasons(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.")) as pilot:
        await ask_and_wait(pilot, "is it")
        await pilot.press("ctrl+up", "up", "w")

        await until(pilot, lambda: pilot.app._notifications)
        assert not panel(pilot).is_open


@pytest.mark.weights
async def test_a_source_line_opens_its_passage_by_key_and_by_click(
    make_core: MakeCore, tmp_path: Path
) -> None:
    core = make_core("From what I know.")
    path = take_in(core, tmp_path)

    async with seated(core, size=(140, 40)) as pilot:
        await ask_and_wait(pilot, "How often must I descale my Quillon kettle?")
        await until(pilot, lambda: shown(pilot)[-1].citations)
        await pilot.press("ctrl+up", "s")
        await until(pilot, lambda: panel(pilot).is_open)

        page = panel(pilot).page
        assert page is not None
        assert page.title == "Kettle"
        assert str(path) in page.about
        assert "45 days" in marked(page)[0]
        assert "The lid is blue." in page.body.plain

        await pilot.press("c")
        await until(pilot, lambda: "45 days" in pilot.app.clipboard)
        await pilot.press("escape")
        await until(pilot, lambda: not panel(pilot).is_open)
        await pilot.pause()
        await pilot.click(shown(pilot)[-1].query_one(Sources), offset=(4, 0))
        await until(pilot, lambda: panel(pilot).is_open)


async def test_pages_are_turned_from_source_to_source(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    citations = [
        Citation(
            number=number,
            passage_id=PassageId(f"p{number}"),
            document_id=DocumentId("d"),
            title="Kettle",
            location=f"line {number}",
            quote=f"quote {number}",
        )
        for number in (1, 2)
    ]

    class References:
        def of(self, message_id, audience):
            return citations

    class Accounts:
        def memories(self, message_id, audience):
            return ("Ana has a kettle",)

        def cited(self, citation, audience):
            return replace(CITED, location=citation.location)

    core = replace(core, citations=References(), accounts=Accounts())
    async with seated(core, size=(140, 40)) as pilot:
        await ask_and_wait(pilot, "is it")
        foot = shown(pilot)[1].query_one(Foot)
        await until(pilot, lambda: "1 memory" in line(foot))
        await pilot.press("ctrl+up", "s")
        await until(pilot, lambda: panel(pilot).is_open)
        assert panel(pilot).page.about.startswith("line 1 · ‹ 1/2 ›")
        await pilot.press("right")
        await until(pilot, lambda: panel(pilot).page.about.startswith("line 2"))
        await pilot.press("right", "left")

        await until(pilot, lambda: panel(pilot).page.about.startswith("line 1"))


async def test_a_file_that_came_along_is_listed_and_can_be_read(
    make_core: MakeCore,
) -> None:
    core = make_core("A poem.")
    ask = Ask(text="What is it?", files=(TextFile(name="poem.txt", text="O\nkettle"),))
    list(core.chat.send(TurnRequest(audience=core.audience, intent=ask)))

    async with seated(core, size=(140, 40)) as pilot:
        newest = core.history.recent(core.audience)[0]
        screen(pilot).open_conversation(newest.id)
        await until(pilot, lambda: shown(pilot) and shown(pilot)[0].files)
        await pilot.pause()
        await pilot.click(shown(pilot)[0].query_one(Enclosures), offset=(4, 0))
        await until(pilot, lambda: panel(pilot).is_open)

        assert panel(pilot).page.title == "poem.txt"
        assert panel(pilot).page.body.plain == "O\nkettle"


async def test_the_panel_lies_over_a_narrow_screen_and_beside_a_wide_one(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("Yes."), size=(140, 40)) as pilot:
        await ask_and_wait(pilot, "is it")
        view = shown(pilot)[1]
        await pilot.press("ctrl+up", "w")
        await until(pilot, lambda: panel(pilot).is_open)
        await pilot.pause()
        assert not panel(pilot).region.overlaps(view.region)

        for size in ((60, 20), (40, 10), (20, 5), (1, 1), (140, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert isinstance(view, MessageView)
        assert panel(pilot).is_open


async def test_what_can_be_done_shows_when_it_is_pointed_at(
    make_core: MakeCore,
) -> None:
    async with seated(make_core("Yes."), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "is it")
        view = shown(pilot)[1]
        assert "copy" not in line(view.query_one(Foot))

        await pilot.hover(view, offset=(3, 1))
        await until(pilot, lambda: "copy" in line(view.query_one(Foot)))
        await pilot.hover(screen(pilot).query_one("TitleBar"))
        await until(pilot, lambda: "copy" not in line(view.query_one(Foot)))


async def test_the_offered_words_can_be_clicked(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "is it")
        view = shown(pilot)[1]
        view.focus()
        await pilot.pause()
        foot = view.query_one(Foot)
        drawn = str(foot.render())
        await pilot.click(foot, offset=(2 + drawn.index("why"), 0))

        await until(pilot, lambda: panel(pilot).is_open)
