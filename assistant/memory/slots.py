"""What a question asks for, and which memories say it: `where do I work?` an employer.

Pure. Every pattern names one attribute that people are asked for; whom it is about is
not asked here.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from assistant.entities.memory import ONESELF, Memory, MemoryKind
from assistant.knowledge.words import content_stems
from assistant.memory.rules.subjects import NOUN, PETS, relation_key

Fits: TypeAlias = Callable[[Memory, str], bool]
"""Whether this memory answers this question."""

_KIN = ("mum", "mom", "dad", "grandma", "grandpa", "kid")


def _attribute(*names: str) -> Fits:
    return lambda memory, _: memory.attribute in names


def _prefix(prefix: str, *kinds: str) -> Fits:
    def fits(memory: Memory, question: str) -> bool:
        if not memory.attribute.startswith(prefix):
            return False
        what = memory.attribute.removeprefix(prefix).strip()
        beside = content_stems(" ".join([*kinds, memory.subject, *_KIN]))
        named = content_stems(question) - beside
        return not named or bool(content_stems(what) & named)

    return fits


def _name(memory: Memory, question: str) -> bool:
    if memory.kind is MemoryKind.RELATIONSHIP:
        return True
    if memory.subject == ONESELF and not _THEIRS.search(question):
        return memory.attribute == "name"
    return memory.attribute == "children" and _A_NAME.search(memory.text) is not None


_A_NAME = re.compile(r"(?<=[a-z,] )[A-ZÀ-ÖØ-Þ][a-zß-ÿ]")
_THEIRS = re.compile(rf"\b(?:my|our) (?:[a-z]+ )*?(?:{NOUN})\b", re.IGNORECASE)


def _workplace(memory: Memory, _: str) -> bool:
    """Whom they work for, or what as when that says where."""
    if memory.attribute == "occupation":
        return re.search(r" (?:in|at|for) ", memory.value) is not None
    return memory.attribute == "employer"


def _taste(memory: Memory, question: str) -> bool:
    """`What do I like?` asks for all of one sort; `do I like figs?` for one."""
    if memory.attribute.startswith("favourite "):
        return False
    if not memory.attribute.startswith("taste for "):
        return False
    what = content_stems(memory.attribute.removeprefix("taste for "))
    named = content_stems(question) - _LIKING - content_stems(memory.subject)
    if named:
        return bool(what & named)
    is_bad = bool(re.search(r"hate|dislike|n't like|not like|stand", question, re.I))
    return memory.value.startswith("dislikes") == is_bad


_LIKING = content_stems(
    "like likes love loves enjoy hate dislike prefer stand foods food drinks kind kinds"
)


def _favourite(memory: Memory, question: str) -> bool:
    if not memory.attribute.startswith("favourite "):
        return False
    what = content_stems(memory.attribute.removeprefix("favourite "))
    return what <= content_stems(question.lower().replace("color", "colour")) or (
        what <= content_stems(question)
    )


def _plan(memory: Memory, question: str) -> bool:
    if memory.kind is not MemoryKind.PLAN:
        return False
    named = content_stems(question) - _PLANNING
    held = content_stems(f"{memory.text} {memory.attribute}")
    return named <= held


_PLANNING = content_stems("plans planned have doing date day time go travel")


def _pet(memory: Memory, _: str) -> bool:
    return memory.subject.split()[0] in PETS or memory.attribute.rstrip("s") in PETS


_NOUNS = re.compile(rf"\b(?:{NOUN}|children|kids)s?\b", re.IGNORECASE)


def _has(memory: Memory, question: str) -> bool:
    nouns = {
        relation_key(noun)
        for word in _NOUNS.findall(question)
        for noun in (word, word.lower().removesuffix("s"))
    }
    held = memory.attribute.removesuffix("s")
    if memory.kind is MemoryKind.RELATIONSHIP:
        held = memory.subject
    return ("child" if held == "children" else held) in nouns


def _am(memory: Memory, question: str) -> bool:
    """`Am I vegetarian?`"""
    is_of_me = memory.attribute in {"condition", "diet", "occupation"}
    return is_of_me and bool(content_stems(memory.value) & content_stems(question))


def _slot(pattern: str, fits: Fits) -> tuple[re.Pattern[str], Fits]:
    return re.compile(pattern, re.IGNORECASE), fits


SLOTS: tuple[tuple[re.Pattern[str], Fits], ...] = (
    _slot(r"^(?:when|(?:at )?what (?:day|date|time))\b", _plan),
    _slot(
        r"^where\b.*\b(?:going|go|flying|fly|moving|move|travell?ing|heading|staying)\b",
        _plan,
    ),
    _slot(r"^am i\b", _am),
    _slot(r"\bfavou?rite\b", _favourite),
    _slot(
        r"\bwhere\b.*\b(?:live|lives|living|home|based)\b|\bwhich (?:city|town|"
        r"country)\b.*\blive",
        _attribute("home"),
    ),
    _slot(r"\bwhere\b.*\bborn\b", _attribute("birthplace")),
    _slot(
        r"\bwhere\b.*\b(?:from|grow up|grew up)\b", _attribute("origin", "grew up in")
    ),
    _slot(
        r"\bwhere\b.*\bwork|\bwho\b.*\bwork(?:s|ing)? (?:for|at)|\bemployer\b|"
        r"\bcompany\b.*\bwork",
        _workplace,
    ),
    _slot(
        r"\bfor a living\b|\bfor work\b|\b(?:job|occupation|profession)\b|"
        r"^what (?:do|does) (?:i|my [\w ]+) do\??$|\bwork as\b",
        _attribute("occupation", "employer", "job", "profession", "job title"),
    ),
    _slot(r"\bhow old\b|\bmy age\b", _attribute("age", "birthday")),
    _slot(r"\bbirthday\b|\bwhen\b.*\bborn\b|\bdate of birth\b", _attribute("birthday")),
    _slot(
        r"\b(?:name|names|called|named)\b|^who(?:'s| is| are) (?:my|our)\b|"
        r"^who (?:my|our)\b|^who(?:'s| is) [\w'-]+\??$|^who am i\b|\bcall me\b",
        _name,
    ),
    _slot(r"\ballerg", _prefix("allergy to", "allergic allergy allergies food")),
    _slot(
        r"\b(?:languages?)\b.*\bspeak|\bspeak\b",
        _prefix("speaks", "speak languages language"),
    ),
    _slot(r"\bstud(?:y|ying|ies)\b", _attribute("studies", "school")),
    _slot(r"\bmarried\b|\bmarital\b", _attribute("marital status")),
    _slot(r"\bvegetarian|\bvegan|\bdiet\b", _attribute("diet")),
    _slot(r"\bwhat\b.*\b(?:drive|car)\b", _attribute("car")),
    _slot(
        r"\b(?:instruments?|sports?)\b|\bdo i play\b|\bdoes my .*\bplay\b",
        _prefix("plays", "play instrument instruments sport sports"),
    ),
    _slot(r"\bpets?\b", _pet),
    _slot(r"\bdo (?:i|we) (?:have|own)\b|^how many\b.*\b(?:have|got|own)\b", _has),
    _slot(
        r"\b(?:like|likes|love|loves|enjoy|hate|hates|dislike|dislikes|stand)\b", _taste
    ),
    _slot(r"^(?:when|what day|what date)\b|\bplans?\b|\bplanned\b", _plan),
)
