"""Asking and being answered, by keys, over the real file."""

import gc
from asyncio import get_running_loop
from collections.abc import Generator
from threading import Event
from time import sleep

import pytest

from assistant.app import Assistant
from assistant.entities.conversation import FinishReason, MessageRole
from assistant.entities.ids import LOCAL_USER
from assistant.llm.engine import Generated, GenerationRequest, Piece, Queued
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.steps import (
    ask,
    ask_and_wait,
    byline,
    has_begun,
    is_idle,
    line,
    said,
    screen,
    seated,
    shown,
    until,
    words,
)
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.composer import Composer
from tui.widgets.message import MessageView
from tui.widgets.offers import Foot


class Slow(ScriptedEngine):
    """Takes its time, and says so, until its generator is closed."""

    def __init__(self, *pieces: str) -> None:
        super().__init__()
        self._pieces = pieces
        self.was_closed = Event()

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        try:
            for piece in self._pieces:
                yield Piece(text=piece)
                sleep(0.002)
            while not self.closed:
                yield Queued(ahead=0)
                sleep(0.02)
        finally:
            self.was_closed.set()


def kept(core: Assistant) -> list[tuple[str, str]]:
    """The newest conversation as the file has it."""
    newest = core.history.recent(core.audience)[0]
    branch = core.history.transcript(newest.id, core.audience)
    return [(str(each.role), each.content) for each in branch]


async def test_a_question_is_answered_and_both_are_in_the_file(
    make_core: MakeCore,
) -> None:
    core = make_core("The capital is Paris.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "What is the capital of France?")

        assert said(pilot) == [
            "What is the capital of France?",
            "The capital is Paris.",
        ]
    assert kept(core) == [
        ("user", "What is the capital of France?"),
        ("assistant", "The capital is Paris."),
    ]


async def test_the_bars_tell_the_title_the_model_and_that_words_stay_here(
    make_core: MakeCore,
) -> None:
    core = make_core("Paris.")

    async with seated(core, size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "What is the capital of France?")
        await until(pilot, lambda: "smollm2" in line(pilot.app.query_one(StatusBar)))

        title, status = pilot.app.query_one(TitleBar), pilot.app.query_one(StatusBar)
        assert "What is the capital of France?" in line(title)
        assert "local · private" in line(title)
        assert "smollm2-135m ●" in line(status)
        assert "/8192 tokens" in line(status)


async def test_a_second_question_goes_on_in_the_same_conversation(
    make_core: MakeCore,
) -> None:
    core = make_core("One.", "Two.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "first")
        await ask_and_wait(pilot, "second")

        assert said(pilot) == ["first", "One.", "second", "Two."]
    assert len(core.history.recent(core.audience)) == 1


async def test_escape_stops_the_answer_and_keeps_what_was_said(
    make_core: MakeCore,
) -> None:
    hold = Event()
    engine = ScriptedEngine("one two three four", hold=hold, hold_at=2)
    core = make_core(engine=engine)

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "one t"))
        await pilot.press("escape")
        hold.set()
        await until(pilot, lambda: is_idle(pilot))

        reply = shown(pilot)[1]
        assert "stopped" in byline(reply)
        assert words(reply).startswith("one two")
        assert not reply.is_streaming
    assert kept(core)[1][1].startswith("one two")
    assert engine.stopped_early == 1


async def test_typing_goes_on_while_an_answer_comes(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("one two", hold=hold, hold_at=1))

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        await pilot.press(*"and then")

        assert screen(pilot).query_one(Composer).text == "and then"
        hold.set()
        await until(pilot, lambda: is_idle(pilot))
        assert screen(pilot).query_one(Composer).text == "and then"


async def test_a_question_sent_meanwhile_waits_for_its_turn(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("one two", "three", hold=hold, hold_at=1))

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        await ask(pilot, "go on")
        await until(pilot, lambda: screen(pilot).query_one(Composer).queued)

        assert len(said(pilot)) == 2
        hold.set()
        await until(pilot, lambda: len(said(pilot)) == 4 and is_idle(pilot))
        assert said(pilot) == ["count", "one two", "go on", "three"]
        assert screen(pilot).query_one(Composer).queued == ()


async def test_stopping_gives_back_what_was_waiting(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("one two", hold=hold, hold_at=1))

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        await ask(pilot, "go on")
        await until(pilot, lambda: screen(pilot).query_one(Composer).queued)
        await pilot.press("escape")
        hold.set()
        await until(pilot, lambda: is_idle(pilot))

        assert screen(pilot).query_one(Composer).text == "go on"
        assert len(said(pilot)) == 2


