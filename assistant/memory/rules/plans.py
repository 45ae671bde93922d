"""What is going to happen on a day that is named."""

import re
from datetime import date

from assistant.entities.memory import ONESELF, MemoryKind
from assistant.memory.rules import vocabulary as words
from assistant.memory.rules.dates import first_day
from assistant.memory.rules.doubts import is_negated
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.subjects import Subject

_AHEAD = re.compile(
    r"^(?:"
    r"(?:'m|'re|'s| am| is| are)(?: \w+ly| also| all| both)? (?:going|flying|"
    r"travell?ing|"
    r"driving|leaving|starting|meeting|seeing|visiting|moving|getting|having|taking|"
    r"attending|returning|coming|running|giving|presenting|hosting|throwing|"
    r"celebrating|retiring|graduating|turning|due|off|sitting|picking|staying)|"
    r"(?:'ve| have| has)(?: got)? (?:an?|my|our|the|two|three|his|her|to) |"
    r"(?:'ll| will) \w+|"
    r"(?: am|'m| are|'re| is)? plan(?:s|ning)? (?:to|on|a|an)|"
    r" (?:fly|leave|travel|start|begin|move|graduate|retire|return|get|turn|go|run|"
    r"present|have)(?:s|es)? |"
    r" (?:booked|scheduled|arranged) "
    r")",
    re.IGNORECASE,
)
_VISITED = "dentist|doctor|doctors|gp|vet|optician|physio|hairdresser|barber"
_EVENT = re.compile(
    r"^(?:(?:the|an?|my|our|got an?|another) )?(?!(?:his|her|their|your|no|any|every|"
    r"each|this|that|which|last|what) )"
    rf"(?P<what>(?:[a-z'-]+ ){{0,2}}?(?:{words.EVENTS}|haircut|delivery|"
    rf"(?P<who>{_VISITED})))"
    r"(?: is)?(?:,| on| at|:| -)? (?=\S)",
    re.IGNORECASE,
)
_WENT_BY = re.compile(r"\b(?:was|were|went|had|got|cancell?ed|off|over)\b", re.I)
_LEAD = re.compile(r"^(?:'m|'re|'ve|'ll|'s)?\s*")


def planned(subject: Subject, clause: str, *, said_on: date) -> list[Finding]:
    """A plan, when a day to come is named with it."""
    rest = clause[subject.end :]
    if not _AHEAD.match(rest) or is_negated(rest):
        return []
    day = first_day(rest, said_on=said_on)
    if day is None or day.end < said_on:
        return []
    what = f"{rest[: day.start]} {rest[day.start + len(day.words) :]}"
    what = re.sub(r"\b(?:on|at|by|until)\s*(?=[,.]|$|\s{2})", "", what)
    what = " ".join(_LEAD.sub("", what).split()).strip(" ,.!")
    if len(what.split()) < 2:
        return []
    return [
        Finding(
            kind=MemoryKind.PLAN,
            subject=subject.key,
            attribute="",
            value=f"{what} ({day.label})",
            until=day.end,
        )
    ]


def noted(clause: str, *, said_on: date) -> list[Finding]:
    """`Dentist Tues 2.30pm`: what is on, and at once its day."""
    event = _EVENT.match(clause)
    day = first_day(clause, said_on=said_on)
    if event is None or day is None or day.end < said_on:
        return []
    if not event.end("what") < day.start <= event.end():
        return []
    if is_negated(clause) or _WENT_BY.search(clause):
        return []
    return [
        Finding(
            kind=MemoryKind.PLAN,
            subject=ONESELF,
            attribute=event["what"].lower() + (" appointment" if event["who"] else ""),
            value=day.label,
            until=day.end,
        )
    ]
