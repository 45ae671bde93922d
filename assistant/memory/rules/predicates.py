"""What is said of a subject: where they live, what they do, like, have and are.

Each rule is a pattern over the words after the subject, and a function from its match
to findings. Verbs are taken in the present and the perfect; what was, was.
"""

import re
from dataclasses import replace
from datetime import date

from assistant.memory.rules import vocabulary as words
from assistant.memory.rules.dates import first_day
from assistant.memory.rules.doubts import is_negated, is_over
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.owning import RULES as _OWNING
from assistant.memory.rules.said import (
    ADVERBS,
    BE,
    FACT,
    HAVE,
    NOT,
    TASTE,
    Reader,
    Rule,
    Said,
    is_taste,
    name_of,
    rule,
)
from assistant.memory.rules.subjects import NAME, Subject
from assistant.memory.rules.values import is_telling, value_at

_AND_ALSO = re.compile(
    r",? (?:and|but)(?= (?:also |now |then |currently )*(?:(?:live|work|love|like|hate|"
    r"enjoy|speak|drive|play|own|cycle|walk)s?|stud(?:y|ies)|grew up|was born|am|is|"
    r"are|has|have|can't|don't|doesn't|living|based|working|moved) )",
    re.IGNORECASE,
)
_INSTEAD_OF = re.compile(r"(?<!^)\s+(?:over|to|than|instead of)\s.*$", re.IGNORECASE)
_NO_EMPLOYER = re.compile(
    r"(?:home|nights?|myself|free|fun|a living|me|you|us|\d|(?:the |a |an |many |"
    r"most )?"
    r"(?:moment|hours?|days?|weeks?|months?|years?|time|minutes?|while))\b",
    re.IGNORECASE,
)


def findings_of(subject: Subject, clause: str, *, said_on: date) -> list[Finding]:
    """What the rest of a clause says of its subject; nothing when no rule fits."""
    rest = clause[subject.end :]
    found: list[Finding] = []
    for pattern, read in RULES:
        if match := pattern.match(rest):
            found = list(read(Said(subject, match, clause, said_on)))
            if found:
                break
    if joined := _AND_ALSO.search(rest):
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
        is_so = is_over(said.rest) or not is_negated(said.head)
        return said.fact(attribute, value if is_so else f"not {value}")

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
        if not is_taste(item):
            return []
        return said.fact(f"taste for {item.lower()}", f"{verb} {item}", TASTE)
    return [
        replace(found, kind=TASTE, is_over=False)
        for found in said.of_items(
            lambda item: (f"taste for {item.lower()}", f"{verb} {item}")
        )
    ]


def _height(said: Said) -> list[Finding]:
    return said.fact("height", said.match["v"])


def _teaches(said: Said) -> list[Finding]:
    """`I teach chemistry`; whom somebody teaches to do what is no trade."""
    first, *_ = [*said.value.lower().split(), ""]
    if is_negated(said.head) or first in words.NOT_STUDIED | words.NOT_TAUGHT:
        return []
    return said.fact("occupation", f"teaches {said.value}")


def _commute(said: Said) -> list[Finding]:
    return [] if is_negated(said.head) else said.fact("commute", said.head.strip())


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
            kind=FACT,
            subject=said.subject.key,
            attribute="employer",
            value=said.match["v"] or "job",
            is_over=True,
        )
    ]


def _habit(said: Said) -> list[Finding]:
    value, end = value_at(said.rest, said.match.end())
    return said.fact("", said.rest[:end].strip(" .!"), TASTE) if value else []


def _retired(said: Said) -> list[Finding]:
    return said.fact("occupation", "retired")


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