async def test_another_answer_stands_beside_the_first(
    make_core: MakeCore,
) -> None:
    core = make_core("First answer.", "Second answer.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "why")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: said(pilot) == ["why", "Second answer."])
        await until(pilot, lambda: is_idle(pilot) and shown(pilot)[1].version)

        assert shown(pilot)[1].version == "‹ 2/2 ›"
        await pilot.press("ctrl+up", "left")
        await until(pilot, lambda: said(pilot) == ["why", "First answer."])
        await until(pilot, lambda: shown(pilot)[1].version == "‹ 1/2 ›")
        assert kept(core)[1][1] == "First answer."


async def test_a_question_in_other_words_leaves_the_first_as_a_version(
    make_core: MakeCore,
) -> None:
    core = make_core("Of France: Paris.", "Of Spain: Madrid.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "capital of France")
        await pilot.press("ctrl+up", "up", "e")
        await until(pilot, lambda: screen(pilot).query_one(Composer).is_editing)

        assert screen(pilot).query_one(Composer).text == "capital of France"
        await ask_and_wait(pilot, "capital of Spain")
        assert said(pilot) == ["capital of Spain", "Of Spain: Madrid."]
        await until(pilot, lambda: shown(pilot)[0].version == "‹ 2/2 ›")
    branches = core.history.siblings(
        core.history.transcript(
            core.history.recent(core.audience)[0].id, core.audience
        )[0],
        core.audience,
    )
    assert [each.content for each in branches] == [
        "capital of France",
        "capital of Spain",
    ]


async def test_escape_leaves_an_edit_and_brings_the_draft_back(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "is it")
        composer = screen(pilot).query_one(Composer)
        composer.text = "half a thought"
        await pilot.press("ctrl+up", "up", "e")
        await until(pilot, lambda: composer.is_editing)
        await pilot.press("escape")

        assert composer.text == "half a thought"
        assert not composer.is_editing


async def test_a_stopped_answer_can_be_gone_on_with(
    make_core: MakeCore,
) -> None:
    hold = Event()
    engine = ScriptedEngine(
        "one two three", " and four", hold=hold, hold_at=1, name="m"
    )
    core = make_core(engine=engine)

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        await pilot.press("escape")
        hold.set()
        await until(pilot, lambda: is_idle(pilot))
        partial = words(shown(pilot)[1])
        await pilot.press("ctrl+g")
        await until(pilot, lambda: words(shown(pilot)[1]).endswith("and four"))
        await until(pilot, lambda: is_idle(pilot))

        assert words(shown(pilot)[1]) == f"{partial} and four"
        assert len(shown(pilot)) == 2
    assert kept(core)[1] == ("assistant", f"{partial} and four")


async def test_an_engines_failure_is_told_in_the_conversation_and_can_be_retried(
    make_core: MakeCore,
) -> None:
    engine = ScriptedEngine("It works.", fail_at=0)
    core = make_core(engine=engine)

    async with seated(core) as pilot:
        await ask(pilot, "does it work")
        await until(pilot, lambda: len(shown(pilot)) == 2 and is_idle(pilot))

        reply = shown(pilot)[1]
        assert "failed" in byline(reply)
        assert "as scripted" in str(reply.query_one(".trouble").visual)
        assert reply.query_one(".trouble").display

        engine._fail_at = None
        await pilot.press("ctrl+g")
        await until(pilot, lambda: said(pilot)[1:] == ["It works."])


async def test_leaving_a_conversation_while_it_is_answered_loses_nothing(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("one two three", hold=hold, hold_at=1))

    async with seated(core, size=(120, 30)) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: screen(pilot).has_class("-empty"))
        newest = core.history.recent(core.audience)[0]
        screen(pilot).open_conversation(newest.id)
        await until(pilot, lambda: has_begun(pilot, "on"))
        hold.set()
        await until(pilot, lambda: is_idle(pilot))

        assert said(pilot) == ["count", "one two three"]
        assert not shown(pilot)[1].is_streaming


async def test_an_answer_that_ends_while_another_conversation_is_read_is_kept(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("one two three", hold=hold, hold_at=1))

    async with seated(core, size=(120, 30)) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        await pilot.press("ctrl+n")
        hold.set()
        await until(pilot, lambda: is_idle(pilot))

        assert screen(pilot).has_class("-empty")
    assert kept(core)[1] == ("assistant", "one two three")


async def test_each_conversation_keeps_its_own_draft(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core, size=(120, 30)) as pilot:
        await ask_and_wait(pilot, "one")
        composer = screen(pilot).query_one(Composer)
        composer.text = "draft for one"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: composer.text == "")
        composer.text = "draft for a new one"
        first = core.history.recent(core.audience)[0]
        screen(pilot).open_conversation(first.id)
        await until(pilot, lambda: composer.text == "draft for one")
        await pilot.press("ctrl+n")

        await until(pilot, lambda: composer.text == "draft for a new one")


