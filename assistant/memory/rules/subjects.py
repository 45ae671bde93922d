"""Whom a clause is about: the speaker, or somebody or something of theirs.

A subject is `me`, or what it is to the speaker with its name when there is one:
`sister`, `sister Ana`, `dog Rex`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from assistant.entities.memory import ONESELF

Known: TypeAlias = Mapping[str, str]
"""What somebody is to the speaker, by the name that only they have."""

NOBODY: Known = {}

_ONE_OF_WORDS = """
wife husband partner spouse fiancé fiancée fiance fiancee girlfriend boyfriend mother
father mum mom dad mother-in-law father-in-law boss manager landlord landlady therapist
doctor dentist accountant lawyer supervisor flatmate roommate housemate teacher
gf bf hubby mam mama papa roomie
"""
_ONE_OF = _ONE_OF_WORDS.split()
_MANY_OF_WORDS = """
sister brother son daughter child kid baby cousin uncle aunt niece nephew friend
colleague coworker co-worker neighbour neighbor grandmother grandfather grandma grandpa
granny nana twin stepson stepdaughter stepbrother stepsister stepmother stepfather
children kids parents sister-in-law brother-in-law grandson granddaughter godson
goddaughter student mentor mate sis bro nan gran nanna granddad grandad pal
"""
_MANY_OF = _MANY_OF_WORDS.split()
_PETS_WORDS = """
dog cat puppy kitten rabbit bunny hamster parrot budgie horse pony tortoise turtle
goldfish snake lizard gecko hedgehog ferret donkey goat chicken canary pet
"""
_PETS = _PETS_WORDS.split()
_THINGS_WORDS = """
car boat bike bicycle motorbike van house flat company band team shop
"""
_THINGS = _THINGS_WORDS.split()
_IN_LAW = [f"{kin} in law" for kin in ("sister", "brother", "mother", "father")]
RELATIONS = frozenset([*_ONE_OF, *_MANY_OF, *_IN_LAW])
PETS = frozenset(_PETS)
_SAME = {
    "mum": "mother",
    "mom": "mother",
    "dad": "father",
    "neighbor": "neighbour",
    "co-worker": "colleague",
    "coworker": "colleague",
    "grandma": "grandmother",
    "granny": "grandmother",
    "nana": "grandmother",
    "grandpa": "grandfather",
    "kid": "child",
    "children": "child",
    "kids": "child",
    "bunny": "rabbit",
    "fiance": "fiancé",
    "fiancee": "fiancée",
    "bicycle": "bike",
    "gf": "girlfriend",
    "bf": "boyfriend",
    "hubby": "husband",
    "mam": "mother",
    "mama": "mother",
    "papa": "father",
    "roomie": "roommate",
    "mate": "friend",
    "pal": "friend",
    "sis": "sister",
    "bro": "brother",
    "nan": "grandmother",
    "gran": "grandmother",
    "nanna": "grandmother",
    "granddad": "grandfather",
    "grandad": "grandfather",
    "sister in law": "sister-in-law",
    "brother in law": "brother-in-law",
    "mother in law": "mother-in-law",
    "father in law": "father-in-law",
}
NOUN = "|".join(
    sorted((re.escape(w) for w in (*RELATIONS, *PETS, *_THINGS)), key=len, reverse=True)
)
_KIND_OF = (
    r"(?:(?:younger|older|elder|eldest|youngest|little|big|baby|twin|best|good|old|new|"
    r"close|dear|late|half|step|ex|first|second|middle|oldest|lovely|current)[ -])*"
)
_OF_A_NAME = r"(?:[\w-]|['\u2019](?!s\b))*"
NAME = rf"[A-ZÀ-ÖØ-Þ]{_OF_A_NAME}(?: [A-ZÀ-ÖØ-Þ]{_OF_A_NAME}){{0,2}}"
_IS = (
    r"(?: (?:called|named|an?|the|not|now|just|from|in|at|on|allergic|been|got|moved|"
    r"started|retired|married|divorced|pregnant|vegan|vegetarian|gone|\d{1,3}|\w+ing)\b)"
)
"""After these, `sister's` is what she is, not what she has."""

_OF_MINE = re.compile(
    rf"(?i:my|our) (?P<kind>(?i:{_KIND_OF}))(?P<noun>(?i:{NOUN}))(?P<s>'s(?!{_IS}))?"
    rf"(?:,? (?P<name>{NAME}?)(?P<names>'s(?!{_IS}))?,?(?= |'s|$))?(?= |'s|$)"
)
_NAMED = re.compile(rf"(?P<name>{NAME})(?P<s>'s(?!{_IS}))?(?= |'s )")
_MYSELF = re.compile(r"(?i:I|we)(?=\b)")
_NO_NAMES_WORDS = """
I Is Was Has Will The A An And But Who Lives Works Likes Loves Just Also Who's
"""
_NO_NAMES = frozenset(_NO_NAMES_WORDS.split())
_DAYS_AND_MONTHS_WORDS = """
monday tuesday wednesday thursday friday saturday sunday january february march april
may june july august september october november december christmas easter
"""
DAYS_AND_MONTHS = frozenset(_DAYS_AND_MONTHS_WORDS.split())
"""`I see my boss Monday` names no boss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the rest of a clause is about."""

    key: str
    relation: str = ""
    name: str = ""
    is_possessive: bool = False
    """`my sister's`: what follows is something she has."""

    is_by_name: bool = False
    """Spoken of by a name that is known: who it is was told before."""

    end: int = 0
    """Where in the clause the rest begins."""

    @property
    def is_me(self) -> bool:
        return self.key == ONESELF


def subject_of(clause: str, known: Known = NOBODY) -> Subject | None:
    """Whom a clause begins with; None when that is nobody we know.

    `known` are the relations of people and animals by their names.
    """
    if match := _MYSELF.match(clause):
        return Subject(key=ONESELF, end=match.end())
    if match := _OF_MINE.match(clause):
        return _of_mine(match)
    if (match := _NAMED.match(clause)) and (relation := known.get(match["name"])):
        return Subject(
            key=f"{relation} {match['name']}",
            relation=relation,
            name=match["name"],
            is_possessive=bool(match["s"]),
            is_by_name=True,
            end=match.end("s") if match["s"] else match.end("name"),
        )
    return None


def known_by_name(named: Iterable[tuple[str, str]]) -> Known:
    """From relations and names: those that can only be meant by their name."""
    relations: dict[str, set[str]] = {}
    for relation, name in named:
        relations.setdefault(name, set()).add(relation)
    return {
        name: each.pop()
        for name, each in relations.items()
        if len(each) == 1 and name not in _NO_NAMES
    }


def relation_key(noun: str, kind: str = "") -> str:
    """`Mom` and `mother` are one; an ex and a best friend are not the others."""
    key = noun.lower()
    key = _SAME.get(key, key)
    told_apart = [
        word
        for word in re.split("[ -]", kind.lower())
        if word in ("ex", "best", "twin")
    ]
    return " ".join([*told_apart, key])


def has_many(relation: str) -> bool:
    """Whether one may have several of these at once."""
    return relation.split()[-1] not in _ONE_OF


def _of_mine(match: re.Match[str]) -> Subject:
    relation = relation_key(match["noun"], match["kind"])
    name, end = match["name"] or "", match.end()
    if name in _NO_NAMES or not name or match["s"]:
        name, end = "", match.end("s") if match["s"] else match.end("noun")
    return Subject(
        key=f"{relation} {name}".strip(),
        relation=relation,
        name=name,
        is_possessive=bool(match["s"] or (name and match["names"])),
        end=end,
    )
