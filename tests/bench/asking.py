"""`hearth ask` and a long chat against a bare llama-cpp-python script.

The same weights, prompts, limits and threads on both sides; rounds take turns.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from assistant.app import Assistant, open_assistant
from assistant.config.settings import Settings
from assistant.entities.ids import ConversationId
from assistant.entities.turn import (
    Ask,
    QuestionSaved,
    TokenArrived,
    TurnFinished,
    TurnRequest,
)
from assistant.models.machine import machine_key
from assistant.storage.machine import MachineFacts
from assistant.weights import bundled_weights, sha256_of
from tests.bench.commands import Run, timed
from tests.bench.table import Row, compare

QUESTION = "Explain in one paragraph why the sea is salty."
_ROUNDS = 5
_TOKENS = 64
_CONTEXT = 8192
_TURNS = (2, 10, 50)


def rows() -> list[Row]:
    with _home():
        return [*_cold_and_decode(), *_long_chat()]


@contextmanager
def _home() -> Iterator[None]:
    """A throwaway home that has already seen its first question."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "HEARTH_HOME": folder,
            "HEARTH_CHAT_TEMPERATURE": "0",
            "HEARTH_CHAT_MAX_REPLY_TOKENS": str(_TOKENS),
        }
        timed(["hearth", "ask", "Hello"])
        yield


def _cold_and_decode() -> list[Row]:
    ours, bare, ours_speed, bare_speed = [], [], [], []
    for _ in range(_ROUNDS):
        mine = timed(["hearth", "ask", "--json", QUESTION])
        other = _bare()
        ours.append(mine.wall)
        bare.append(other.wall)
        ours_speed.append(_speed(mine))
        bare_speed.append(_last_measures(other)["tokens_per_second"])
    cold = compare(
        ours,
        bare,
        what="hearth ask, cold, to the last word",
        against="a bare llama-cpp-python script",
        unit="ms",
        goal="at most 1.15x",
    )
    decode = compare(
        ours_speed,
        bare_speed,
        what="decode speed of hearth ask",
        against="the bare loop",
        unit="/s",
        goal="at least 0.95x",
    )
    return [cold, decode]


def _speed(asked: Run) -> float:
    answer = json.loads(asked.output)
    milliseconds = answer["timing"]["total_ms"] - answer["timing"]["first_token_ms"]
    return (answer["usage"]["completion_tokens"] - 1) / milliseconds * 1000


def _bare() -> Run:
    system = Settings().chat.system_prompt
    return _bare_with(
        conversations=[
            [
                {"role": "system", "content": system},
                {"role": "user", "content": QUESTION},
            ]
        ]
    )


def _bare_with(**wish: object) -> Run:
    request = {
        "path": str(bundled_weights()),
        "context": _CONTEXT,
        "threads": max(1, (os.cpu_count() or 1) - 1),
        "use_extra_bufts": _uses_extra_buffers(),
        "max_tokens": _TOKENS,
        "conversations": [],
        **wish,
    }
    return timed(
        [sys.executable, str(Path(__file__).parent / "bare.py")],
        stdin=json.dumps(request),
    )


def _uses_extra_buffers() -> bool:
    """As the preflight of this home found it, so that both sides run alike."""
    with open_assistant() as assistant:
        weights = sha256_of(bundled_weights())
        facts = MachineFacts(assistant.database).find(machine_key(weights))
    return bool(facts and facts["use_extra_bufts"])


def _last_measures(run: Run) -> dict[str, float]:
    return json.loads(run.errors.strip().splitlines()[-1])


def _long_chat() -> list[Row]:
    """First token on later turns of one conversation, against turn 2.

    And against llama.cpp alone, which has to look back at all that was said, too.
    """
    with open_assistant() as assistant:
        waits = dict(enumerate(_first_token_waits(assistant), start=1))
    alone = dict(zip(_TURNS, _alone(waits[turn] for turn in _TURNS), strict=True))
    early = waits[_TURNS[0]]
    return [
        row
        for turn in _TURNS[1:]
        for row in (
            compare(
                [waits[turn].milliseconds],
                [early.milliseconds],
                what=f"first token on turn {turn}",
                against=f"turn {_TURNS[0]}",
                unit="ms",
                goal="at most 1.50x",
            ),
            compare(
                [alone[turn]],
                [alone[_TURNS[0]]],
                what=f"llama.cpp alone, as many tokens as on turn {turn}",
                against=f"as many as on turn {_TURNS[0]}",
                unit="ms",
                goal="what can be had",
            ),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """For a first word: how long, and what was read for it after what was held."""

    milliseconds: float
    held: int
    read: int


def _alone(waits: Iterable[_Wait]) -> Iterator[float]:
    """How long llama.cpp takes to read the same with nothing around it; medians."""
    for wait in waits:
        run = _bare_with(readings=[[wait.held, wait.read]] * _ROUNDS)
        yield median(
            json.loads(line)["reading_ms"]
            for line in run.errors.splitlines()
            if "reading_ms" in line
        )


def _first_token_waits(assistant: Assistant) -> Iterator[_Wait]:
    """From sending to the first word, turn by turn."""
    conversation: ConversationId | None = None
    for turn in range(1, max(_TURNS) + 1):
        intent = Ask(
            text=f"Tell me fact number {turn} about the sea.",
            conversation_id=conversation,
        )
        request = TurnRequest(audience=assistant.audience, intent=intent, max_tokens=24)
        started = perf_counter()
        wait = 0.0
        for event in assistant.chat.send(request):
            match event:
                case QuestionSaved(question=question):
                    conversation = question.conversation_id
                case TokenArrived() if not wait:
                    wait = (perf_counter() - started) * 1000
                case TurnFinished(reply=reply):
                    held = reply.reused_tokens or 0
        yield _Wait(
            milliseconds=wait, held=held, read=(reply.prompt_tokens or 0) - held
        )
