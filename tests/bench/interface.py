"""The terminal interface against what it is made of: an empty Textual app, the bare
loop, itself with little to show.

On a real pseudo-terminal, with a model that takes as long for every token; opening a
conversation is timed by the pilot.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter, sleep

import psutil

from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.entities.conversation import (
    Conversation,
    ConversationState,
    Message,
    MessageRole,
)
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.turn import Ask, TurnRequest
from assistant.storage.conversations import Conversations
from assistant.storage.messages import Messages
from tests.bench.empty import READY
from tests.bench.sitting import TOKENS, steady_core
from tests.bench.table import Row, compare
from tests.tui.fakes import MORNING, scripted_core
from tests.tui.steps import screen
from tests.tui.terminal import Terminal
from tui.app import HearthApp

_PLAIN = "tests.tui.plain"
_ROUNDS = 7
_KEYS_BEFORE = 300
"""While it streams there are as many as can be typed."""

_LETTER = "§"
_MODEL = "smollm2"
"""Named when the conversation is open and was told what answers."""

_BACKSPACE = "\x7f"
_BETWEEN_KEYS = (0.06, 0.25)
"""Seconds, at random between: nobody types in measure."""

_TYPIST = Random(7)
_PATIENCE = 30
"""Seconds; only a hung program takes them all."""


def rows() -> Iterator[Row]:
    yield from _first_frame()
    yield _opening()
    yield from _streaming()


def _first_frame() -> Iterator[Row]:
    """Ours as it is installed, that is compiled; and the same of the empty app."""
    starts: list[_Start] = []
    baseline: list[_Start] = []
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as made:
        with open_assistant(paths=find_paths({"HEARTH_HOME": home})) as core:
            core.beginning.note_greeted()
        surroundings = {
            "HEARTH_HOME": home,
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": made,
        }
        for number in range(_ROUNDS + 1):
            ours, empty = _started(surroundings), _drawn_empty(surroundings)
            if number:  # at first all is compiled
                starts.append(ours)
                baseline.append(empty)
    for moment, what in (
        ("frame", "first frame, live"),
        ("key", "a key typed at once on the screen"),
        ("ready", "conversation open"),
    ):
        for name in ("wall", "processor"):
            yield compare(
                [getattr(getattr(each, moment), name) for each in starts],
                [getattr(each.frame, name) for each in baseline],
                what=f"{what}, {name} time",
                against="an empty Textual app",
                unit="ms",
                goal="at most 1.30x" if moment == "frame" else "",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """Milliseconds since the start."""

    wall: float
    processor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """When what was there; of an empty app nothing but its frame."""

    frame: _Taken
    key: _Taken
    ready: _Taken


def _started(surroundings: dict[str, str]) -> _Start:
    """A letter is typed as soon as there is a frame."""
    before = perf_counter()
    with Terminal(_PLAIN, [], environment=surroundings) as terminal:
        frame = _until_shown(READY, terminal, before)
        terminal.type(_LETTER)
        key = _until_shown(_LETTER, terminal, before)
        return _Start(
            frame=frame, key=key, ready=_until_shown(_MODEL, terminal, before)
        )


def _drawn_empty(surroundings: dict[str, str]) -> _Start:
    before = perf_counter()
    with Terminal("tests.bench.empty", [], environment=surroundings) as terminal:
        frame = _until_shown(READY, terminal, before)
        return _Start(frame=frame, key=frame, ready=frame)


def _until_shown(text: str, terminal: Terminal, before: float) -> _Taken:
    while text.encode() not in terminal.raw:
        sleep(0.001)
    wall = perf_counter() - before
    return _Taken(wall=wall * 1000, processor=_spent(terminal) * 1000)


def _opening() -> Row:
    with tempfile.TemporaryDirectory() as home, scripted_core(Path(home)) as core:
        small, large = _filled(core, 100), _filled(core, 10_000)
        times = asyncio.run(_opened(core, [small, large]))
    return compare(
        times[large],
        times[small],
        what="opening 10,000 messages",
        against="opening 100",
        unit="ms",
        goal="at most 2.00x",
    )


async def _opened(
    core: Assistant, talks: list[ConversationId]
) -> dict[ConversationId, list[float]]:
    taken: dict[ConversationId, list[float]] = {talk: [] for talk in talks}
    app = _still(core)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for _ in range(_ROUNDS):
            for talk in talks:
                started = perf_counter()
                await screen(pilot).open_conversation(talk).wait()
                await pilot.pause()
                taken[talk].append((perf_counter() - started) * 1000)
    return taken


def _streaming() -> Iterator[Row]:
    """One long answer, while somebody types; and the same answer without a screen."""
    with tempfile.TemporaryDirectory() as folder:
        alone = _alone(Path(folder))
        watched = _watched(Path(folder))
    yield Row(
        what=f"processor, streaming {watched.tokens:,} tokens to the screen",
        against="one core",
        ours=watched.share * 100,
        baseline=100,
        unit="%",
        goal="at most 0.25x",
    )
    yield Row(
        what=f"decode speed, streaming {watched.tokens:,} tokens",
        against="the bare loop",
        ours=watched.speed,
        baseline=alone,
        unit="/s",
        goal="at least 0.95x",
    )
    busy, quiet = sorted(watched.busy), sorted(watched.quiet)
    told = f"of {len(busy)} keys while {watched.tokens:,} tokens stream"
    for percent in (50, 95, 99, 100):
        yield Row(
            what=f"keystroke to screen, p{percent} {told}",
            against=f"{len(quiet)} keys while nothing streams",
            ours=_at(percent, busy),
            baseline=_at(percent, quiet),
            unit="ms",
            goal="under 50 ms" if percent == 99 else "",
        )


def _at(percent: int, ordered: Sequence[float]) -> float:
    """The value that so many in a hundred do not exceed."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """What it cost to show an answer while it came, and to type meanwhile."""

    tokens: int
    share: float
    speed: float
    busy: list[float]
    quiet: list[float]


def _alone(folder: Path) -> float:
    """Tokens a second when nobody looks."""
    with steady_core(folder) as core:
        intent = Ask(text="Talk")
        for _ in core.chat.send(TurnRequest(audience=core.audience, intent=intent)):
            pass
    return _noted(folder)


def _watched(folder: Path) -> _Watched:
    noted = folder / "noted"
    noted.unlink()
    with Terminal("tests.bench.sitting", [str(folder)], size=(120, 40)) as terminal:
        terminal.shows(READY)
        with terminal.unread():
            quiet = [_keystroke(terminal) for _ in range(_KEYS_BEFORE)]
            terminal.type("Talk\r")
            terminal.until(lambda: b"writing" in terminal.raw)
            started, spent = perf_counter(), _spent(terminal)
            busy: list[float] = []
            while not noted.exists():
                busy.append(_keystroke(terminal))
            taken, used = perf_counter() - started, _spent(terminal) - spent
    return _Watched(
        tokens=TOKENS, share=used / taken, speed=_noted(folder), busy=busy, quiet=quiet
    )


def _keystroke(terminal: Terminal) -> float:
    """Milliseconds until a letter that stands nowhere else is on the screen."""
    before = len(terminal.raw)
    letter = _LETTER.encode()
    started = perf_counter()
    terminal.type(_LETTER)
    while terminal.raw.find(letter, before) < 0:
        if perf_counter() - started > _PATIENCE:
            raise AssertionError(f"a key was never shown:\n{terminal.page}")
        sleep(0.0005)
    taken = perf_counter() - started
    terminal.type(_BACKSPACE)
    sleep(_TYPIST.uniform(*_BETWEEN_KEYS))
    return taken * 1000


def _spent(terminal: Terminal) -> float:
    """Seconds of processor time so far."""
    times = psutil.Process(terminal.program.pid).cpu_times()
    return times.user + times.system


def _noted(folder: Path) -> float:
    tokens, speed = (folder / "noted").read_text().split()
    assert int(tokens) == TOKENS
    return float(speed)


def _filled(core: Assistant, messages: int) -> ConversationId:
    """A conversation of that many messages, written as quickly as can be."""
    talk = ConversationId(core.mint())
    storage = Messages(core.database)
    with core.database.transaction():
        fresh = Conversation(
            id=talk,
            user_id=core.audience.user_id,
            title=f"{messages} messages",
            state=ConversationState.NEW,
            created_at=MORNING,
            updated_at=MORNING,
        )
        conversations = Conversations(core.database)
        conversations.add(fresh)
        parent: MessageId | None = None
        for sequence in range(1, messages + 1):
            is_question = sequence % 2
            message = Message(
                id=MessageId(core.mint()),
                conversation_id=talk,
                owner_id=core.audience.user_id,
                role=MessageRole.USER if is_question else MessageRole.ASSISTANT,
                content="Why?" if is_question else f"Because of **{sequence}**.",
                created_at=MORNING,
                sequence=sequence,
                parent_id=parent,
            )
            storage.add(message)
            parent = message.id
        active = fresh.become(ConversationState.ACTIVE)
        conversations.update(replace(active, head_id=parent))
    return talk


def _still(core: Assistant) -> HearthApp:
    app = HearthApp(core)
    app.animation_level = "none"
    return app
