"""How it looks: parts alone first, then whole screens, at fixed sizes and one hour."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import TypeAlias

import pytest
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot

from assistant.app import Assistant
from assistant.config.settings import KeySet
from assistant.entities.conversation import (
    FinishReason,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.ids import LOCAL_USER, ConversationId, MessageId
from tests.fakes.engine import ScriptedEngine
from tests.tui.alone import Alone
from tests.tui.conftest import MakeCore
from tests.tui.fakes import MORNING, talk_alone
from tests.tui.steps import ask, ask_and_wait, has_begun, said, screen, until
from tui.app import HearthApp
from tui.screens.help import HelpScreen
from tui.widgets.bars import StatusBar
from tui.widgets.composer import Composer
from tui.widgets.message import MessageView
from tui.widgets.titles import Titles

Before: TypeAlias = Callable[[Pilot[None]], Awaitable[None]]
SnapCompare: TypeAlias = Callable[..., bool]

ANSWER = """Every **45 days**, with citric acid. The tank holds 1.8 litres, so one
50 g sachet is enough.

1. Fill the kettle to the mark
2. Add the sachet
3. Boil, wait, rinse `twice`

```python
def descale(kettle: Kettle) -> None:
    kettle.fill(litres=1.8)  # to the mark
```

| what | how often |
|------|-----------|
| scale | 45 days |
| lid | never |

> Never while it is hot.

