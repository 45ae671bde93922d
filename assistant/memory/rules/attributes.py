"""`My X is Y`: what the speaker, or somebody of theirs, has by name.

Only things known to be attributes; with `explicit` any thing of a few words is, for
then the person asked for it to be remembered.
"""

import re
from collections.abc import Iterator
from datetime import date

from assistant.entities.memory import ONESELF, MemoryKind
from assistant.memory.rules import vocabulary as words
from assistant.memory.rules.dates import first_day
from assistant.memory.rules.doubts import is_negated
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.said import name_of
from assistant.memory.rules.subjects import (
    NAME,
    NOUN,
    PETS,
    RELATIONS,
    Subject,
    relation_key,
)
from assistant.memory.rules.values import is_telling, value_at

_HAS = re.compile(
    r"^(?:(?:my|our) )?(?P<what>(?:favou?rite )?[A-Za-z][\w' -]{1,40}?)"
    r"(?: (?P<on>on|at|in|for|with) [\w' -]{1,30}?)?"
    r"(?:'s| is| are| was (?:moved|changed|rescheduled|postponed) to|"
    r" (?:has|have) (?:been )?(?:moved|changed|rescheduled|postponed) to|"
    r" (?:starts|begins|ends|leaves|departs|arrives|lands|takes place|takes|lasts|"
    r"is due|has to be|changed to|moved to))"
    r"(?: now| actually| still| also)?(?: (?:on|at|in|due))?(?= )",
    re.IGNORECASE,
)
_RUNS_OUT = re.compile(
    r"^(?:my|our) (?P<what>[a-z][\w' -]{1,30}?) (?:expires?|runs? out|"
    r"is up for renewal)(?= )",
    re.IGNORECASE,
)
_FAVOURITE = re.compile(
    r"^favou?rite (?P<what>(?!(?:part|bit|thing|line|moment|scene|section)\b).+)$",
    re.IGNORECASE,
)
_HAS_ITS_OWN = re.compile(
    r"\b(?:is|are|was|were|lives?|works?|likes?|loves?|has|have|said|called)\b", re.I
)
_EVENT = re.compile(rf"\b(?:{words.EVENTS})$", re.IGNORECASE)
_IS_MINE = re.compile(
    rf"^(?P<name>{NAME}) is (?i:my|our) (?P<kind>(?:[a-z]+ )*?)(?P<noun>(?i:{NOUN}))\b"
)
_CALL_ME = re.compile(rf"^(?i:please |you can |just )*(?i:call me) (?P<name>{NAME})")
_NAMED = re.compile(
    rf"^(?: is| are)(?: called| named)? (?P<names>{NAME}(?:(?:, | and |, and ){NAME})*)"
    r"(?=[,.!]|$| and )"
)
_NO_VALUE = re.compile(
    r"(?:on|in|at|to|of|for|from|with|not|about|being|getting|going|very|so|really|"
    r"\w+ing$)\b",
    re.IGNORECASE,
)
"""`My name is on the list` says no name."""

_LONGEST = 4


def mine(clause: str, *, said_on: date, is_explicit: bool = False) -> list[Finding]:
    """What `my X is Y` says; nothing for what is no attribute."""
    if (match := _CALL_ME.match(clause)) is not None:
        return [_fact(ONESELF, "name", match["name"])]
    if (match := _IS_MINE.match(clause)) is not None:
        return _is_mine(match)
    if not re.match(r"(?:my|our) ", clause, re.IGNORECASE):
        return []
    if (match := _RUNS_OUT.match(clause)) is not None:
        return _runs_out(match, clause, said_on)
    return list(_attributes(ONESELF, clause, said_on, is_explicit=is_explicit))


def _runs_out(match: re.Match[str], clause: str, said_on: date) -> list[Finding]:
    day = first_day(clause, said_on=said_on)
    if day is None or day.end < said_on or is_negated(clause):
        return []
    return [
        Finding(
            kind=MemoryKind.PLAN,
            subject=ONESELF,
            attribute=f"{match['what'].lower()} expiry",
            value=day.label,
            until=day.end,
        )
    ]


def theirs(subject: Subject, clause: str, *, said_on: date) -> list[Finding]:
    """What `my sister's X is Y`, or `my sister is Ana`, says."""
    rest = clause[subject.end :]
    if subject.is_possessive:
        return list(_attributes(subject.key, rest.strip(), said_on, of=subject))
    if subject.is_me or subject.name:
        return []
    named = _NAMED.match(rest)
    if named and subject.relation.split()[-1] in RELATIONS | PETS:
        names = re.split(r", and | and |, ", named["names"])
        return [name_of(subject.relation, name) for name in names]
    return []


def _attributes(
    key: str,
    clause: str,
    said_on: date,
    *,
    of: Subject | None = None,
    is_explicit: bool = False,
) -> Iterator[Finding]:
    match = _HAS.match(clause)
    if match is None or is_negated(clause):
        return
    what = match["what"].lower().strip()
    if match.group().endswith("'s") and _HAS_ITS_OWN.search(clause, match.end()):
        return  # `my favourite singer's wife lives …` is about somebody else
    value, _ = value_at(clause, match.end(), is_list=True)
    if _EVENT.search(what) and (day := first_day(clause, said_on=said_on)):
        if day.end >= said_on:
            yield Finding(
                kind=MemoryKind.PLAN,
                subject=key,
                attribute=what,
                value=day.label,
                until=day.end,
            )
        return
    if not is_telling(value) or _NO_VALUE.match(value):
        return
    if what.endswith("name") and value.lower().startswith(("the ", "a ", "an ")):
        return
    if favourite := _FAVOURITE.match(what):
        yield Finding(
            kind=MemoryKind.PREFERENCE,
            subject=key,
            attribute=f"favourite {favourite['what']}",
            value=value,
        )
    elif what == "name" and of is not None:
        yield name_of(of.relation, value)
    elif what in words.ATTRIBUTES or (is_explicit and len(what.split()) <= _LONGEST):
        yield _fact(key, what, value)


def _is_mine(match: re.Match[str]) -> list[Finding]:
    if match["name"] in {"It", "This", "That", "He", "She", "There", "What", "Here"}:
        return []
    return [name_of(relation_key(match["noun"], match["kind"]), match["name"])]


def _fact(subject: str, attribute: str, value: str) -> Finding:
    return Finding(
        kind=MemoryKind.FACT, subject=subject, attribute=attribute, value=value
    )
