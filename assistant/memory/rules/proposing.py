"""From a message to what is worth remembering of it, by rules alone.

Milliseconds for a message, no model, and nothing that the words do not say.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from assistant.entities.memory import ONESELF, MemoryKind
from assistant.knowledge.sentences import Sentence
from assistant.knowledge.words import content_stems
from assistant.memory.rules import vocabulary as words
from assistant.memory.rules.attributes import mine, theirs
from assistant.memory.rules.dates import days_in
from assistant.memory.rules.doubts import (
    is_about_hearth,
    is_doubtful,
    is_question,
)
from assistant.memory.rules.finding import Finding, Proposal
from assistant.memory.rules.introducing import introduced
from assistant.memory.rules.mentions import mentioned
from assistant.memory.rules.own_words import own_sentences
from assistant.memory.rules.plans import noted, planned
from assistant.memory.rules.predicates import findings_of
from assistant.memory.rules.said import name_of
from assistant.memory.rules.spelling import spelt_out
from assistant.memory.rules.subjects import NOBODY, Known, subject_of

_REMEMBER = re.compile(
    r"^(?:(?:please|pls|plz|just|and|also|hey|hi|oh|ok(?:ay)?|so|hearth|kindly|always|"
    r"(?:can|could|would|will) (?:you|u)(?: please| pls)?)[,:]? )*"
    r"(?:remember(?: this| for me| for later)?|don't forget|do not forget|"
    r"note(?: down| to self)?|"
    r"make a note|keep in mind|bear in mind|memori[sz]e|save this|take a note|"
    r"for future reference|for the record|add to (?:your )?memory)"
    r"(?: that|[:,]| -)? +(?=\S)",
    re.IGNORECASE,
)
_NO_ORDER = re.compile(
    r"^(?:when|how|why|what|who|where|the time|if|whether|me\b|us\b|you\b|about)\b",
    re.I,
)
_LEAD = re.compile(
    r"^(?:[-*\u2022]\s+|(?:well|so|also|and|but|oh|ok|okay|hi|hello|hey|hearth|yes|"
    r"yeah|no|"
    r"nope|sorry|thanks|thank you|fyi|btw|by the way|just so you know|for context|"
    r"for your information|note that|you should know(?: that)?|as you know|actually|"
    r"correction|in fact|to be clear|update|news|good news|great news|anyway|"
    r"fun fact|quick intro|intro|typo|my bad|oops|scratch that|never ?mind|tbh|"
    r"first|second|finally|honestly|personally|plus|wait|hmm|right|sure|"
    r"it turns out(?: that)?|as it happens|as of (?:today|now)|these days|nowadays|"
    r"since (?:last )?\w+|about me|a bit about me|today|good morning|good evening|"
    r"the thing is|guess what|i mean|i should mention(?: that)?|"
    r"i'm happy to say(?: that)?|"
    r"i just wanted to (?:say|mention)(?: that)?|"
    r"let me tell you(?: that)?)\b[,:.!\u2013-]*\s+)+",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"(?:[,;:]?\s+(?:and|but|so|also|plus|while|because)\s+|[;,]\s+|"
    r"\s[-\u2013\u2014]\s)"
    r"(?=(?:also |now |then |actually )?(?:I|we|my|our|im|ive|I'm|I've|I'll|we're|"
    r"we've)\b)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:,?\s+(?:btw|by the way|tbh|to be honest|fyi|though|you know|ok|okay|please|"
    r"thanks|thank you))+[.! ]*$",
    re.IGNORECASE,
)
"""What people say after it, and mean nothing by."""

_LONGEST = 300
_MOST = 12
"""Taken from one message; more was hardly typed by a person."""


class _Placed(NamedTuple):
    """A finding, and where in the message it was found."""

    place: Sentence
    finding: Finding
    is_explicit: bool


def propose(text: str, *, said_on: date, known: Known = NOBODY) -> list[Proposal]:
    """What a person's message says about them and theirs, in the order of saying."""
    found: dict[tuple[str, str, str], Proposal] = {}
    for sentence in own_sentences(text):
        for place, finding, is_explicit in _of_sentence(sentence, said_on, known):
            quote = text[place.start : place.end].rstrip(" ,;:")
            proposal = Proposal(
                finding=finding,
                text=_as_sentence(finding, quote, said_on),
                quote=quote,
                start=place.start,
                is_explicit=is_explicit,
            )
            key = (finding.subject, finding.attribute, finding.value.lower())
            found.setdefault(key, proposal)
    return list(found.values())[:_MOST]


def is_order_to_remember(text: str) -> bool:
    """Whether the whole message is one: `remember that …`."""
    text = text.strip()
    order = _REMEMBER.match(text)
    return order is not None and _is_order(text, order)


