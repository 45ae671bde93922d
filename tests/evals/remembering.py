"""How well memory does: what it takes from statements, and leaves of the rest.

Statements with what they say, and as many messages that say nothing of their writer.
Precision counts against both: a wrong value is worse than none. The last forty of each
were written when the rules stood, and first gave a precision of 0.84 and a recall of
0.88; the rules were mended after that, so the set says nothing of unseen words now.

Twenty and twenty more are of people known by name and of corrections, written before
their rules: of these the first rules took 17 of 20 with one mistake in 18. Two of them
were mended since, for what they presumed to be known was not.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from assistant.entities.memory import MemoryKind
from assistant.memory.rules.corrections import correction
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.proposing import propose
from assistant.memory.rules.subjects import known_by_name

_HERE = Path(__file__).parent
SAID_ON = date(2026, 11, 22)

Fact: TypeAlias = tuple[str, str, str]
"""Subject, attribute, value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something a person says of themselves, and a question it answers."""

    text: str
    facts: frozenset[Fact]
    ask: str
    answer: str
    known: Sequence[str] = ()
    """What was told before, the last just before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What was taken, of what there was, and what should not have been."""

    right: int
    taken: int
    there: int
    mistakes: Sequence[str]

    @property
    def precision(self) -> float:
        return self.right / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0


def statements() -> list[Statement]:
    return [
        Statement(
            text=line["text"],
            facts=frozenset(map(tuple, line["facts"])),  # type: ignore[arg-type]
            ask=line["ask"],
            answer=line["answer"],
        )
        for line in lines("told.jsonl")
    ]


def named() -> list[Statement]:
    """Known people by their names, and corrections; written before their rules."""
    return _after_others("named.jsonl")


def not_named() -> list[Statement]:
    """What looks like them and is not."""
    return _after_others("not_named.jsonl")


def _after_others(name: str) -> list[Statement]:
    return [
        Statement(
            text=line["text"],
            facts=frozenset(map(tuple, line["facts"])),  # type: ignore[arg-type]
            ask="",
            answer="",
            known=line["known"],
        )
        for line in lines(name)
    ]


def small_talk() -> list[str]:
    """Messages of which nothing is to be remembered."""
    return [line["text"] for line in lines("not_told.jsonl")]


def taken_from(text: str, known: Sequence[str] = ()) -> frozenset[Fact]:
    before = [[*told(each)] for each in known]
    people = people_in(before)
    last = before[-1] if before else []
    corrected = correction(text, last, said_on=SAID_ON)
    found = propose(text, said_on=SAID_ON, known=people)
    return frozenset(
        (p.finding.subject, p.finding.attribute, p.finding.value)
        for p in corrected or found
        if not p.finding.is_over
    )


def people_in(before: Iterable[Iterable[Finding]]) -> Mapping[str, str]:
    """Who is known by which name, after what was told."""
    return known_by_name(
        (found.subject, found.value)
        for findings in before
        for found in findings
        if found.kind is MemoryKind.RELATIONSHIP
    )


def told(text: str) -> Iterator[Finding]:
    for proposal in propose(text, said_on=SAID_ON):
        yield replace(proposal.finding, words=proposal.text)


def score(told: Iterable[Statement], talk: Iterable[str]) -> Score:
    right = taken = there = 0
    mistakes: list[str] = []
    for statement in told:
        found = taken_from(statement.text, statement.known)
        right += len(found & statement.facts)
        taken += len(found)
        there += len(statement.facts)
        mistakes += [
            f"wrong {f} in {statement.text!r}" for f in found - statement.facts
        ]
        mistakes += [
            f"missed {f} in {statement.text!r}" for f in statement.facts - found
        ]
    for text in talk:
        found = taken_from(text)
        taken += len(found)
        mistakes += [f"wrong {fact} in {text!r}" for fact in found]
    return Score(right=right, taken=taken, there=there, mistakes=mistakes)


def lines(name: str) -> list[dict[str, Any]]:
    text = (_HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
