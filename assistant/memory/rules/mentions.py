"""Who is spoken of in passing: `lunch with my wife Sian and our two cats`.

A name beside what somebody is to the speaker is a name, whatever else is said.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.entities.memory import ONESELF, MemoryKind
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.said import name_of
from assistant.memory.rules.subjects import (
    DAYS_AND_MONTHS,
    NAME,
    PETS,
    RELATIONS,
    relation_key,
)

_KINDS = "|".join(sorted(map(re.escape, RELATIONS | PETS), key=len, reverse=True))
_PETS = "|".join(sorted(map(re.escape, PETS), key=len, reverse=True))
_NAMED = re.compile(
    r"\b(?i:my|our) (?P<kind>(?i:(?:ex|best|older|younger|little|big|twin)[ -])*)"
    rf"(?P<noun>(?i:{_KINDS})),? (?P<name>{NAME})(?!['\w])"
)
_COUNTED = re.compile(
    rf"\b(?:my|our) (?P<count>two|three|four|five|six|\d) (?P<noun>{_PETS})s\b",
    re.IGNORECASE,
)


def mentioned(clause: str) -> Iterator[Finding]:
    """The people and animals of the speaker that a statement names or counts."""
    for match in _NAMED.finditer(clause):
        name = match["name"].rstrip("'\u2019")
        if not DAYS_AND_MONTHS.isdisjoint(name.lower().split()) or name.isupper():
            continue
        who = name_of(relation_key(match["noun"], match["kind"]), name)
        yield replace(who, words=f"My {who.subject} {name}")
    for match in _COUNTED.finditer(clause):
        pets = f"{match['noun'].lower()}s"
        counted = Finding(
            kind=MemoryKind.FACT,
            subject=ONESELF,
            attribute=pets,
            value=f"{match['count']} {pets}",
        )
        yield replace(counted, words=f"I have {match['count']} {pets}")
