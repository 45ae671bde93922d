"""What a model can be trusted with: a tier, found out once by fixed small tasks.

0 may only be quoted around, 1 phrases one quote and fills arguments, 2 writes from
several quotes, 3 plans and judges. Unknown counts as 0: every feature is right at
tier 0 and only reads better above it.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from assistant.entities.conversation import MessageRole
from assistant.entities.ids import Clock
from assistant.entities.model import ModelService
from assistant.llm.engine import (
    ChatMessage,
    Engine,
    GenerationRequest,
    Piece,
    Priority,
    Sampling,
)
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts

Told: TypeAlias = Callable[[int, int], None]
"""Hears how many tasks are done, and of how many; what it raises ends the probe."""

UNKNOWN = 0
_SYSTEM = "Follow the instruction exactly. Answer with nothing else."
_LONGEST_ANSWER = 24  # tokens
_PASSES = 0.75  # of a tier's items


def nobody(_done: int, _all: int) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One task, and what a right answer looks like."""

    tier: int
    ask: str
    is_right: Callable[[str], bool]


def _says(*words: str) -> Callable[[str], bool]:
    return lambda answer: all(word.casefold() in answer.casefold() for word in words)


def _is(word: str) -> Callable[[str], bool]:
    return lambda answer: answer.strip(" .\"'\n").casefold() == word.casefold()


_HARBOUR = "The ferry to Ostrand leaves at 6:40. The ferry to Pell leaves at 9:15."
_KETTLE = "The tank holds 1.8 litres. It must be descaled every 45 days."
_RULES = "Dogs are allowed on the beach from October to March. Fires are never allowed."

ITEMS: Sequence[Item] = (
    Item(tier=1, ask="Repeat this word: Skarrow", is_right=_says("Skarrow")),
    Item(tier=1, ask="Repeat this number: 4719", is_right=_says("4719")),
    Item(
        tier=1, ask="Repeat this name: Ines Calloway", is_right=_says("Ines Calloway")
    ),
    Item(
        tier=1,
        ask=f"{_HARBOUR}\nWhen does the ferry to Pell leave?",
        is_right=_says("9:15"),
    ),
    Item(
        tier=1,
        ask=f"{_HARBOUR}\nWhen does the ferry to Ostrand leave?",
        is_right=_says("6:40"),
    ),
    Item(tier=1, ask=f"{_KETTLE}\nHow much does the tank hold?", is_right=_says("1.8")),
    Item(
        tier=1, ask=f"{_KETTLE}\nHow often must it be descaled?", is_right=_says("45")
    ),
    Item(
        tier=2,
        ask=f"{_KETTLE}\nAnswer yes or no: does the tank hold 3 litres?",
        is_right=_is("no"),
    ),
    Item(
        tier=2,
        ask=f"{_RULES}\nAnswer yes or no: may dogs be there in July?",
        is_right=_is("no"),
    ),
    Item(
        tier=2,
        ask=f"{_RULES}\nAnswer yes or no: may dogs be there in January?",
        is_right=_is("yes"),
    ),
    Item(
        tier=2,
        ask=f"{_HARBOUR}\nWhich ferry leaves first? Answer with the place only.",
        is_right=_is("Ostrand"),
    ),
    Item(
        tier=2,
        ask=f"{_HARBOUR}\nHow many ferries are named? Answer with a number.",
        is_right=_is("2"),
    ),
    Item(
        tier=2,
        ask=f"{_KETTLE}\nWho made the kettle? Say UNKNOWN if it is not said.",
        is_right=_is("UNKNOWN"),
    ),
    Item(
        tier=2,
        ask=f"{_RULES}\nWhat does a dog licence cost? Say UNKNOWN if it is not said.",
        is_right=_is("UNKNOWN"),
    ),
    Item(
        tier=3,
        ask="Ana is older than Ben. Ben is older than Cy. Who is youngest? One word.",
        is_right=_is("Cy"),
    ),
    Item(
        tier=3,
        ask="Do these disagree? 'The shop opens at 8.' 'The shop opens at 9.' Answer yes or no.",
        is_right=_is("yes"),
    ),
    Item(
        tier=3,
        ask="Do these disagree? 'The shop is red.' 'The shop opens at 9.' Answer yes or no.",
        is_right=_is("no"),
    ),
    Item(tier=3, ask="What is 17 + 26? Answer with a number.", is_right=_is("43")),
    Item(
        tier=3,
        ask="Today is Friday. Which day is in three days? One word.",
        is_right=_is("Monday"),
    ),
    Item(
        tier=3,
        ask="List the numbers 3, 1, 2 in rising order, with commas.",
        is_right=_says("1, 2, 3"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """The tiers of models, remembered by their very weights."""

    facts: MachineFacts
    database: Database
    clock: Clock

    def find(self, service: ModelService) -> int | None:
        """None before the model was probed."""
        known = self.facts.find(_key(service))
        return None if known is None else int(str(known["tier"]))

    def get(self, service: ModelService, engine: Engine, *, told: Told = nobody) -> int:
        """Probed now, if it never was. Raises a ModelError when it fails."""
        known = self.find(service)
        if known is not None:
            return known
        tier = probe(engine, told=told)
        with self.database.transaction(durable=False):
            self.facts.remember(_key(service), {"tier": tier}, self.clock())
        return tier


def _key(service: ModelService) -> str:
    return f"tier|{service.sha256 or service.location}|{service.config.get('remote_model', '')}"


def probe(engine: Engine, *, told: Told = nobody) -> int:
    """The highest tier whose items, and those of every tier below, mostly succeed.

    Raises a ModelError when the engine fails.
    """
    right = []
    for done, item in enumerate(ITEMS):
        told(done, len(ITEMS))
        right.append((item.tier, item.is_right(_answer(engine, item.ask))))
    reached = 0
    for tier in sorted({item.tier for item in ITEMS}):
        passed = [is_right for of, is_right in right if of == tier]
        if sum(passed) < _PASSES * len(passed):
            break
        reached = tier
    return reached


def _answer(engine: Engine, ask: str) -> str:
    request = GenerationRequest(
        messages=(
            ChatMessage(role=MessageRole.SYSTEM, content=_SYSTEM),
            ChatMessage(role=MessageRole.USER, content=ask),
        ),
        sampling=Sampling(max_tokens=_LONGEST_ANSWER, temperature=0.0),
        priority=Priority.BACKGROUND,
    )
    with closing(engine.generate(request)) as pieces:
        return "".join(each.text for each in pieces if isinstance(each, Piece))
