"""README's pictures, drawn by the program itself with the bundled model.

They are made anew with `just screenshots`, and looked at before they are committed.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from assistant.app import Assistant, ingesting, open_assistant
from assistant.config.loader import load_settings
from assistant.config.paths import find_paths
from assistant.config.settings import InterfaceSettings
from assistant.entities.turn import Ask, TurnRequest
from assistant.knowledge.ingest import Wanted
from tui.app import HearthApp
from tui.widgets.message import MessageView
from tui.widgets.prose import Prose

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
_SIZE = (112, 34)
_HALFWAY = 200
_KETTLE = """# Quillon kettle

## Care

The Quillon kettle must be descaled every 45 days with citric acid.
The tank holds 1.8 litres.
"""
_BEFORE = (
    "Name a small wooden boat.",
    "Plan a garden for May.",
    "What is the capital of France?",
)
_QUESTIONS = (
    "How often must I descale my Quillon kettle?",
    "Write one sentence about rain.",
)
_LONG = "Tell a long story about a lighthouse keeper."


async def draw(assistant: Assistant, theme: str) -> None:
    """A conversation of two answers, and a third while it is written."""
    app = HearthApp(assistant)
    app.animation_level = "none"
    async with app.run_test(size=_SIZE) as pilot:
        app.theme = theme
        await pilot.pause(1)
        for number, question in enumerate(_QUESTIONS, start=1):
            await _ask(pilot, question)
            await _until(pilot, lambda n=number: _has_answered(app, n))
        await pilot.pause(1)
        _keep(app, f"chat-{theme}")
        if theme == "ember":
            await _ask(pilot, _LONG)
            await _until(pilot, lambda: _newest_length(app) > _HALFWAY)
            _keep(app, "streaming")
            await pilot.press("escape")
            await _until(pilot, lambda: _has_answered(app, len(_QUESTIONS) + 1))


async def _ask(pilot: Pilot[None], question: str) -> None:
    await pilot.press(*("space" if each == " " else each for each in question))
    await pilot.press("enter")


async def _until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    while not is_so():
        await pilot.pause(0.05)


def _has_answered(app: HearthApp, questions: int) -> bool:
    views = app.query(MessageView)
    is_writing = any(view.is_streaming for view in views)
    return len(views) == 2 * questions and not is_writing


def _newest_length(app: HearthApp) -> int:
    """How much of the answer that is being written stands on the screen."""
    growing = [view for view in app.query(MessageView) if view.is_streaming]
    return len(growing[0].query_one(Prose).source) if growing else 0


def _keep(app: HearthApp, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    drawn = app.export_screenshot(title="hearth")
    (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


def _fill(assistant: Assistant, folder: Path) -> None:
    path = folder / "kettle.md"
    path.write_text(_KETTLE, encoding="utf-8")
    wanted = Wanted(sources=[str(path)], owner_id=assistant.audience.user_id)
    with ingesting(assistant) as ingest:
        for _ in ingest.run(wanted):
            pass


def _talk(assistant: Assistant) -> None:
    for question in _BEFORE:
        request = TurnRequest(
            audience=assistant.audience, intent=Ask(text=question), use_knowledge=False
        )
        for _ in assistant.chat.send(request):
            pass


def main() -> None:
    for theme in ("ember", "paper"):
        with tempfile.TemporaryDirectory() as folder:
            paths = find_paths({"HEARTH_HOME": f"{folder}/home"})
            settings = replace(
                load_settings(paths, {}, {}),
                interface=InterfaceSettings(theme=theme),
            )
            with open_assistant(
                settings, paths=paths, environment=dict(os.environ)
            ) as assistant:
                _fill(assistant, Path(folder))
                _talk(assistant)
                asyncio.run(draw(assistant, theme))


if __name__ == "__main__":
    main()
