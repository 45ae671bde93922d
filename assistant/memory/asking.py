"""Questions about what somebody told of themselves: which memories answer them.

Pure. `Where do I live?` asks for one attribute of one subject, and only a memory that
is exactly that answers it; another question is answered only by a memory that holds
every word of it that says something.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.entities.memory import ONESELF, Memory, MemoryKind
from assistant.knowledge.words import content_stems
from assistant.memory.rules.subjects import NOUN, PETS, relation_key

_PERSONAL = re.compile(r"\b(?:i|i'm|i've|me|my|mine|we|our|us)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:(?:so|and|hey|ok(?:ay)?|well|hearth|please|then|now)[,:]? )*"
    r"(?:what|what's|where|where's|when|when's|who|who's|whose|which|how|do i|"
    r"am i|"
    r"did i|is my|are my|does my|was my|have i|can i|remind me|tell me|do you (?:know|"
    r"remember))\b",
    re.IGNORECASE,
)
_ASKS_FOR_MORE = re.compile(
    r"\b(?:should|could|would|shall|might|why|write|suggest|recommend|help|best|"
    r"how (?:do|"
    r"can|to)|explain|draft|plan (?:me|a)|make|improve|fix|cook|if)\b",
    re.IGNORECASE,
)
_OF_MINE = re.compile(
    rf"\b(?:my|our) (?P<kind>(?:[a-z]+ )*?)(?P<noun>{NOUN})(?:'s)?"
    r"(?: (?P<name>(?-i:[A-Z][\w-]+)))?\b",
    re.IGNORECASE,
)
_ONLY_THEIRS = re.compile(
    rf"^(?:where|in which city|which city) (?:do i|does my (?:{NOUN})) (?:live|work)\b|"
    rf"^where (?:was|were|is|am) (?:i|my (?:{NOUN})) (?:born|from)\b|"
    rf"^what(?:'s| is) (?:my|our)(?: (?:{NOUN})'s)? "
    r"(?:name|birthday|age|job|address)\b|"
    rf"^when(?:'s| is) (?:my|our)(?: (?:{NOUN})'s)? birthday\b|"
    rf"^how old (?:am i|is (?:my|our) (?:{NOUN}))\b|"
    rf"^what (?:am i|is my (?:{NOUN})) allergic to\b|"
    rf"^what(?:'s| is) (?:my|our) (?:{NOUN}) called\b",
    re.IGNORECASE,
)
_LONGEST = 200
_FEWEST_WORDS = 2
_MEASURES = content_stems("long far big tall often many much high heavy")
_KIN = ("mum", "mom", "dad", "grandma", "grandpa", "kid")

_Fits = Callable[[Memory, str], bool]


def is_personal_question(text: str) -> bool:
    """Whether it asks for something that the speaker may have told."""
    is_one_line = "\n" not in text.strip()
    text = _plain(text)
    return bool(
        is_one_line
        and len(text) <= _LONGEST
        and _ASKS.match(text)
        and _PERSONAL.search(text)
        and not _ASKS_FOR_MORE.search(text)
    )


def asks_what_only_they_know(text: str) -> bool:
    """Whether nobody but the speaker could have told: a model can only make it up."""
    return is_personal_question(text) and _ONLY_THEIRS.search(_plain(text)) is not None


def answering(question: str, known: Sequence[Memory]) -> list[Memory]:
    """The memories that answer it, the best first; none when none surely does."""
    if not is_personal_question(question):
        return []
    question = _plain(question)
    subjects = _subjects(question, known)
    theirs = [memory for memory in known if _is_about(memory, subjects)]
    for pattern, fits in _SLOTS:
        if pattern.search(question):
            found = [memory for memory in theirs if fits(memory, question)]
            if found:
                return found
    asked = content_stems(question) - _MEASURES
    return _by_attribute(asked, theirs) or _covering(asked, known)


def _covering(asked: set[str], known: Sequence[Memory]) -> list[Memory]:
    """Those that hold every telling word, when there are at least two."""
    if len(asked) < _FEWEST_WORDS:
        return []
    return [memory for memory in known if asked <= _words_of(memory)]


def about(what: str, known: Sequence[Memory]) -> list[Memory]:
    """Memories about something that is named: all of its telling words are in them."""
    what = re.sub(r"^(?:my|our|the) ", "", _plain(what), flags=re.IGNORECASE)
    named = [m for m in known if m.subject == ONESELF and m.attribute == what.lower()]
    wanted = content_stems(what)
    if named or not wanted:
        return named
    return [memory for memory in known if wanted <= _words_of(memory)]


def _words_of(memory: Memory) -> set[str]:
    return content_stems(f"{memory.text} {memory.attribute} {memory.subject}")


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split())


def _subjects(question: str, known: Iterable[Memory]) -> set[str]:
    """Keys that may be meant: `sister` stands for every sister."""
    if match := _OF_MINE.search(question):
        relation = relation_key(match["noun"], match["kind"] or "")
        name = match["name"]
        return {f"{relation} {name}"} if name else {relation, f"{relation} *"}
    words = set(re.findall(r"[^\W\d_]+", question))
    for memory in known:
        if memory.kind is MemoryKind.RELATIONSHIP and memory.value in words:
            return {f"{memory.subject} {memory.value}", memory.subject}
    return {ONESELF}


def _is_about(memory: Memory, subjects: set[str]) -> bool:
    if memory.subject in subjects:
        return True
    relation = " ".join(memory.subject.split()[:-1])
    return f"{relation} *" in subjects


def _by_attribute(asked: set[str], theirs: Sequence[Memory]) -> list[Memory]:
    """`What is my X?`, for any X that was told."""
    return [
        memory
        for memory in theirs
        if memory.attribute
        and (stems := content_stems(memory.attribute))
        and stems <= asked
        and asked <= stems | content_stems(f"{memory.subject} {memory.text}")
    ]


def _attribute(*names: str) -> _Fits:
    return lambda memory, _: memory.attribute in names


def _prefix(prefix: str, *kinds: str) -> _Fits:
    def fits(memory: Memory, question: str) -> bool:
        if not memory.attribute.startswith(prefix):
            return False
        what = memory.attribute.removeprefix(prefix).strip()
        beside = content_stems(" ".join([*kinds, memory.subject, *_KIN]))
        named = content_stems(question) - beside
        return not named or bool(content_stems(what) & named)

    return fits


def _name(memory: Memory, _: str) -> bool:
    if memory.subject == ONESELF:
        return memory.attribute == "name"
    return memory.kind is MemoryKind.RELATIONSHIP


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
    named = content_stems(question) - content_stems("plans planned have doing date day")
    held = content_stems(f"{memory.text} {memory.attribute}")
    return named <= held


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


def _slot(pattern: str, fits: _Fits) -> tuple[re.Pattern[str], _Fits]:
    return re.compile(pattern, re.IGNORECASE), fits


_SLOTS: tuple[tuple[re.Pattern[str], _Fits], ...] = (
    _slot(r"^(?:when|what day|what date)\b", _plan),
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
        _attribute("employer"),
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
        r"^who am i\b",
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
