"""Finding: in all that was said and in documents, and in the conversation shown."""

from dataclasses import replace
from threading import Event

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from assistant.app import Assistant
from assistant.entities.search import Found
from assistant.entities.turn import Ask, Edit, TurnRequest
from assistant.knowledge.search import Question
from tests.storage.shelf import Bookshelf, a_document
from tests.tui.conftest import MakeCore
from tests.tui.fakes import talk_alone
from tests.tui.steps import ask_and_wait, said, screen, seated, until
from tui.modals.search import Search
from tui.widgets.findbar import FindBar
from tui.widgets.message import MessageView
from tui.widgets.titles import Titles

WIDE = (120, 36)


def results(pilot: Pilot[None]) -> list[str]:
    """Headings and hits as they are read."""
    return [str(each.prompt) for each in pilot.app.screen.query_one(OptionList).options]


def note(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(".quiet", Static).visual)


async def search_for(pilot: Pilot[None], words: str) -> None:
    await pilot.press("ctrl+f")
    await until(pilot, lambda: isinstance(pilot.app.screen, Search))
    await pilot.press(*("space" if each == " " else each for each in words))


def garden(make_core: MakeCore) -> Assistant:
    core = make_core("Plant the tulips in October.", "Nothing of that kind.")
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")
    return core


async def test_a_search_says_where_who_and_when_and_jumps_there(
    make_core: MakeCore,
) -> None:
    core = garden(make_core)

    async with seated(core, size=WIDE) as pilot:
        await search_for(pilot, "tulip")
        await until(pilot, lambda: len(results(pilot)) >= 2)
        heading, hit, *_ = results(pilot)
        assert heading == "In conversations"
        assert hit.startswith("Garden plan for May · smollm2-135m · ")
        assert hit.endswith("\n  Plant the tulips in October.")
        await pilot.press("enter")

        await until(pilot, lambda: "Plant the tulips in October." in said(pilot))
        await until(pilot, lambda: pilot.app.focused in pilot.app.query(MessageView))
        focused = pilot.app.focused
        assert isinstance(focused, MessageView)
        assert focused.message.content == "Plant the tulips in October."
        assert focused.has_class("-found")


async def test_the_words_are_marked_in_what_was_found(make_core: MakeCore) -> None:
    core = garden(make_core)

    async with seated(core, size=WIDE) as pilot:
        await search_for(pilot, "tulip")
        await until(pilot, lambda: len(results(pilot)) >= 2)
        prompt = pilot.app.screen.query_one(OptionList).options[1].prompt

        marked = [
            prompt.plain[span.start : span.end]  # type: ignore[union-attr]
            for span in prompt.spans  # type: ignore[union-attr]
            if span.style == "bold $primary"
        ]
        assert marked == ["tulips"]


async def test_a_jump_reads_along_the_branch_of_what_was_found(
    make_core: MakeCore,
) -> None:
    core = make_core("Plant tulips.", "Sow beans.")
    first = talk_alone(core, "Garden plan?")[0].question  # type: ignore[union-attr]
    edit = Edit(message_id=first.id, text="Kitchen garden?")
    for _ in core.chat.send(TurnRequest(audience=core.audience, intent=edit)):
        pass

    async with seated(core, size=WIDE) as pilot:
        await search_for(pilot, "tulips")
        await until(pilot, lambda: len(results(pilot)) >= 2)
        await pilot.press("enter")

        await until(pilot, lambda: said(pilot) == ["Garden plan?", "Plant tulips."])


async def test_documents_stand_under_their_own_heading_and_open_beside(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")
    Bookshelf(core.database).add(a_document(), "The lamp was lit by Marta.")

    async with seated(core, size=WIDE) as pilot:
        await search_for(pilot, "lamp")
        await until(pilot, lambda: "In documents" in results(pilot))
        assert "The lamp was lit by Marta." in results(pilot)[1]
        await pilot.press("enter")

        await until(pilot, lambda: screen(pilot).aside.is_open)
        page = screen(pilot).aside.page
        assert page is not None
        assert page.title == "The log"
        assert page.body.plain == "The lamp was lit by Marta."


async def test_a_search_that_finds_nothing_says_so(make_core: MakeCore) -> None:
    async with seated(make_core(), size=WIDE) as pilot:
        await search_for(pilot, "zebra")

        await until(pilot, lambda: "Nothing was found for: zebra" in note(pilot))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Search)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen(pilot))


