"""README's pictures, drawn by the program itself with the bundled model.

They are made anew with `just screenshots`, and looked at before they are committed.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.app import App
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
_THEMES = ("ember", "paper")
_HALFWAY = 200
_PAPERS = {
    "kettle.md": "# Quillon kettle\n\n## Care\n\nThe Quillon kettle must be descaled "
    "every 45 days with citric acid.\nThe tank holds 1.8 litres.\n",
    "citric-acid.md": "# Citric acid\n\nUse one 50 g sachet per descaling cycle.\n",
    "garden.txt": "Sow the beans in the first week of May, two rows.\n",
    "boat/papers.md": "# The boat\n\nThe *Halcyon* is moored at pier 4719.\n",
    "lisbon.md": "# Lisbon\n\nThe ferry to Cacilhas leaves every twenty minutes.\n",
}
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
_PAGES = {"library": "ctrl+l", "models": "f5", "help": "f1"}


async def draw(assistant: Assistant, theme: str) -> None:
    """The conversation, what can be found, and the pages beside it."""
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
        await _find(pilot, "kettle", name=f"search-{theme}")
        for name, key in _PAGES.items():
            await pilot.press(key)
            await pilot.pause(1)
            _keep(app, f"{name}-{theme}")
            await pilot.press("escape")
            await pilot.pause()
        if theme == "ember":
            await _ask(pilot, _LONG)
            await _until(pilot, lambda: _newest_length(app) > _HALFWAY)
            _keep(app, "streaming")
            await pilot.press("escape")
            await _until(pilot, lambda: _has_answered(app, len(_QUESTIONS) + 1))


async def _find(pilot: Pilot[None], words: str, *, name: str) -> None:
    await pilot.press("ctrl+f", *words)
    await pilot.pause(2)
    _keep(pilot.app, name)
    await pilot.press("escape", "escape")
    await pilot.pause()


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


def _keep(app: App[None], name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    drawn = app.export_screenshot(title="hearth")
    (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


def _fill(assistant: Assistant, folder: Path) -> None:
    for name, words in _PAPERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    wanted = Wanted(sources=[str(folder)], owner_id=assistant.audience.user_id)
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
    for theme in _THEMES:
        with tempfile.TemporaryDirectory() as folder:
            paths = find_paths({"HEARTH_HOME": f"{folder}/home"})
            settings = replace(
                load_settings(paths, {}, {}),
                interface=InterfaceSettings(theme=theme),
            )
            with open_assistant(
                settings, paths=paths, environment=dict(os.environ)
            ) as assistant:
                assistant.beginning.note_greeted()
                _fill(assistant, Path(folder) / "papers")
                _talk(assistant)
                asyncio.run(draw(assistant, theme))


if __name__ == "__main__":
    main()
