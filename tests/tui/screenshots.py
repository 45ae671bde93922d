"""README's pictures, drawn by the program itself with the bundled model.

They are made anew with `just screenshots`, and looked at before they are committed.
"""

import asyncio
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from assistant.app import Assistant, ingesting, open_assistant
from assistant.config.loader import load_settings
from assistant.config.paths import find_paths
from assistant.config.settings import InterfaceSettings
from assistant.knowledge.ingest import Wanted
from tui.app import HearthApp

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
_SIZE = (112, 34)
_KETTLE = """# Quillon kettle

## Care

The Quillon kettle must be descaled every 45 days with citric acid.
The tank holds 1.8 litres.
"""
_QUESTIONS = (
    "How often must I descale my Quillon kettle?",
    "Write one sentence about rain.",
)
_LONG = "Explain in three sentences why the sea is salty."


async def draw(assistant: Assistant, theme: str) -> None:
    """A conversation of two answers, and a third while it is written."""
    app = HearthApp(assistant)
    app.animation_level = "none"
    async with app.run_test(size=_SIZE) as pilot:
        app.theme = theme
        await pilot.pause(1)
        for number, question in enumerate(_QUESTIONS, start=1):
            await _ask(pilot, question)
            await _until(pilot, lambda n=number: _finished(assistant) == n)
        await pilot.pause(1)
        _keep(app, f"chat-{theme}")
        if theme == "ember":
            await _ask(pilot, _LONG)
            await _until(pilot, lambda: _has_begun(assistant))
            _keep(app, "streaming")
            await _until(pilot, lambda: _finished(assistant) == 3)


async def _ask(pilot: Pilot[None], question: str) -> None:
    await pilot.press(*("space" if each == " " else each for each in question))
    await pilot.press("enter")


async def _until(pilot: Pilot[None], is_so) -> None:
    while not is_so():
        await pilot.pause(0.1)


def _finished(assistant: Assistant) -> int:
    return len(assistant.traces.recent_traces(100))


def _has_begun(assistant: Assistant) -> bool:
    """Whether the newest answer has its first words."""
    latest = assistant.history.latest(assistant.audience)
    said = assistant.history.transcript(latest.id, assistant.audience)
    return len(said) > 2 * len(_QUESTIONS) + 1 and bool(said[-1].content)


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
                asyncio.run(draw(assistant, theme))


if __name__ == "__main__":
    main()
