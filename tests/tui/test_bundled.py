"""One flow with the real model: ask, stop, go on, and find it all again."""

import pytest

from assistant.app import open_assistant
from assistant.config.paths import Paths
from assistant.config.settings import ModelSettings, Settings
from tests.tui.steps import (
    ask,
    ask_and_wait,
    byline,
    is_idle,
    line,
    said,
    screen,
    seated,
    shown,
    until,
    words,
)
from tui.widgets.bars import StatusBar


@pytest.mark.weights
@pytest.mark.timeout(300)
async def test_talking_with_the_bundled_model(paths: Paths) -> None:
    settings = Settings(models=ModelSettings(threads=1))
    with open_assistant(settings, paths=paths) as core:
        core.beginning.note_greeted()
        async with seated(core, size=(110, 30)) as pilot:
            await ask_and_wait(pilot, "What is the capital of France?")
            assert "Paris" in said(pilot)[1]
            assert "smollm2-135m" in byline(shown(pilot)[1])
            status = screen(pilot).query_one(StatusBar)
            await until(pilot, lambda: "tok/s" in line(status))

            await ask(pilot, "Write a long story about a lighthouse keeper.")
            await until(pilot, lambda: len(said(pilot)) == 4)
            await until(pilot, lambda: len(said(pilot)[3]) > 40)
            await pilot.press("escape")
            await until(pilot, lambda: is_idle(pilot))
            assert "stopped" in byline(shown(pilot)[3])
            partial = words(shown(pilot)[3])

            await pilot.press("ctrl+g")
            await until(pilot, lambda: len(said(pilot)[3]) > len(partial) + 20)
            await pilot.press("escape")
            await until(pilot, lambda: is_idle(pilot))
            assert said(pilot)[3].startswith(partial)

        newest = core.history.recent(core.audience)[0]
        kept = core.history.transcript(newest.id, core.audience)
        assert kept[3].content.startswith(partial)