See [the manual](https://example.org/kettle).
"""

QUESTION = Message(
    id=MessageId("q"),
    conversation_id=ConversationId("c"),
    owner_id=LOCAL_USER,
    role=MessageRole.USER,
    content="How often must I descale my kettle,\nand with how much?",
    created_at=MORNING,
    sequence=1,
)

REPLY = Message(
    id=MessageId("r"),
    conversation_id=ConversationId("c"),
    owner_id=LOCAL_USER,
    role=MessageRole.ASSISTANT,
    content=ANSWER,
    created_at=MORNING,
    sequence=2,
    model="smollm2-135m",
    finish_reason=FinishReason.STOP,
    tokens=95,
    prompt_tokens=271,
    first_token_ms=310.0,
    response_time_ms=2600.0,
)

FAILED = replace(
    REPLY,
    content="",
    state=MessageState.FAILED,
    error="The engine failed while it was running",
    finish_reason=FinishReason.ERROR,
    tokens=None,
    first_token_ms=None,
)

GROWING = replace(
    REPLY, content="", state=MessageState.PROCESSING, finish_reason=None, tokens=None
)

INTERRUPTED = replace(
    REPLY,
    content="Every **45 days**, with",
    state=MessageState.FAILED,
    error="Interrupted: Hearth stopped while it was answering",
    finish_reason=FinishReason.INTERRUPTED,
    tokens=None,
    first_token_ms=None,
)

SMALL = (64, 12)


async def still(pilot: Pilot[None]) -> None:
    await pilot.pause()


async def focused(pilot: Pilot[None]) -> None:
    pilot.app.query_one(MessageView).focus()
    await pilot.pause()


async def streaming(pilot: Pilot[None]) -> None:
    view = pilot.app.query_one(MessageView)
    await view.begin("Every **45 days**, with citric", saying="writing · Esc stops")
    await pilot.pause()


async def waiting(pilot: Pilot[None]) -> None:
    await pilot.app.query_one(MessageView).begin("", saying="reading · Esc stops")
    await pilot.pause()


async def versioned(pilot: Pilot[None]) -> None:
    pilot.app.query_one(MessageView).version = "‹ 2/3 ›"
    await pilot.pause()


@pytest.mark.parametrize(
    ("message", "before", "size"),
    [
        pytest.param(QUESTION, still, SMALL, id="question"),
        pytest.param(QUESTION, focused, SMALL, id="question-focused"),
        pytest.param(REPLY, still, (64, 34), id="reply"),
        pytest.param(REPLY, focused, (64, 34), id="reply-focused"),
        pytest.param(replace(REPLY, content="Yes."), versioned, SMALL, id="versions"),
        pytest.param(GROWING, waiting, SMALL, id="waiting"),
        pytest.param(GROWING, streaming, SMALL, id="streaming"),
        pytest.param(FAILED, still, SMALL, id="failed"),
        pytest.param(INTERRUPTED, focused, SMALL, id="interrupted"),
    ],
)
def test_a_message(
    snap_compare: SnapCompare, message: Message, before: Before, size: tuple[int, int]
) -> None:
    app = Alone(MessageView(message, now=MORNING))

    assert snap_compare(app, run_before=before, terminal_size=size)


@pytest.mark.parametrize("theme", ["paper", "contrast", "ansi"])
def test_a_reply_in_another_look(snap_compare: SnapCompare, theme: str) -> None:
    app = Alone(MessageView(REPLY, now=MORNING), theme=theme)

    assert snap_compare(app, run_before=focused, terminal_size=(64, 34))


async def written(pilot: Pilot[None]) -> None:
    composer = pilot.app.query_one(Composer)
    composer.text = "Two lines\nof a question"
    composer.write_here()
    await pilot.pause()


async def queued(pilot: Pilot[None]) -> None:
    composer = pilot.app.query_one(Composer)
    composer.queued = ("and how much of it?", "[b]and[/b] the lid")
    composer.is_editing = True
    await pilot.pause()


@pytest.mark.parametrize("before", [still, written, queued])
def test_the_composer(snap_compare: SnapCompare, before: Before) -> None:
    assert snap_compare(Alone(Composer()), run_before=before, terminal_size=(60, 8))


@pytest.fixture
def kitchen(make_core: MakeCore, two_past_two: None) -> Iterator[Assistant]:
    """Somebody who has talked before."""
    core = make_core("Rows of beans.", "Dear office,", ANSWER)
    talk_alone(core, "Garden plan for May")
    talk_alone(core, "Tax letter, draft 2")
    yield core
    core.models.close()


def interface(core: Assistant) -> HearthApp:
    app = HearthApp(core)
    app.animation_level = "none"
    return app


async def listed(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: screen(pilot).query_one(Titles).option_count)
    await until(pilot, lambda: screen(pilot).sidebar.conversations)
    await pilot.pause()


async def answered(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await ask_and_wait(pilot, "How often must I descale my kettle, and with how much?")
    await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 3)
    await pilot.pause()


async def browsing(pilot: Pilot[None]) -> None:
    await answered(pilot)
    await pilot.press("ctrl+up")
    await pilot.pause()


async def helped(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("f1")
    await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
    await pilot.pause()


async def commanding(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+p", *"conv")
    await until(pilot, lambda: pilot.app.screen.query_one(CommandList).option_count > 1)
    pilot.app.screen.query_one(CommandInput).cursor_blink = False
    await pilot.pause()


async def choosing_who(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+t")
    await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
    await pilot.pause()


async def choosing(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+o")
    await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
    await pilot.pause()


@pytest.mark.parametrize(
    ("before", "size"),
    [
        pytest.param(listed, (120, 36), id="empty"),
        pytest.param(listed, (40, 10), id="empty-at-40x10"),
        pytest.param(answered, (120, 36), id="conversation"),
        pytest.param(answered, (40, 10), id="conversation-at-40x10"),
        pytest.param(answered, (80, 24), id="conversation-at-80x24"),
        pytest.param(answered, (160, 48), id="conversation-at-160x48"),
        pytest.param(browsing, (120, 36), id="browsing"),
        pytest.param(helped, (90, 50), id="help"),
        pytest.param(commanding, (120, 36), id="palette"),
        pytest.param(choosing, (120, 36), id="choosing-a-model"),
        pytest.param(choosing_who, (120, 36), id="choosing-a-persona"),
    ],
)
def test_the_screen(
    snap_compare: SnapCompare,
    kitchen: Assistant,
    before: Before,
    size: tuple[int, int],
) -> None:
    assert snap_compare(interface(kitchen), run_before=before, terminal_size=size)


@pytest.mark.usefixtures("two_past_two")
def test_the_screen_on_paper(snap_compare: SnapCompare, make_core: MakeCore) -> None:
    core = make_core(ANSWER, theme="paper")

    async def one_answer(pilot: Pilot[None]) -> None:
        await ask_and_wait(pilot, "How often must I descale my kettle?")
        await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 1)
        await pilot.pause()

    assert snap_compare(interface(core), run_before=one_answer, terminal_size=(120, 36))


@pytest.mark.usefixtures("two_past_two")
def test_the_screen_while_words_come(
    snap_compare: SnapCompare, make_core: MakeCore
) -> None:
    hold = Event()
    core = make_core(engine=ScriptedEngine(ANSWER, hold=hold, hold_at=24))

    async def half_an_answer(pilot: Pilot[None]) -> None:
        await ask(pilot, "How often must I descale my kettle?")
        await until(pilot, lambda: has_begun(pilot, "Every"))
        await until(pilot, lambda: "Fill" in said(pilot)[1])
        await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 1)
        await pilot.pause()

    class LetsGo(HearthApp):
        """Holds no breath once the picture is taken."""

        def on_unmount(self) -> None:
            hold.set()

    app = LetsGo(core)
    app.animation_level = "none"

    assert snap_compare(app, run_before=half_an_answer, terminal_size=(100, 30))


async def commanded(pilot: Pilot[None]) -> None:
    composer = pilot.app.query_one(Composer)
    composer.text = "A question"
    composer.write_here()
    await pilot.press("escape")
    await pilot.pause()


def test_the_composer_when_letters_are_commands(snap_compare: SnapCompare) -> None:
    app = Alone(Composer(keys=KeySet.VIM))

    assert snap_compare(app, run_before=commanded, terminal_size=(60, 8))


@pytest.mark.usefixtures("two_past_two")
@pytest.mark.parametrize("keys", [KeySet.VIM, KeySet.EMACS])
def test_help_with_other_keys(
    snap_compare: SnapCompare, make_core: MakeCore, keys: KeySet
) -> None:
    core = make_core(keys=keys)

    assert snap_compare(
        interface(core), run_before=helped_at_once, terminal_size=(140, 70)
    )


async def helped_at_once(pilot: Pilot[None]) -> None:
    await pilot.press("f1")
    await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
    await pilot.pause()


@pytest.mark.usefixtures("two_past_two")
def test_the_status_names_who_answers(
    snap_compare: SnapCompare, make_core: MakeCore
) -> None:
    core = make_core("Yes.")
    core.personas.use("teacher", actor=core.audience.user_id)

    async def told(pilot: Pilot[None]) -> None:
        bar = screen(pilot).query_one(StatusBar)
        await until(pilot, lambda: bar.persona is not None and bar.model is not None)
        await pilot.pause()

    assert snap_compare(interface(core), run_before=told, terminal_size=(120, 18))
