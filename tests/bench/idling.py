"""First token of a question while idle work is busy, against a moment without any.

The file has more waiting than the rounds can finish: messages without vectors and
messages to learn from. Once the work is in this process, once in another one; each
round has two moments without any, and how far those lie from each other is the noise.
As a program, `python -m tests.bench.idling` is the other one: it works while told to.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from random import Random
from statistics import median
from time import perf_counter, sleep
from typing import TypeAlias

from assistant.app import Assistant, open_assistant
from assistant.entities.conversation import (
    Conversation,
    ConversationState,
    Message,
    MessageRole,
)
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.turn import Ask, TokenArrived, TurnRequest
from assistant.memory.learning import CAPTURE, to_learn
from tests.bench.table import Row, compare

_ROUNDS = 15
_DRAWN = 2000
_WAITING = 6000
_TO_LEARN = 600
_UNDER_WAY = 3.0
"""Seconds until work has surely begun; a moment counts as idle after two."""

_SAID = (
    "The keeper of lamp {n} told us that the fog came in at noon, that the boats "
    "stayed out until the bell rang {n} times, and that nobody slept that night. "
)

Stop: TypeAlias = Callable[[], None]


def rows() -> list[Row]:
    with _home() as assistant:
        return [
            *_rows(assistant, elsewhere, what="in another process"),
            *_rows(assistant, here, what="in this process"),
        ]


def _rows(
    assistant: Assistant,
    busy: "Callable[[Assistant, ExitStack], tuple[Stop, Stop]]",
    *,
    what: str,
) -> list[Row]:
    """Rounds take turns: a moment with work under way between two with none."""
    with ExitStack() as cleanup:
        work, rest = busy(assistant, cleanup)
        before, working, after = [], [], []
        for number in range(_ROUNDS):
            rest()
            before.append(_first_token(assistant, 3 * number))
            _require_progress(assistant, work)
            working.append(_first_token(assistant, 3 * number + 1))
            rest()
            after.append(_first_token(assistant, 3 * number + 2))
        rest()
    low, high = _noise([*before, *after])
    return [
        compare(
            working,
            [*before, *after],
            what=f"first token, idle work {what}",
            against="no work",
            unit="ms",
            goal=f"noise: {low:.2f} to {high:.2f}x",
        ),
        compare(
            after,
            before,
            what=f"first token, no work {what}",
            against="no work",
            unit="ms",
            goal=f"noise: {low:.2f} to {high:.2f}x",
        ),
    ]


def _noise(quiet: list[float]) -> tuple[float, float]:
    """Where 95 of 100 ratios lie, of as many moments against all of the same sort."""
    random = Random(1)
    ratios = sorted(
        median(random.choices(quiet, k=_ROUNDS))
        / median(random.choices(quiet, k=len(quiet)))
        for _ in range(_DRAWN)
    )
    return ratios[_DRAWN // 40], ratios[-_DRAWN // 40]


def _require_progress(assistant: Assistant, work: Stop) -> None:
    """A round in which nothing was done would measure nothing."""
    left = _left(assistant)
    work()
    sleep(_UNDER_WAY)
    if _left(assistant) >= left:
        raise RuntimeError(f"no idle work was under way: {left} parts are left")


def _left(assistant: Assistant) -> int:
    to_learn = assistant.learning.desk.jobs.waiting([CAPTURE])
    return to_learn + assistant.remembering.missing()


def here(assistant: Assistant, cleanup: ExitStack) -> tuple[Stop, Stop]:
    quiet = cleanup.enter_context(ExitStack())
    assistant.idle.start()

    def rest() -> None:
        quiet.enter_context(assistant.idle.paused())
        sleep(1)  # the part under way comes to its end

    return quiet.close, rest


def elsewhere(assistant: Assistant, cleanup: ExitStack) -> tuple[Stop, Stop]:
    """This process has begun none of its own; to pause it would hold up the other."""
    del assistant
    other = cleanup.enter_context(
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.idling"],
            stdin=subprocess.PIPE,
            text=True,
        )
    )
    words = other.stdin
    assert words is not None
    cleanup.callback(words.close)

    def tell(word: str) -> Stop:
        def said() -> None:
            words.write(f"{word}\n")
            words.flush()
            sleep(1)

        return said

    return tell("work"), tell("rest")


def _work_when_told() -> None:
    with open_assistant() as assistant, ExitStack() as quiet:
        quiet.enter_context(assistant.idle.paused())
        assistant.idle.start()
        for line in sys.stdin:
            quiet.close()
            if line.strip() == "rest":
                quiet.enter_context(assistant.idle.paused())


def _first_token(assistant: Assistant, number: int) -> float:
    request = TurnRequest(
        audience=assistant.audience,
        intent=Ask(text=f"Tell me fact number {number} about the sea."),
        max_tokens=8,
    )
    started, wait = perf_counter(), 0.0
    for event in assistant.chat.send(request):
        if isinstance(event, TokenArrived) and not wait:
            wait = (perf_counter() - started) * 1000
    return wait


@contextmanager
def _home() -> Iterator[Assistant]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HEARTH_HOME": folder, "HEARTH_CHAT_TEMPERATURE": "0"}
        with open_assistant() as assistant:
            _first_token(assistant, 0)
            _fill(assistant)
            yield assistant


def _fill(assistant: Assistant) -> None:
    """Much was said, and nothing of it read again yet."""
    desk, audience = assistant.memories.desk, assistant.audience
    began = assistant.clock() - timedelta(days=9)
    talk = Conversation(
        id=ConversationId(desk.mint()),
        user_id=audience.user_id,
        title="Lamps",
        state=ConversationState.ACTIVE,
        created_at=began,
        updated_at=began,
    )
    with assistant.database.transaction():
        desk.conversations.add(talk)
        for number in range(_WAITING):
            is_told = number < _TO_LEARN
            said = Message(
                id=MessageId(desk.mint()),
                conversation_id=talk.id,
                owner_id=audience.user_id,
                role=MessageRole.USER,
                content=f"I like fig{number}s."
                if is_told
                else _SAID.format(n=number) * 5,
                created_at=began + timedelta(seconds=number),
                sequence=number + 1,
            )
            desk.messages.add(said)
            if is_told:
                desk.jobs.enqueue(
                    to_learn(
                        CAPTURE, said.id, audience, mint=desk.mint, clock=desk.clock
                    )
                )


if __name__ == "__main__":
    _work_when_told()
