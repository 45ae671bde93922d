"""What is written is there again; files go along; tokens are counted."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from textual.events import Paste

from assistant.entities.draft import Draft
from assistant.entities.turn import TextFile
from tests.fakes.engine import ScriptedEngine
from tests.tui.conftest import MakeCore
from tests.tui.fakes import scripted_core
from tests.tui.steps import (
    ask,
    ask_and_wait,
    has_begun,
    is_idle,
    line,
    said,
    screen,
    seated,
    shown,
    until,
)
from tui.app import HearthApp
from tui.screens.library import LibraryScreen
from tui.widgets.aside import Aside
from tui.widgets.bars import StatusBar
from tui.widgets.composer import Composer

POEM = TextFile(name="poem.txt", text="O kettle")


def composer(pilot) -> Composer:
    return screen(pilot).query_one(Composer)


async def test_a_draft_is_there_again_in_the_next_sitting(tmp_path: Path) -> None:
    with scripted_core(tmp_path) as core:
        async with seated(core) as pilot:
            await ask_and_wait(pilot, "first")
            composer(pilot).draft = Draft(text="half a thought", files=(POEM,))
            await pilot.press("ctrl+n")
            composer(pilot).text = "something new"
            await pilot.pause()

    with scripted_core(tmp_path) as core:
        async with seated(core) as pilot:
            await until(pilot, lambda: composer(pilot).text == "something new")
            first = core.history.recent(core.audience)[0]
            screen(pilot).open_conversation(first.id)
            await until(pilot, lambda: composer(pilot).text == "half a thought")
            assert composer(pilot).files == (POEM,)


async def test_a_draft_is_kept_while_one_writes_not_only_at_the_end(
    make_core: MakeCore,
) -> None:
    core = make_core()

    async with seated(core) as pilot:
        await pilot.press(*"half")
        await until(pilot, lambda: core.unsent.of(None, core.audience).text == "half")


async def test_what_was_sent_is_no_draft_any_more(make_core: MakeCore) -> None:
    core = make_core("Yes.")

    async with seated(core) as pilot:
        await pilot.press(*"half")
        await until(pilot, lambda: not core.unsent.of(None, core.audience).is_blank)
        await pilot.press("enter")
        await until(pilot, lambda: said(pilot) == ["half", "Yes."] and is_idle(pilot))
        await pilot.press(*"more")

    newest = core.history.recent(core.audience)[0]
    assert core.unsent.of(None, core.audience).is_blank
    assert core.unsent.of(newest.id, core.audience).text == "more"


async def test_rewording_an_old_question_leaves_the_draft_alone(
    make_core: MakeCore,
) -> None:
    core = make_core("Yes.")

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "first")
        composer(pilot).text = "a thought"
        await pilot.pause()
        await pilot.press("ctrl+up", "up", "e")
        await until(pilot, lambda: composer(pilot).text == "first")
        await pilot.press("x")
        await pilot.pause()

    newest = core.history.recent(core.audience)[0]
    assert core.unsent.of(newest.id, core.audience).text == "a thought"


async def test_a_pasted_text_goes_along_and_stays_with_the_question(
    make_core: MakeCore,
) -> None:
    engine = ScriptedEngine("A long one.")
    core = make_core(engine=engine)

    async with seated(core) as pilot:
        await pilot.pause()
        composer(pilot).write_here()
        pilot.app.post_message(Paste("line of it\n" * 400))
        await until(pilot, lambda: composer(pilot).files)
        await ask_and_wait(pilot, "What is this?")

        assert "line of it" in engine.requests[0].messages[-1].content
        await until(pilot, lambda: shown(pilot)[0].files)
        assert shown(pilot)[0].files[0].name == "pasted text"
        assert composer(pilot).files == ()


async def test_a_file_is_looked_into_before_it_is_sent(make_core: MakeCore) -> None:
    async with seated(make_core()) as pilot:
        await pilot.pause()
        composer(pilot).files = (POEM,)
        await pilot.press("backspace", "enter")
        aside = screen(pilot).query_one(Aside)
        await until(pilot, lambda: aside.is_open)

        assert aside.page.title == "poem.txt"
        assert aside.page.body.plain == "O kettle"
        await pilot.press("escape")
        await until(pilot, lambda: composer(pilot).has_focus_within)


async def test_a_dropped_text_goes_along(make_core: MakeCore, tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    path.write_text("O kettle")

    async with seated(make_core()) as pilot:
        await pilot.pause()
        pilot.app.post_message(Paste(str(path)))

        await until(pilot, lambda: composer(pilot).files == (POEM,))


async def test_what_is_no_text_is_offered_to_the_library(
    make_core: MakeCore, tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7\x00\xff")

    async with seated(make_core(), size=(100, 30)) as pilot:
        await pilot.pause()
        pilot.app.post_message(Paste(str(path)))

        await until(
            pilot,
            lambda: any(
                isinstance(one, LibraryScreen) for one in pilot.app.screen_stack
            ),
        )
        await until(
            pilot,
            lambda: any(
                str(path) in str(getattr(each, "value", ""))
                for each in pilot.app.screen.query("Input")
            ),
        )


async def test_a_file_that_cannot_be_read_is_told(
    make_core: MakeCore, tmp_path: Path
) -> None:
    path = tmp_path / "large.txt"
    path.write_text("x" * 11_000_000)

    async with seated(make_core()) as pilot:
        await pilot.pause()
        pilot.app.post_message(Paste(str(path)))
        await until(pilot, lambda: pilot.app._notifications)

        notes = [note.message for note in pilot.app._notifications]
        assert any("More than 10 MB" in note for note in notes)
        assert composer(pilot).files == ()


async def test_tokens_are_counted_while_one_writes(make_core: MakeCore) -> None:
    async with seated(make_core("Yes."), size=(120, 30)) as pilot:
        status = pilot.app.query_one(StatusBar)
        await until(pilot, lambda: status.fill)
        before = status.fill.used
        await pilot.press(*"one two three four")
        await until(pilot, lambda: status.fill.used >= before + 4)

        assert f"{status.fill.used}/8192 tokens" in line(status)
        composer(pilot).text = "word " * 9000
        await until(pilot, lambda: "too much" in line(status))


async def test_a_waiting_question_is_taken_back_or_dropped(
    make_core: MakeCore,
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine("one two", "three", hold=hold, hold_at=1))

    async with seated(core) as pilot:
        await ask(pilot, "count")
        await until(pilot, lambda: has_begun(pilot, "on"))
        for text in ("second", "third"):
            await ask(pilot, text)
            await until(pilot, lambda t=text: t in composer(pilot).queued)
        await pilot.press("up")
        await until(pilot, lambda: composer(pilot).text == "third")
        assert composer(pilot).queued == ("second",)
        composer(pilot).text = ""
        hold.set()
        await until(pilot, lambda: len(said(pilot)) == 4 and is_idle(pilot))
        assert said(pilot)[2] == "second"


@contextmanager
def own_editor(folder: Path, script: str) -> Iterator[None]:
    path = folder / "ed"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISUAL", str(path))
        yield


class Lends(HearthApp):
    """Lends its terminal, though there is none."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


async def test_the_persons_own_editor_writes_the_question(
    make_core: MakeCore, tmp_path: Path
) -> None:
    app = Lends(make_core())
    app.animation_level = "none"
    with own_editor(tmp_path, 'echo "and more" >> "$1"'):
        async with app.run_test() as pilot:
            await pilot.pause()
            await pilot.press(*"some ", "f4")

            await until(pilot, lambda: composer(pilot).text == "some and more")


async def test_a_terminal_that_cannot_be_lent_says_so(make_core: MakeCore) -> None:
    async with seated(make_core()) as pilot:
        await pilot.press(*"some", "f4")
        await until(pilot, lambda: pilot.app._notifications)

        assert composer(pilot).text == "some"
