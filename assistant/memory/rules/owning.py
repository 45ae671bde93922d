"""What a subject has, has not, and lets be: pets, kin, things, habits given up.

That somebody has none, or does so no longer, is as much worth knowing as that they do.
"""

import re
from dataclasses import replace

from assistant.memory.rules.doubts import is_negated
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.said import (
    ADVERBS,
    HAVE,
    TASTE,
    Rule,
    Said,
    name_of,
    rule,
)
from assistant.memory.rules.subjects import NAME, NOUN, relation_key

_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}|no)"
_HAS = (
    rf"^{HAVE}?(?: got| have| has| own| owns| adopted| just adopted| just got| got)"
    rf"(?P<count> {_COUNT})(?: (?P<age>\d{{1,3}})[- ]?(?:years?|yrs?)[- ]old)?"
    rf"(?P<what>(?: [a-z-]+){{0,2}}? (?P<noun>(?:{NOUN}|children))"
    r"(?P<plural>s)?)(?= (?:called|named|whose?|and|but|now|too|at home|from|that|with)"
    r"(?!\w)|[,.!]|$)"
    r"(?:,?(?: who(?:'s| is| are))? (?:called|named|whose names? (?:is|are)) "
    rf"(?P<names>(?-i:{NAME})(?:,? (?:and )?(?-i:{NAME}))*))?"
)
_HAS_NONE = (
    rf"^(?:(?: don't| doesn't| do not| does not){ADVERBS} (?:have|own)"
    rf"|{HAVE}(?:n't| not) got)(?: an?| any)? (?P<noun>{NOUN}|children)(?P<plural>s)?"
    r"(?= any ?more|[,.!]| and | but |$)"
)
_BUSINESS = (
    "shop|bakery|business|company|caf[eé]|restaurant|studio|farm|blog|podcast|salon|"
    "hotel|hostel|bar|pub|gym|clinic|practice|nursery|garage|agency|charity|stall|"
    "bookshop|workshop|newsletter|channel|gallery|brewery|vineyard|start-?up"
)
_WHEN = re.compile(
    r"(?:in|at|on|after|before|during|for|since|last|this|an?|\w+ (?:days?|weeks?|"
    r"months?|years?)|yesterday|today|now|again|cold|altogether|completely)\b",
    re.IGNORECASE,
)
_BY_ITSELF = frozenset(("smoke", "drive", "drink"))
_DRINKS = ("alcohol", "coffee", "caffeine", "tea", "beer", "wine")
_VERBS = {"smoking": "smoke", "drinking": "drink", "eating": "eat", "driving": "drive"}


def _has(said: Said) -> list[Finding]:
    """A pet, a sibling, a child: by name when there is one."""
    noun, names, age = said.match["noun"], said.match["names"], said.match["age"]
    relation = relation_key(noun.removesuffix("s") if said.match["plural"] else noun)
    if names:
        called = re.split(r",? and |, ", names)
        found = [name_of(relation, name) for name in called]
        if age and len(called) == 1:
            found += _aged(said, f"{relation} {called[0]}", age)
        return found
    if is_negated(said.head):
        return []
    count = " ".join(f"{said.match['count']}{said.match['what']}".split())
    return said.fact(_several(relation), count) + _aged(said, relation, age)


def _aged(said: Said, key: str, age: str | None) -> list[Finding]:
    return [replace(each, subject=key) for each in said.fact("age", age or "")]


def _has_none(said: Said) -> list[Finding]:
    noun = said.match["noun"].lower()
    relation = relation_key(noun.removesuffix("s") if said.match["plural"] else noun)
    thing = relation if relation == "car" else _several(relation)
    return [
        replace(each, is_over=False)
        for each in said.fact(thing, f"no {_several(relation)}")
    ]


def _several(relation: str) -> str:
    return "children" if relation == "child" else f"{relation}s"


def _owns(said: Said) -> list[Finding]:
    """A place of work that is somebody's own."""
    return said.fact(f"runs {said.match['v'].lower()}", said.value)


def _abstains(said: Said) -> list[Finding]:
    return _lets_be(said, said.match["v"].lower())


def _quits(said: Said) -> list[Finding]:
    return _lets_be(said, _VERBS[said.match["v"].lower()])


def _gives_up(said: Said) -> list[Finding]:
    thing = said.match["v"].lower()
    verb = "drink" if thing in _DRINKS else "eat"
    if thing == "cigarettes":
        verb, thing = "smoke", ""
    value = f"does not {verb} {thing}".strip()
    found = said.fact(f"{verb}s {thing}".strip(), value, TASTE)
    return [replace(each, is_over=False) for each in found]


def _lets_be(said: Said, verb: str) -> list[Finding]:
    is_whole = not said.value or _WHEN.match(said.value)
    items = said.items
    if is_whole:
        items = [""] if verb in _BY_ITSELF else []
    return [
        replace(finding, is_over=False)
        for item in items
        for finding in said.fact(
            f"{verb}s {item.lower()}".strip(), f"does not {verb} {item}".strip(), TASTE
        )
    ]


RULES: tuple[Rule, ...] = (
    rule(
        r"^(?: don't| doesn't| do not| does not| can't| cannot| never)"
        rf"{ADVERBS} (?P<v>eat|drink|smoke|drive|wear)(?=\W|$)",
        _abstains,
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:quit|stopped|gave up|given up) "
        rf"(?P<v>{'|'.join(_VERBS)})(?=\W|$)",
        _quits,
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:quit|gave up|given up|cut out) "
        rf"(?P<v>{'|'.join(_DRINKS)}|cigarettes|meat|sugar|dairy|gluten|bread)(?=\W|$)",
        _gives_up,
    ),
    rule(_HAS_NONE, _has_none),
    rule(_HAS, _has),
    rule(
        rf"^{HAVE}?{ADVERBS} (?:own|owns|run|runs|have|has)(?= (?:my own|our own|an?)"
        rf"(?: [a-z-]+){{0,2}} (?P<v>{_BUSINESS})(?=\W|$))",
        _owns,
    ),
)