def _is_order(text: str, order: re.Match[str]) -> bool:
    """`Can you remember that I …?` is one, `can you remember things?` is none."""
    rest = text[order.end() :]
    if _NO_ORDER.match(rest):
        return False
    is_asked = text.rstrip().endswith("?")
    return not is_asked or bool(re.search(r"\bthat\W*$", order.group()))


def _of_sentence(sentence: Sentence, said_on: date, known: Known) -> Iterator[_Placed]:
    if len(sentence.text) > _LONGEST:
        return
    order = _REMEMBER.match(sentence.text)
    if order and _is_order(sentence.text, order):
        yield from _ordered(sentence, order.end(), said_on=said_on, known=known)
        return
    if is_question(_without_lead(sentence.text)[1]):
        return
    for start, clause in _clauses(sentence.text):
        read = spelt_out(clause)
        if _is_worth_reading(_with_lead_in(sentence.text, start, read)):
            place = Sentence(sentence.start + start, clause)
            for finding in _findings(read, said_on, known):
                yield _Placed(place, _spelt(finding, clause, read), is_explicit=False)


def _spelt(finding: Finding, clause: str, read: str) -> Finding:
    """What was typed in haste is kept as it was read."""
    return finding if finding.words or read == clause else replace(finding, words=read)


def _with_lead_in(sentence: str, start: int, clause: str) -> str:
    """With what only a comma parts from it: `According to the sign, I live …`."""
    before = sentence[:start].rstrip()
    return f"{before} {clause}" if before.endswith(",") else clause


def _is_worth_reading(clause: str) -> bool:
    return not (
        is_doubtful(clause) or is_about_hearth(clause) or words.SECRETS.search(clause)
    )


def _ordered(
    sentence: Sentence, start: int, *, said_on: date, known: Known
) -> Iterator[_Placed]:
    """What is asked for is kept, as a note when no rule knows what it says."""
    whole = re.sub(r"^to (?=\w)", "", sentence.text[start:].strip())
    start = sentence.start + sentence.text.index(whole, start)
    found = [
        _Placed(
            Sentence(start + offset, clause),
            _spelt(finding, clause, read),
            is_explicit=True,
        )
        for offset, clause in _clauses(whole)
        if (read := spelt_out(clause))
        for finding in _findings(read, said_on, known, is_explicit=True)
    ]
    if not found and not content_stems(whole):
        return  # `remember this`: nothing is said
    note = Finding(
        kind=MemoryKind.NOTE,
        subject=ONESELF,
        attribute="",
        value=whole.rstrip(" .!"),
    )
    yield from found or [_Placed(Sentence(start, whole), note, is_explicit=True)]


def _clauses(sentence: str) -> Iterator[tuple[int, str]]:
    """Parts that each begin with whom they are about, without what leads to it."""
    start = 0
    for join in [*_JOINS.finditer(sentence), None]:
        end = join.start() if join else len(sentence)
        lead, clause = _without_lead(sentence[start:end])
        if clause:
            yield start + lead, clause
        start = join.end() if join else end


def _without_lead(clause: str) -> tuple[int, str]:
    lead = match.end() if (match := _LEAD.match(clause)) else 0
    return lead, clause[lead:]


def _findings(
    clause: str, said_on: date, known: Known, *, is_explicit: bool = False
) -> Iterator[Finding]:
    subject = subject_of(clause, known)
    found = introduced(clause, said_on=said_on)
    if subject is not None:
        found = found or theirs(subject, clause, said_on=said_on)
        if not subject.is_possessive:
            found = found or findings_of(subject, clause, said_on=said_on)
            found = found or planned(subject, clause, said_on=said_on)
    found = found or mine(clause, said_on=said_on, is_explicit=is_explicit)
    found = found or noted(clause, said_on=said_on)
    if found and subject is not None and subject.name and not subject.is_by_name:
        who = name_of(subject.relation, subject.name)
        yield replace(who, words=f"My {subject.key}")
    yield from found
    yield from mentioned(clause)


def _as_sentence(finding: Finding, quote: str, said_on: date) -> str:
    """The words on one line, with the day beside a word like tomorrow."""
    said = finding.words or quote
    for day in sorted(days_in(said, said_on=said_on), key=lambda day: -day.start):
        is_clear = re.search(r"\d", day.words) and finding.kind is not MemoryKind.PLAN
        if not is_clear and not re.search(r"\d{4}", day.words):
            end = day.start + len(day.words)
            said = f"{said[:end]} ({day.label}){said[end:]}"
    line = _TAIL.sub("", " ".join(said.split())).rstrip(" .,;")
    return line[:1].upper() + line[1:]
