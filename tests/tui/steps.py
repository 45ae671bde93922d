"""What a person does and sees, in the words of the tests."""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from assistant.app import Assistant
from tui.app import HearthApp
from tui.screens.conversation import ConversationScreen
from tui.widgets.composer import Composer
from tui.widgets.line import Line
from tui.widgets.message import Byline, MessageView
from tui.widgets.prose import Prose

_PATIENCE = 400
"""Looks, a fiftieth of a second apart; only a hung test takes them all."""


@asynccontextmanager
async def seated(
    core: Assistant, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[None]]:
    """The whole interface, without motion; no engine outlives it."""
    app = HearthApp(core)
    app.animation_level = "none"
    try:
        async with app.run_test(size=size) as pilot:
            yield pilot
    finally:
        core.models.close()


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait for the screen to show something; the test's own timeout is the limit."""
    for _ in range(_PATIENCE):
        await pilot.pause()
        if holds():
            return
        await sleep(0.02)
    raise AssertionError("it never came to that")


def screen(pilot: Pilot[None]) -> ConversationScreen:
    """The conversation, below whatever lies on it."""
    first = pilot.app.screen_stack[0]
    assert isinstance(first, ConversationScreen)
    return first


def shown(pilot: Pilot[None]) -> list[MessageView]:
    return list(screen(pilot).query(MessageView))


def words(view: MessageView) -> str:
    """What was said, as the message shows it."""
    body = view.query_one(".body")
    if isinstance(body, Prose):
        return body.source
    assert isinstance(body, Static)
    return str(body.visual)


def byline(view: MessageView) -> str:
    return view.query_one(Byline).left.plain


def said(pilot: Pilot[None]) -> list[str]:
    return [words(view) for view in shown(pilot)]


def has_begun(pilot: Pilot[None], words: str) -> bool:
    """Whether the newest reply shows these words; its last letter may be held back."""
    return len(said(pilot)) > 1 and said(pilot)[-1].startswith(words)


def line(widget: Widget) -> str:
    """A bar from end to end."""
    assert isinstance(widget, Line)
    return "  ".join(part.plain for part in (widget.left, *widget.right))


def is_idle(pilot: Pilot[None]) -> bool:
    return screen(pilot).live is None


async def ask(pilot: Pilot[None], text: str) -> None:
    """Write a question and send it; the answer is not waited for."""
    await pilot.pause()
    composer = screen(pilot).query_one(Composer)
    composer.text = text
    composer.write_here()
    await pilot.press("enter")


async def ask_and_wait(pilot: Pilot[None], text: str) -> None:
    """Write a question, send it, and read the answer."""
    await ask(pilot, text)
    await until(pilot, lambda: text in said(pilot))
    await until(pilot, lambda: is_idle(pilot))