_LIKING = (
    rf"(?:{ADVERBS} (?:like|likes|love|loves|enjoy|enjoys|adore|adores|prefer|prefers|"
    rf"hate|hates|dislike|dislikes|detest|detests|loathe|loathes)|"
    rf"{ADVERBS} (?:can't|cannot|can not) (?:stand|bear)|"
    rf"{ADVERBS} (?:don't|doesn't|do not|does not){ADVERBS} (?:like|love|enjoy)|"
    rf"{BE}{NOT}?{ADVERBS}(?: (?:a|an))?(?: (?:big|huge|great|"
    rf"massive))? (?:fans? of|"
    rf"into|fond of|obsessed with|crazy about|mad about))(?= )"
)
RULES: tuple[Rule, ...] = (
    rule(
        rf"^(?:(?:{BE}|{HAVE} been|{HAVE}| do| does)?{NOT}?{ADVERBS}"
        r"(?: no longer)? (?:live|lives|lived|living|based|reside|resides|residing))"
        r"(?: alone| together| with (?:my|our|his|her|their|two|three) [a-z ]{2,30}?)?"
        r" (?:in|at|on|near)(?= )",
        _home,
    ),
    rule(
        rf"^(?:{BE})?{ADVERBS} rent(?:s|ing)? (?:an?|our|my)(?: [a-z-]+){{0,2}} "
        r"(?:flat|house|apartment|place|room|studio) (?:in|near)(?= )",
        _home,
    ),
    rule(
        rf"^{HAVE}(?: got)?(?: mild| severe| bad| chronic)? (?P<v>{words.AILMENTS})"
        r"(?=[\s,.!]|$)",
        _status("condition"),
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:moved|relocated)"
        r"(?: back| house| home| away| over|"
        r" permanently)*(?: from [^,.]{2,40}?)? to(?= )",
        _moved,
    ),
    rule(rf"^{BE}{NOT}?{ADVERBS} from(?= )", _named_place("origin")),
    rule(
        rf"^{ADVERBS} (?:come|comes)(?: originally)? from(?= )", _named_place("origin")
    ),
    rule(rf"^{ADVERBS} grew up in(?= )", _named_place("grew up in")),
    rule(rf"^(?: was| were){ADVERBS} born (?:in|on)(?= )", _born),
    rule(
        rf"^(?:{BE}|{HAVE} been)?{ADVERBS} (?:work|works|working)"
        r"(?: full[- ]time| part[- ]time| remotely)? as (?:an?|the)(?= )",
        _plain("occupation"),
    ),
    rule(
        rf"^(?:{BE}|{HAVE} been| do| does)?{NOT}?{ADVERBS}(?: no longer)? "
        r"(?:work|works|working|employed)(?: full[- ]time| part[- ]time| remotely)? "
        r"(?:at|for|by)(?= )",
        _employer,
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:got|started|found|begun|began|landed)"
        r"(?: a| my)?(?: new)?(?: job| position| work| working)(?: at| with)(?= )",
        _employer,
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:got|started|found|landed)"
        r"(?: a| my)?(?: new)?(?: job| position| work| working) as (?:an?|the)(?= )",
        _plain("occupation"),
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:quit|left|lost|resigned from) "
        rf"(?:my|his|her|their) job(?: (?:at|with) (?P<v>(?-i:{NAME})))?",
        _left,
    ),
    rule(
        rf"^(?:{HAVE})?{ADVERBS} (?:quit|left|resigned from) (?P<v>(?-i:{NAME}))"
        r"(?=[,.!]|$| in | last | this | for | and | to | because )",
        _left,
    ),
    rule(rf"^(?:{BE}|{HAVE})?{ADVERBS} retired(?=[\s,.!]|$)", _retired),
    rule(rf"^{BE}{ADVERBS} (?:an?|the)(?= )", _trade),
    rule(
        rf"^(?:{BE}|{HAVE} been){NOT}?{ADVERBS}(?: no longer)?(?: an?)? "
        rf"(?P<v>{words.DIETS})\b",
        _status("diet"),
    ),
    rule(rf"^{BE}{ADVERBS} married to (?P<v>(?-i:{NAME}))", _married),
    rule(
        rf"^(?:{BE}{NOT}?{ADVERBS}|"
        rf"(?:{HAVE})?(?: just)? got) (?P<v>{words.MARITAL})"
        r"(?= now|[,.!]|$| since| for| and| last| this)",
        _status("marital status"),
    ),
    rule(
        rf"^{BE}{NOT}?{ADVERBS} (?P<v>{words.CONDITIONS})(?=[\s,.!]|$)",
        _status("condition"),
    ),
    rule(
        rf"^(?:{BE}{ADVERBS}(?: turning)?| turned| just turned| turn| turns) "
        r"(?P<v>\d{1,3})(?= years? old| yrs old|[,.!]? *$| today| yesterday| tomorrow|"
        r" on | now|,| last | this (?:year|month|week)| and (?!a half|\d))",
        _age,
    ),
    rule(rf"^(?: can)?{ADVERBS} (?:speak|speaks)(?= )", _languages),
    rule(
        rf"^{BE}{ADVERBS} (?P<v>\d'\s?\d{{1,2}}|\d ?(?:ft|foot)\.? ?\d{{1,2}}|"
        r"[12][.,]\d{1,2} ?m(?:et(?:re|er)s)?|1\d\d ?cm)(?= tall|\W|$)",
        _height,
    ),
    rule(
        rf"^(?:{HAVE} been|{BE})?{ADVERBS} teach(?:es|ing)?(?= )",
        _teaches,
    ),
    rule(
        rf"^{BE}{ADVERBS} (?:doing|finishing|starting) (?:an?|my|his|her|their)"
        r" (?:ph\.?d|doctorate|master'?s?|degree|bachelor'?s?|ma|msc|ba|bsc|mba|"
        r"apprenticeship|course)(?: degree)? in(?= )",
        _studies,
    ),
    rule(
        rf"^{ADVERBS} (?:cycle|walk|drive|bike|commute|take the (?:bus|train|tram|tube|"
        r"metro|subway))s? to (?:work|the office|school|uni)\b",
        _commute,
    ),
    rule(rf"^(?:{BE}{ADVERBS} studying|{ADVERBS} (?:study|studies))(?= )", _studies),
    rule(rf"^{BE}{NOT}?{ADVERBS} allergic to(?= )", _allergies),
    rule(rf"^{HAVE}{ADVERBS}(?: an?| got an?)(?: \w+ly)? allergy to(?= )", _allergies),
    rule(
        rf"^{HAVE}(?: got)? an?(?: \w+ly| bad| severe)? (?P<v>\w+) allergy\b", _allergy
    ),
    rule(rf"^{_LIKING}", _tastes),
    *_OWNING,
    rule(r"^ (?:drive|drives) an?(?= )", _plain("car")),
    rule(
        rf"^{ADVERBS} (?:play|"
        rf"plays) (?P<the>the )?(?P<v>{words.INSTRUMENTS_AND_GAMES})\b",
        _plays,
    ),
    rule(rf"^{BE}{ADVERBS} (?:called|named)(?= (?P<v>(?-i:{NAME})))", _called),
    rule(
        r"^ (?:usually|always|normally|generally) (?:take|drink|eat|have|wake|get up|"
        r"go|"
        r"cycle|walk|run|swim|read|work|cook|shop|train|wear|leave|start|sleep|play)s?"
        r"(?= )",
        _habit,
    ),
    rule(rf"^ go by (?P<v>(?-i:{NAME}))", _called),
)
