"""First token of a question while idle work is busy, against a moment without any.

The file has more waiting than the rounds can finish: messages without vectors and
messages to learn from. Once the work is in this process, once in another one. As a
program, `python -m tests.bench.idling` is the other one: it works while told to.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
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

_ROUNDS = 9
_WAITING = 3000
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
            _row(assistant, here, what="busy in this process"),
            _row(assistant, elsewhere, what="busy in another process"),
        ]


def _row(
    assistant: Assistant,
    busy: "Callable[[Assistant, ExitStack], tuple[Stop, Stop]]",
    *,
    what: str,
) -> Row:
    """Rounds take turns: one with work under way, one with none."""
    with ExitStack() as cleanup:
        work, rest = busy(assistant, cleanup)
        working, resting = [], []
        for number in range(_ROUNDS):
            rest()
            resting.append(_first_token(assistant, 2 * number))
            work()
            sleep(_UNDER_WAY)
            working.append(_first_token(assistant, 2 * number + 1))
        rest()
    return compare(
        working,
        resting,
        what=f"first token, idle work {what}",
        against="no work",
        unit="ms",
        goal="within noise",
    )


def here(assistant: Assistant, cleanup: ExitStack) -> tuple[Stop, Stop]:
    quiet = cleanup.enter_context(ExitStack())
    assistant.idle.start()

    def rest() -> None:
        quiet.enter_context(assistant.idle.paused())
        sleep(1)  # the part under way comes to its end

    return quiet.close, rest


def elsewhere(assistant: Assistant, cleanup: ExitStack) -> tuple[Stop, Stop]:
    cleanup.enter_context(assistant.idle.paused())
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
            assistant.idle.start()
            with assistant.idle.paused():
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
