"""What is said of a subject: where they live, what they do, like, have and are.

Each rule is a pattern over the words after the subject, and a function from its match
to findings. Verbs are taken in the present and the perfect; what was, was.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from assistant.entities.memory import MemoryKind
from assistant.memory.rules import vocabulary as words
from assistant.memory.rules.dates import first_day
from assistant.memory.rules.doubts import is_negated, is_over
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.subjects import NAME, NOUN, Subject, has_many, relation_key
from assistant.memory.rules.values import is_telling, items_of, value_at

_FACT, _TASTE = MemoryKind.FACT, MemoryKind.PREFERENCE
_BE = r"(?:'m|'re|'s| am| is| are)"
_HAVE = r"(?:'ve|'s| have| has)"
_ADVERBS = (
    r"(?: (?:just|recently|now|currently|still|actually|also|really|finally|only|"
    r"always|"
    r"usually|mostly|originally|already|absolutely|truly|very much|so|quite|especially|"
    r"particularly|definitely|totally|generally|personally|both|all|myself|severely|"
    r"highly|mildly|slightly|badly|a bit|happily|secretly))*"
)
_NOT = r"(?: not|n't)"


@dataclass(frozen=True, slots=True)
class Said:
    """A match of a rule, within what is said of a subject."""

    subject: Subject
    match: re.Match[str]
    clause: str
    said_on: date

    @property
    def rest(self) -> str:
        return self.clause[self.subject.end :]

    @property
    def value(self) -> str:
        return value_at(self.rest, self.match.end())[0]

    @property
    def items(self) -> list[str]:
        value = value_at(self.rest, self.match.end(), is_list=True)[0]
        return [item for item in items_of(value) if is_telling(item)]

    @property
    def head(self) -> str:
        return self.match.group()

    def of_items(self, read: Callable[[str], tuple[str, str]]) -> list[Finding]:
        """A finding for each of several things; `read` gives attribute and value."""
        items = [item for item in self.items if not _OF_AN_IDEA.match(item)]
        begin = self.clause[: self.subject.end + self.match.end()]
        return [
            replace(found, words=f"{begin} {item}" if len(items) > 1 else "")
            for item in items
            for found in self.fact(*read(item))
        ]

    def fact(
        self, attribute: str, value: str, kind: MemoryKind = _FACT
    ) -> list[Finding]:
        if not is_telling(value):
            return []
        return [
            Finding(
                kind=kind,
                subject=self.subject.key,
                attribute=attribute,
                value=value,
                is_over=is_over(self.rest),
            )
        ]


_AND_ALSO = re.compile(
    r" and(?= (?:also )?(?:live|work|study|love|like|hate|speak|drive)s? )",
    re.IGNORECASE,
)
_OF_AN_IDEA = re.compile(r"the (?:idea|way|fact|thought|sound|look) ", re.IGNORECASE)
_INSTEAD_OF = re.compile(r"(?<!^)\s+(?:over|to|than|instead of)\s.*$", re.IGNORECASE)
_NO_EMPLOYER = re.compile(
    r"(?:home|nights?|myself|free|fun|a living|me|you|us|\d|(?:the |a |an |many |"
    r"most )?"
    r"(?:moment|hours?|days?|weeks?|months?|years?|time|minutes?|while))\b",
    re.IGNORECASE,
)
Reader: TypeAlias = Callable[[Said], Iterable[Finding]]


def findings_of(subject: Subject, clause: str, *, said_on: date) -> list[Finding]:
    """What the rest of a clause says of its subject; nothing when no rule fits."""
    rest = clause[subject.end :]
    found: list[Finding] = []
    for pattern, read in RULES:
        if match := pattern.match(rest):
            found = list(read(Said(subject, match, clause, said_on)))
            if found:
                break
    joined = _AND_ALSO.search(rest)
    if found and joined:
        more = Subject(key=subject.key, relation=subject.relation)
        found += findings_of(more, rest[joined.end() :], said_on=said_on)
    return found


def _home(said: Said) -> list[Finding]:
    place = said.value
    first = place.split()[0].lower() if place else ""
    if (
        first in words.NOT_A_PLACE
        or place.lower().removeprefix("the ") in words.NOT_A_PLACE
    ):
        return []
    if is_negated(said.rest) and not is_over(said.rest):
        return []
    return said.fact("home", place)


def _moved(said: Said) -> list[Finding]:
    return said.fact("home", said.value) if _is_name(said.value) else []


def _named_place(attribute: str) -> Reader:
    def read(said: Said) -> list[Finding]:
        if not _is_name(said.value) or is_negated(said.head):
            return []
        return said.fact(attribute, said.value)

    return read


def _plain(attribute: str) -> Reader:
    def read(said: Said) -> list[Finding]:
        if is_negated(said.head) and not is_over(said.rest):
            return []
        return said.fact(attribute, said.value)

    return read


def _employer(said: Said) -> list[Finding]:
    value = said.value
    if not value or _NO_EMPLOYER.match(value):
        return []
    place, _, trade = value.partition(" as a")
    found = said.fact("employer", place)
    if trade and found:
        found += said.fact("occupation", trade.removeprefix("n").strip())
    return found


def _trade(said: Said) -> list[Finding]:
    """Only what is surely a trade: `a bit tired` is none."""
    value = re.split(r" (?:at|for|in|from|by|with|on) ", said.value)[0]
    bare = value.lower().removeprefix("retired ").removeprefix("former ")
    if not any(bare == t or bare.endswith(f" {t}") for t in words.OCCUPATIONS):
        return []
    found = said.fact("occupation", value)
    if place := re.search(r" (?:at|for)(?= (?:(?:the |an? )|[A-Z]))", said.rest):
        found += said.fact("employer", value_at(said.rest, place.end())[0])
    return found


def _status(attribute: str) -> Reader:
    def read(said: Said) -> list[Finding]:
        value = said.match["v"].lower()
        return said.fact(attribute, f"not {value}" if is_negated(said.head) else value)

    return read


def _age(said: Said) -> list[Finding]:
    return said.fact("age", said.match["v"]) if 0 < int(said.match["v"]) < 130 else []


def _born(said: Said) -> list[Finding]:
    day = first_day(said.rest, said_on=said.said_on)
    if day is not None and day.start <= said.match.end() + 1:
        named = " ".join(said.rest[day.start :].split()[: len(day.words.split())])
        return said.fact(
            "birthday", named.removeprefix("in ").removeprefix("on ").rstrip(".,!")
        )
    return said.fact("birthplace", said.value) if _is_name(said.value) else []


def _languages(said: Said) -> list[Finding]:
    if is_negated(said.head):
        return []
    return [
        finding
        for language in re.findall(rf"\b(?:{words.LANGUAGES})\b", said.rest)
        for finding in said.fact(f"speaks {language}", language)
    ]


def _studies(said: Said) -> list[Finding]:
    value = said.value
    if not value or value.split()[0].lower() in words.NOT_STUDIED:
        return []
    subject, _, place = value.partition(" at ")
    return said.fact("studies", subject) + (said.fact("school", place) if place else [])


def _allergies(said: Said) -> list[Finding]:
    no = "not " if is_negated(said.head) else ""
    return said.of_items(lambda item: (f"allergy to {item.lower()}", f"{no}{item}"))


def _allergy(said: Said) -> list[Finding]:
    item = said.match["v"]
    return said.fact(f"allergy to {item.lower()}", item)


def _abstains(said: Said) -> list[Finding]:
    verb = said.match["v"].lower()
    items = (
        [""] if verb in {"smoke", "drive", "drink"} and not said.value else said.items
    )
    return [
        finding
        for item in items
        for finding in said.fact(
            f"{verb}s {item.lower()}".strip(), f"does not {verb} {item}".strip(), _TASTE
        )
    ]


def _tastes(said: Said) -> list[Finding]:
    """Likes and dislikes are one thing, so that one takes the other's place."""
    head = said.head.lower()
    bad = re.search(r"hate|dislike|detest|loathe|stand|bear", head) is not None
    no = (
        re.search(r"n't (?!stand|bear)|\bnot\b|cannot (?!stand|bear)", head) is not None
    )
    if bad and no:
        return []
    over = is_over(said.rest) and not bad and not no
    verb = "dislikes" if bad or no or over else "likes"
    if head.rstrip().endswith(("prefer", "prefers")):
        item = _INSTEAD_OF.sub("", said.value)
        return said.fact(f"taste for {item.lower()}", f"{verb} {item}", _TASTE)
    return [
        replace(found, kind=_TASTE, is_over=False)
        for found in said.of_items(
            lambda item: (f"taste for {item.lower()}", f"{verb} {item}")
        )
    ]