class Slow:
    """Finds nothing, and the first time only when it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = Event()

    def find(self, question: Question, _audience: object) -> Found:
        self.asked.append(question.text)
        if len(self.asked) == 1:
            self.let.wait(30)
            return Found(query=question.text, notices=("stale",))
        return Found(query=question.text)


async def test_typing_goes_on_while_it_is_searched_and_stale_results_are_dropped(
    make_core: MakeCore,
) -> None:
    core = make_core()
    slow = Slow()

    async with seated(core, size=WIDE) as pilot:
        screen(pilot).core = _with_search(core, slow)
        await search_for(pilot, "ze")
        await until(pilot, lambda: slow.asked == ["ze"])
        await pilot.press(*"bra")
        assert pilot.app.screen.query_one(Input).value == "zebra"
        slow.let.set()

        await until(pilot, lambda: slow.asked == ["ze", "zebra"])
        await until(pilot, lambda: "Nothing was found for: zebra" in note(pilot))
        assert "stale" not in note(pilot)


def _with_search(core: Assistant, search: object) -> Assistant:
    return replace(core, search=search)  # type: ignore[arg-type]


async def test_the_list_hands_its_words_on_to_the_search(make_core: MakeCore) -> None:
    core = garden(make_core)

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: screen(pilot).query_one(Titles).option_count == 3)
        screen(pilot).sidebar.find_here()
        await pilot.press(*"tulips", "enter", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Search))
        await until(pilot, lambda: len(results(pilot)) >= 2)
        await pilot.press("enter")

        await until(pilot, lambda: "Plant the tulips in October." in said(pilot))


def count(pilot: Pilot[None]) -> str:
    return str(screen(pilot).query_one(FindBar).query_one(".count", Static).visual)


def marked_in(view: MessageView) -> list[str]:
    return [
        part.content.plain[span.start : span.end]  # type: ignore[union-attr]
        for part in view.query(Static)
        for span in getattr(part.content, "spans", ())
        if span.style == "reverse"
    ]


async def test_words_are_found_in_the_conversation_counted_and_marked(
    make_core: MakeCore,
) -> None:
    core = make_core("A **tulip** is no rose.\n\nTulips!", "Roses.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "What is a Tulip?")
        await pilot.press("f3", *"tulip")
        await until(pilot, lambda: count(pilot) == "3/3")
        question, reply = pilot.app.screen.query(MessageView)
        await until(pilot, lambda: marked_in(reply) == ["tulip", "Tulip"])
        assert marked_in(question) == ["Tulip"]

        await pilot.press("up")
        await until(pilot, lambda: count(pilot) == "2/3")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is reply)
        await pilot.press("N")
        await until(pilot, lambda: count(pilot) == "1/3")
        await until(pilot, lambda: pilot.app.focused is question)
        await pilot.press("N")
        await until(pilot, lambda: count(pilot) == "3/3")
        await pilot.press("n")
        await until(pilot, lambda: count(pilot) == "1/3")

        await pilot.press("escape")
        await until(pilot, lambda: not screen(pilot).find_bar.is_open)
        assert marked_in(question) == marked_in(reply) == []


async def test_words_that_are_not_in_the_conversation_say_so(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=WIDE) as pilot:
        await ask_and_wait(pilot, "Tea?")
        await pilot.press("ctrl+up", "slash", *"zebra")
        await until(pilot, lambda: count(pilot) == "not here")
        await pilot.press("enter", "down", "escape")

        await until(pilot, lambda: not screen(pilot).find_bar.is_open)
        await pilot.press(*"on")
        assert screen(pilot).composer.text == "on"


async def test_a_place_that_is_not_drawn_is_drawn(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    here = talk_alone(core, "The zebra comes first")[0].question  # type: ignore[union-attr]
    for number in range(60):
        more = Ask(text=f"Question {number}", conversation_id=here.conversation_id)
        for _ in core.chat.send(TurnRequest(audience=core.audience, intent=more)):
            pass

    async with seated(core, size=WIDE) as pilot:
        await until(pilot, lambda: screen(pilot).query_one(Titles).option_count == 2)
        screen(pilot).query_one(Titles).focus()
        await pilot.press("end", "enter")
        await until(pilot, lambda: "Question 59" in said(pilot))
        assert "The zebra comes first" not in said(pilot)
        await pilot.press("f3", *"zebra")

        await until(pilot, lambda: count(pilot) == "1/1")
        await until(pilot, lambda: "The zebra comes first" in said(pilot))
        await until(
            pilot,
            lambda: (
                (view := screen(pilot).transcript.find_view(here.id))
                and marked_in(view) == ["zebra"]
            ),
        )
        assert isinstance(pilot.app.focused, Input)
