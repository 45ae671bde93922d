"""Questions about what somebody told: which memories answer them.

Pure. `Where do I live?` asks for one attribute of one subject, and only a memory that
is exactly that answers it; another question is answered only by a memory that holds
every word of it that says something.
"""

import re
from collections.abc import Iterable, Sequence

from assistant.entities.memory import ONESELF, Memory, MemoryKind
from assistant.knowledge.words import content_stems
from assistant.memory.questions import is_personal_question, is_question, plain
from assistant.memory.rules.subjects import NOUN, PETS, relation_key
from assistant.memory.slots import SLOTS

_OF_MINE = re.compile(
    rf"\b(?:my|our) (?P<kind>(?:[a-z]+ )*?)(?P<noun>{NOUN})(?:'s)?"
    r"(?: (?P<name>(?-i:[A-Z][\w-]+)))?\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 2
_MEASURES = content_stems("long far big tall often many much high heavy time day date")
_SORTS = {
    "pet": PETS,
    "child": {"son", "daughter", ONESELF},
    "parents": {"mother", "father"},
}
"""What stands for several relations at once; children are told of oneself too."""

_OF_ANY = re.compile(r"\ban? ", re.IGNORECASE)
_UP_TO_ITS_VERB = re.compile(
    r"^(?:the|my|our|this) (?P<what>[\w' -]+?) (?:is|are|was|were|will|has|have|can|"
    r"must|needs?|starts?|begins?|ends?|opens?|closes?|costs?|expires?|lives?|runs?|"
    r"leaves?|stands?|lies?|hangs?|takes?)\b",
    re.IGNORECASE,
)
_A_TIME = re.compile(
    r"\d|\b(?:to(?:day|morrow|night)|noon|midnight|morning|evening|week|month|year|"
    r"day|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|"
    r"june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_A_PLACE = re.compile(
    r"\b(?:in|inside|at|on|under|behind|near|by|next to|above|below|between|beside|"
    r"from|to|with|outside|over)\b",
    re.IGNORECASE,
)
_A_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|"
    r"hundred|thousand|no|none|many|few)\b",
    re.IGNORECASE,
)
_MUST_SAY = (
    (re.compile(r"^(?:when|(?:at )?what time)\b", re.IGNORECASE), _A_TIME),
    (re.compile(r"^where\b", re.IGNORECASE), _A_PLACE),
    (re.compile(r"^how (?:many|much|old|long)\b", re.IGNORECASE), _A_NUMBER),
)
"""What a question asks for, and what its answer cannot be without."""


def answering(question: str, known: Sequence[Memory]) -> list[Memory]:
    """The memories that answer it, the best first; none when none surely does."""
    if not is_question(question):
        return []
    question = plain(question)
    named = people_in(question, known)
    if not named and not is_personal_question(question):
        return _noted(question, known)
    subjects = _subjects(question, named)
    theirs = [memory for memory in known if _is_about(memory, subjects)]
    for pattern, fits in SLOTS:
        if pattern.search(question):
            found = [memory for memory in theirs if fits(memory, question)]
            if found:
                return found
    asked = content_stems(question) - _MEASURES
    return (
        _by_attribute(asked, theirs)
        or _covering(asked, theirs if named else known)
        or _noted(question, known)
    )


def people_in(question: str, known: Iterable[Memory]) -> list[Memory]:
    """Whom of those that the speaker knows it names, in any case of letters.

    A name with another behind it is somebody else's: `Paul McCartney`.
    """
    question = plain(question)
    return [
        memory
        for memory in known
        if memory.kind is MemoryKind.RELATIONSHIP
        and memory.value
        and re.search(
            rf"\b(?i:{re.escape(memory.value)})\b(?! (?-i:[A-ZÀ-ÖØ-Þ]))", question
        )
    ]


def about(what: str, known: Sequence[Memory]) -> list[Memory]:
    """Memories about something that is named: `where I live`, `my job`, `figs`.

    They answer a question for it, or hold all of its telling words.
    """
    asked = plain(what)
    what = re.sub(r"^(?:my|our|the) ", "", asked, flags=re.IGNORECASE)
    named = [m for m in known if m.subject == ONESELF and m.attribute == what.lower()]
    wanted = content_stems(what)
    if named or not wanted:
        return named
    if found := answering(asked, known):
        return found
    return [memory for memory in known if wanted <= _words_of(memory)] or answering(
        f"What is {asked}?", known
    )


def _covering(asked: set[str], known: Sequence[Memory]) -> list[Memory]:
    """Those that hold every telling word, when there are at least two."""
    if len(asked) < _FEWEST_WORDS:
        return []
    return [memory for memory in known if asked <= _words_of(memory)]


def _noted(question: str, known: Iterable[Memory]) -> list[Memory]:
    """What was to be remembered word for word, and says what is asked for.

    `What is a boiler?` asks about any boiler, so no note about one answers it.
    """
    asked = content_stems(question)
    if not asked or _OF_ANY.search(question):
        return []
    return [
        memory
        for memory in known
        if memory.kind is MemoryKind.NOTE
        and asked <= _words_of(memory)
        and (len(asked) >= _FEWEST_WORDS or asked == _what(memory))
        and _says_what_is_asked(question, memory)
    ]


def _what(memory: Memory) -> set[str]:
    """What a note is about: `the spare key` in `The spare key is under the pot`."""
    match = _UP_TO_ITS_VERB.search(memory.text)
    return content_stems(match["what"]) if match else set()


def _says_what_is_asked(question: str, memory: Memory) -> bool:
    return all(
        says.search(memory.text) for asks, says in _MUST_SAY if asks.search(question)
    )


def _words_of(memory: Memory) -> set[str]:
    return content_stems(f"{memory.text} {memory.attribute} {memory.subject}")


def _subjects(question: str, named: Sequence[Memory]) -> set[str]:
    """Keys that may be meant: `sister` stands for every sister."""
    if match := _OF_MINE.search(question):
        relation = relation_key(match["noun"], match["kind"] or "")
        if name := match["name"]:
            return {f"{relation} {name}"}
        return {
            key
            for each in (relation, *_SORTS.get(relation, ()))
            for key in (each, f"{each} *")
        }
    if named:
        return {
            key
            for each in named
            for key in (each.subject, f"{each.subject} {each.value}")
        }
    return {ONESELF}


def _is_about(memory: Memory, subjects: set[str]) -> bool:
    if memory.subject in subjects:
        return True
    relation = " ".join(memory.subject.split()[:-1])
    return f"{relation} *" in subjects


def _by_attribute(asked: set[str], theirs: Sequence[Memory]) -> list[Memory]:
    """`What is my X?`, for any X that was told.

    The last word of it is enough where it fits one: `my anniversary`.
    """
    exactly = [memory for memory in theirs if _asks_for(memory, asked)]
    if exactly:
        return exactly
    shortly = [memory for memory in theirs if _asks_shortly_for(memory, asked)]
    return shortly if len(shortly) == 1 else []


def _asks_for(memory: Memory, asked: set[str]) -> bool:
    stems = content_stems(memory.attribute)
    spoken = content_stems(f"{memory.subject} {memory.text}")
    return bool(stems) and stems <= asked and asked <= stems | spoken


def _asks_shortly_for(memory: Memory, asked: set[str]) -> bool:
    """By the last word of its attribute alone; of a taste that is only its object."""
    last = content_stems(memory.attribute.rpartition(" ")[2])
    return memory.kind is MemoryKind.FACT and bool(last) and asked == last