def _has(said: Said) -> list[Finding]:
    """A pet, a sibling, a child: by name when there is one."""
    noun, names = said.match["noun"], said.match["names"]
    relation = relation_key(noun.removesuffix("s") if said.match["plural"] else noun)
    if names:
        return [name_of(relation, name) for name in re.split(r",? and |, ", names)]
    if is_negated(said.head):
        return []
    several = "children" if relation == "child" else f"{relation}s"
    return said.fact(
        several, " ".join(f"{said.match['count']}{said.match['what']}".split())
    )


def _plays(said: Said) -> list[Finding]:
    if is_negated(said.head):
        return []
    game = said.match["v"].lower()
    return said.fact(f"plays {game}", f"plays {said.match['the'] or ''}{game}")


def _called(said: Said) -> list[Finding]:
    if said.subject.is_me:
        return said.fact("name", said.match["v"])
    names = re.split(r",? and |, ", said.value)
    return [name_of(said.subject.relation, name) for name in names if name.istitle()]


def _married(said: Said) -> list[Finding]:
    return [*said.fact("marital status", "married"), name_of("spouse", said.match["v"])]


def _left(said: Said) -> list[Finding]:
    return [
        Finding(
            kind=_FACT,
            subject=said.subject.key,
            attribute="employer",
            value=said.match["v"] or "job",
            is_over=True,
        )
    ]


