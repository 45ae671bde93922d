"""`I'm Kofi, 29, software dev from Accra`: a name, and what follows by commas.

A name is believed only with another part that reads as one of the same person:
`I'm Irish, so …` and `I'm Batman` introduce nobody.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from assistant.entities.memory import ONESELF, MemoryKind
from assistant.memory.rules import vocabulary as words
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.predicates import findings_of
from assistant.memory.rules.subjects import DAYS_AND_MONTHS, NAME, Subject

_INTRODUCES = re.compile(
    rf"^(?i:I'm|I am|my name is|my name's|this is) (?P<name>{NAME})(?:,| and|\.)? "
    r"(?P<rest>\S.*)$",
    re.DOTALL,
)
_PART = re.compile(r"\s*,\s*(?:and )?|\s+and\s+")
_FROM = re.compile(rf" (?=(?:from|in) {NAME})")
_AGE = re.compile(r"(?:aged? )?\d{1,3}(?: years old)?$")
_NO_NAME = re.compile(rf"(?:{words.LANGUAGES}|{words.DEMONYMS})\b")
_MOST_WORDS = 8


def introduced(clause: str, *, said_on: date) -> list[Finding]:
    """Name, age, trade and place of whoever introduces themselves."""
    match = _INTRODUCES.match(clause)
    if match is None or _NO_NAME.match(match["name"]):
        return []
    if not DAYS_AND_MONTHS.isdisjoint(match["name"].lower().split()):
        return []
    told = [
        finding
        for part in _PART.split(match["rest"].rstrip(" .!"))
        for finding in _part(part, said_on)
    ]
    if not told:
        return []
    name = Finding(
        kind=MemoryKind.FACT, subject=ONESELF, attribute="name", value=match["name"]
    )
    return [replace(name, words=f"I'm {match['name']}"), *told]


def _part(part: str, said_on: date) -> Iterator[Finding]:
    """One of the parts, as `I am …` would say it."""
    if len(part.split()) > _MOST_WORDS:
        return
    for piece in _FROM.split(part):
        verb = "live" if piece.startswith("in ") else "am"
        article = "a " if not re.match(r"(?:from|in|an?|the) ", piece) else ""
        if _AGE.match(piece):
            article = ""
        said = f"I {verb} {article}{piece.removeprefix('aged ')}"
        for finding in findings_of(Subject(key=ONESELF, end=1), said, said_on=said_on):
            yield replace(finding, words=finding.words or said)