async def test_the_words_of_a_message_go_to_the_clipboard(
    make_core: MakeCore,
) -> None:
    core = make_core("Paris, of course.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "capital")
        await pilot.press("ctrl+up", "c")

        await until(pilot, lambda: pilot.app.clipboard == "Paris, of course.")


async def test_focus_goes_from_message_to_message_and_back_to_writing(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "is it")
        await pilot.press("ctrl+up")
        assert pilot.app.focused is shown(pilot)[1]
        await pilot.press("up")
        assert pilot.app.focused is shown(pilot)[0]
        await pilot.press("down", "down")

        assert not isinstance(pilot.app.focused, MessageView)


@pytest.mark.parametrize("reason", [FinishReason.LENGTH, FinishReason.REPETITION])
async def test_an_ending_that_is_not_plain_is_named(
    make_core: MakeCore, reason: FinishReason
) -> None:
    core = make_core(engine=ScriptedEngine("on and on", reason=reason))

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "talk")

        ending = {FinishReason.LENGTH: "length", FinishReason.REPETITION: "circles"}
        assert ending[reason] in byline(shown(pilot)[1])
        assert shown(pilot)[1].message.role is MessageRole.ASSISTANT


async def test_up_brings_back_what_was_asked_just_now(make_core: MakeCore) -> None:
    async with seated(make_core("Yes.")) as pilot:
        await ask_and_wait(pilot, "first")
        await ask_and_wait(pilot, "second")
        await pilot.press("up")
        assert screen(pilot).query_one(Composer).text == "second"
        await pilot.press("up")

        assert screen(pilot).query_one(Composer).text == "first"


async def test_leaving_stops_the_answer_and_keeps_what_was_said(
    make_core: MakeCore,
) -> None:
    engine = Slow(*["word "] * 10_000)
    core = make_core(engine=engine)

    async with seated(core) as pilot:
        await ask(pilot, "talk")
        await until(pilot, lambda: has_begun(pilot, "word"))
        await pilot.press("ctrl+q")

    assert engine.was_closed.wait(10)
    await get_running_loop().shutdown_default_executor()
    role, text = kept(core)[1]
    assert role == "assistant"
    assert text.startswith("word word")
    assert len(text) < 10_000


async def test_escape_works_before_the_first_word(make_core: MakeCore) -> None:
    engine = Slow()
    core = make_core(engine=engine)

    async with seated(core) as pilot:
        await ask(pilot, "talk")
        await until(pilot, lambda: len(shown(pilot)) == 2)
        assert "Esc stops" in line(shown(pilot)[1].query_one(Foot))
        await pilot.press("escape")
        await until(pilot, lambda: is_idle(pilot))

        assert engine.was_closed.is_set()
        assert "stopped" in byline(shown(pilot)[1])


async def test_escape_leaves_the_list_before_it_stops_an_answer(
    make_core: MakeCore,
) -> None:
    core = make_core(engine=Slow())

    async with seated(core, size=(120, 30)) as pilot:
        await ask(pilot, "talk")
        await until(pilot, lambda: len(shown(pilot)) == 2)
        await pilot.press("ctrl+f", "x", "escape")
        assert not is_idle(pilot)
        await pilot.press("escape")

        await until(pilot, lambda: is_idle(pilot))


async def test_words_that_leave_the_machine_are_announced(make_core: MakeCore) -> None:
    core = make_core("Yes.")
    core.models.add_remote(
        "http://127.0.0.1:9", "big", name="cloud", key_variable=None, actor=LOCAL_USER
    )

    async with seated(core, size=(120, 30)) as pilot:
        title = screen(pilot).query_one(TitleBar)
        await until(pilot, lambda: "local · private" in line(title))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
        await pilot.press("up", "enter")
        if core.models.in_use().name != "cloud":
            await pilot.press("ctrl+o")
            await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
            await pilot.press("down", "enter")

        await until(pilot, lambda: "→ cloud (remote)" in line(title))
        assert "private" not in line(title)


async def test_memory_is_looked_through_when_the_answer_is_there_and_nobody_types(
    make_core: MakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = gc.get_threshold()
    core = make_core(ScriptedEngine("Yes."))
    async with seated(core) as pilot:
        monkeypatch.setattr("tui.screens.answering._REST", 3600.0)
        await ask_and_wait(pilot, "Is it?")
        assert gc.get_threshold() > usual

        monkeypatch.setattr("tui.screens.answering._REST", 0.01)
        await ask_and_wait(pilot, "And now?")
        await until(pilot, lambda: gc.get_threshold() == usual)