def _habit(said: Said) -> list[Finding]:
    value, end = value_at(said.rest, said.match.end())
    return said.fact("", said.rest[:end].strip(" .!"), _TASTE) if value else []


def _retired(said: Said) -> list[Finding]:
    return said.fact("occupation", "retired")


def name_of(relation: str, name: str) -> Finding:
    """Who somebody is to the speaker."""
    return Finding(
        kind=MemoryKind.RELATIONSHIP,
        subject=relation,
        attribute=f"name {name}" if has_many(relation) else "name",
        value=name,
    )


def _is_name(value: str) -> bool:
    """With a capital letter, or in all small letters, and short."""
    bare = re.sub(r"^(?:the|a|an|near|central|north|south|east|west)\s+", "", value)
    if bare != value and not bare[:1].isupper():
        return False  # `the meeting`
    return (
        bool(bare)
        and (bare[0].isupper() or len(bare.split()) == 1)
        and (bare.lower() not in words.NOT_A_PLACE and is_telling(value))
    )


def _rule(
    pattern: str, read: Reader, *, exactly: bool = False
) -> tuple[re.Pattern[str], Reader]:
    return re.compile(pattern, 0 if exactly else re.IGNORECASE), read


_LIKING = (
    rf"(?:{_ADVERBS} (?:like|likes|love|loves|enjoy|enjoys|adore|adores|prefer|prefers|"
    rf"hate|hates|dislike|dislikes|detest|detests|loathe|loathes)|"
    rf"{_ADVERBS} (?:can't|cannot|can not) (?:stand|bear)|"
    rf"{_ADVERBS} (?:don't|doesn't|do not|does not){_ADVERBS} (?:like|love|enjoy)|"
    rf"{_BE}{_NOT}?{_ADVERBS}(?: (?:a|an))?(?: (?:big|huge|great|"
    rf"massive))? (?:fans? of|"
    rf"into|fond of|obsessed with|crazy about|mad about))(?= )"
)
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}|no)"
_HAS = (
    rf"^{_HAVE}?(?: got| have| has| own| owns| adopted| just adopted| just got| got)"
    rf"(?P<count> {_COUNT})(?P<what>(?: [a-z-]+){{0,2}}? (?P<noun>(?:{NOUN}|children))"
    rf"(?P<plural>s)?)(?= (?:called|named|whose?|and|but|now|too|at home|from|that|"
    rf"with)"
    rf"(?!\w)|[,.!]|$)"
    rf"(?:,?(?: who(?:'s| is| are))? (?:called|named|whose names? (?:is|are)) "
    rf"(?P<names>(?-i:{NAME})(?:,? (?:and )?(?-i:{NAME}))*))?"
)
RULES: tuple[tuple[re.Pattern[str], Reader], ...] = (
    _rule(
        rf"^(?:(?:{_BE}|{_HAVE} been|{_HAVE}| do| does)?{_NOT}?{_ADVERBS}"
        r"(?: no longer)? (?:live|lives|lived|living|based|reside|resides|residing))"
        r" (?:in|at|on|near)(?= )",
        _home,
    ),
    _rule(
        rf"^(?:{_HAVE})?{_ADVERBS} (?:moved|relocated)"
        r"(?: back| house| home| away| over|"
        r" permanently)*(?: from [^,.]{2,40}?)? to(?= )",
        _moved,
    ),
    _rule(rf"^{_BE}{_NOT}?{_ADVERBS} from(?= )", _named_place("origin")),
    _rule(
        rf"^{_ADVERBS} (?:come|comes)(?: originally)? from(?= )", _named_place("origin")
    ),
    _rule(rf"^{_ADVERBS} grew up in(?= )", _named_place("grew up in")),
    _rule(rf"^(?: was| were){_ADVERBS} born (?:in|on)(?= )", _born),
    _rule(
        rf"^(?:{_BE}|{_HAVE} been)?{_ADVERBS} (?:work|works|working)"
        r"(?: full[- ]time| part[- ]time| remotely)? as (?:an?|the)(?= )",
        _plain("occupation"),
    ),
    _rule(
        rf"^(?:{_BE}|{_HAVE} been| do| does)?{_NOT}?{_ADVERBS}(?: no longer)? "
        r"(?:work|works|working|employed)(?: full[- ]time| part[- ]time| remotely)? "
        r"(?:at|for|by)(?= )",
        _employer,
    ),
    _rule(
        rf"^(?:{_HAVE})?{_ADVERBS} (?:got|started|found|begun|began|landed)"
        r"(?: a| my)?(?: new)?(?: job| position| work| working)(?: at| with)(?= )",
        _employer,
    ),
    _rule(
        rf"^(?:{_HAVE})?{_ADVERBS} (?:got|started|found|landed)"
        r"(?: a| my)?(?: new)?(?: job| position| work| working) as (?:an?|the)(?= )",
        _plain("occupation"),
    ),
    _rule(
        rf"^(?:{_HAVE})?{_ADVERBS} (?:quit|left|lost|resigned from) "
        rf"(?:my|his|her|their) job(?: (?:at|with) (?P<v>(?-i:{NAME})))?",
        _left,
    ),
    _rule(rf"^(?:{_BE}|{_HAVE})?{_ADVERBS} retired(?=[\s,.!]|$)", _retired),
    _rule(rf"^{_BE}{_ADVERBS} (?:an?|the)(?= )", _trade),
    _rule(rf"^{_BE}{_NOT}?{_ADVERBS}(?: an?)? (?P<v>{words.DIETS})\b", _status("diet")),
    _rule(rf"^{_BE}{_ADVERBS} married to (?P<v>(?-i:{NAME}))", _married),
    _rule(
        rf"^(?:{_BE}{_NOT}?{_ADVERBS}|"
        rf"(?:{_HAVE})?(?: just)? got) (?P<v>{words.MARITAL})"
        r"(?= now|[,.!]|$| since| for| and| last| this)",
        _status("marital status"),
    ),
    _rule(
        rf"^{_BE}{_NOT}?{_ADVERBS} (?P<v>{words.CONDITIONS})(?=[\s,.!]|$)",
        _status("condition"),
    ),
    _rule(
        rf"^(?:{_BE}{_ADVERBS}(?: turning)?| turned| just turned| turn| turns) "
        r"(?P<v>\d{1,3})(?= years? old| yrs old|[,.!]? *$| today| yesterday| on | now|"
        r",)",
        _age,
    ),
    _rule(rf"^(?: can)?{_ADVERBS} (?:speak|speaks)(?= )", _languages),
    _rule(
        rf"^(?:{_BE}{_ADVERBS} studying|{_ADVERBS} (?:study|studies))(?= )", _studies
    ),
    _rule(rf"^{_BE}{_NOT}?{_ADVERBS} allergic to(?= )", _allergies),
    _rule(
        rf"^{_HAVE}{_ADVERBS}(?: an?| got an?)(?: \w+ly)? allergy to(?= )", _allergies
    ),
    _rule(
        rf"^{_HAVE}(?: got)? an?(?: \w+ly| bad| severe)? (?P<v>\w+) allergy\b", _allergy
    ),
    _rule(
        r"^(?: don't| doesn't| do not| does not| can't| cannot| never)"
        rf"{_ADVERBS} (?P<v>eat|drink|smoke|drive|wear)(?=\W|$)",
        _abstains,
    ),
    _rule(rf"^{_LIKING}", _tastes),
    _rule(_HAS, _has),
    _rule(r"^ (?:drive|drives) an?(?= )", _plain("car")),
    _rule(
        rf"^{_ADVERBS} (?:play|"
        rf"plays) (?P<the>the )?(?P<v>{words.INSTRUMENTS_AND_GAMES})\b",
        _plays,
    ),
    _rule(rf"^{_BE}{_ADVERBS} (?:called|named)(?= (?P<v>(?-i:{NAME})))", _called),
    _rule(
        r"^ (?:usually|always|normally|generally) (?:take|drink|eat|have|wake|get up|"
        r"go|"
        r"cycle|walk|run|swim|read|work|cook|shop|train|wear|leave|start|sleep|play)s?"
        r"(?= )",
        _habit,
    ),
    _rule(rf"^ go by (?P<v>(?-i:{NAME}))", _called),
)
