"""What a topic comes to, said without a model: counts, quotations and slot facts.

Pure. Every name, figure and quotation stands in the rows it was given.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.entities.reflection import Section, TopicCategory
from assistant.knowledge.sentences import sentences_of
from assistant.reflection.gathering import Material
from assistant.reflection.said import Said
from assistant.reflection.terms import Term, telling

_TERMS = 5
_PEOPLE = 5
_PLANS = 3
_QUESTIONS = 2
_LIKED = 2
_FACTS = 5
_LONGEST_QUOTE = 160
_PLAN = re.compile(
    r"\b(?:i|we)(?:'ll|\u2019ll| will| shall| plan to| want to| have to| need to"
    r"|'m going to|\u2019m going to| am going to|'re going to|\u2019re going to"
    r"| are going to)\b"
    r"|\b(?:remind me|let's|let\u2019s|don't forget|tomorrow|tonight"
    r"|next (?:week|month|year|time)"
    r"|(?:on|by|until|this|next) (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said, and which words it named as telling."""

    text: str
    terms: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """A topic's rows, and what was worked out of them once."""

    material: Material
    terms: Sequence[Term]
    before: frozenset[str] = field(default_factory=frozenset)
    """The telling words of the last time."""

    @property
    def messages(self) -> list[Said]:
        return self.material.messages


def tell(
    material: Material, sections: Sequence[Section], *, before: Iterable[str] = ()
) -> Told:
    """One line for each section that has something to say.

    `before` are the telling words of the last time, to know which are new.
    """
    texts = [each.text for each in material.messages]
    terms = [
        term
        for term in telling(texts, material.around)
        if term.texts > 1 and term.word.casefold() != material.name.casefold()
    ][:_TERMS]
    parts = _Parts(material=material, terms=terms, before=frozenset(before))
    lines = (_SECTIONS[section](parts) for section in sections)
    return Told(
        text="\n".join(line for line in lines if line),
        terms=[term.stem for term in terms],
    )


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = words or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _counts(parts: _Parts) -> str:
    material, messages = parts.material, parts.messages
    if not messages:
        return ""
    name, places = material.name, _places(messages)
    days = _plural(len({each.at.date() for each in messages}), "day")
    count = _plural(len(messages), "message")
    people = len({each.speaker_id for each in messages})
    by = "you" if material.is_ones_own else _people(people)
    match material.topic.category:
        case TopicCategory.USER:
            who = "You" if material.is_ones_own else name
            line = f"{who} wrote {count} on {days}, {places}."
        case TopicCategory.DYAD:
            line = f"{name} exchanged {count} on {days}, {places}."
        case TopicCategory.SUBJECT:
            line = f"\u201c{name}\u201d came up in {count} by {by} on {days}."
        case TopicCategory.CHANNEL | TopicCategory.SERVER:
            line = f"{name}: {count} by {by} on {days}."
    return line


def _by_whom(parts: _Parts) -> str:
    counts = Counter(each.speaker for each in parts.messages)
    if len(counts) <= 1 or len(counts) == len(parts.messages):
        return ""
    most = [f"{name} ({count})" for name, count in counts.most_common(_PEOPLE)]
    return f"Most by {listed(most)}."


def _about(parts: _Parts) -> str:
    words = [term.word for term in parts.terms]
    return f"About {listed(words)}." if words else ""


def _changes(parts: _Parts) -> str:
    fresh = [term.word for term in parts.terms if term.stem not in parts.before]
    lines = []
    if parts.before and fresh:
        lines.append(f"New since the last time: {listed(fresh)}.")
    lines += [
        f"Now: {_quoted(each.text)}; before: {_quoted(each.former)}."
        for each in parts.material.memories
        if each.former
    ]
    return "\n".join(lines)


def _plans(parts: _Parts) -> str:
    quotes = _sentences(parts, parts.messages, _is_plan)
    return f"Ahead: {'; '.join(quotes[:_PLANS])}." if quotes else ""


def _questions(parts: _Parts) -> str:
    """Those that nobody answered directly."""
    answered = {each.reply_to for each in parts.messages}
    unanswered = [each for each in parts.messages if each.source.id not in answered]
    quotes = _sentences(parts, unanswered, _is_question)
    return f"Asked: {'; '.join(quotes[:_QUESTIONS])}." if quotes else ""


def _is_plan(text: str) -> bool:
    return bool(_PLAN.search(text)) and not _is_question(text)


def _is_question(text: str) -> bool:
    return text.rstrip("\"'\u201d\u2019) ").endswith("?")


def _reactions(parts: _Parts) -> str:
    liked = sorted(
        (each for each in parts.messages if each.reactions),
        key=lambda each: (-each.reactions, each.at),
    )[:_LIKED]
    quotes = [
        f"{_quoted(each.text)} ({_by(each, parts)}{_times(each.reactions)})"
        for each in liked
    ]
    return f"Most liked: {'; '.join(quotes)}." if quotes else ""


def _memories(parts: _Parts) -> str:
    known = [_quoted(each.text) for each in parts.material.memories if not each.former]
    return f"Known: {'; '.join(known[-_FACTS:])}." if known else ""


def _sentences(
    parts: _Parts, among: Sequence[Said], is_wanted: Callable[[str], bool]
) -> list[str]:
    """Sentences of the sort, quoted with who said them and when, the newest first."""
    quotes: dict[str, str] = {}
    for each in reversed(among):
        for sentence in sentences_of(each.text):
            text = sentence.text.strip()
            if is_wanted(text):
                by = f"({_by(each, parts)}{each.at:%d %b})"
                quotes.setdefault(text, f"{_quoted(text)} {by}")
    return list(quotes.values())


def _by(said: Said, parts: _Parts) -> str:
    """Nobody needs to be told their own name."""
    is_plain = parts.material.topic.category is TopicCategory.USER
    return "" if is_plain or parts.material.is_ones_own else f"{said.speaker}, "


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) > _LONGEST_QUOTE:
        cut = flat[:_LONGEST_QUOTE]
        flat = f"{cut.rpartition(' ')[0] or cut} \u2026"
    return f"\u201c{flat}\u201d"


def _places(messages: Sequence[Said]) -> str:
    counts = Counter(each.place_id for each in messages)
    names = {each.place_id: each.place for each in messages}
    first, *others = [names[place] for place, _ in counts.most_common()]
    return f"most in {first}" if others else f"in {first}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _times(reactions: int) -> str:
    return _plural(reactions, "reaction")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_SECTIONS: dict[Section, Callable[[_Parts], str]] = {
    Section.COUNTS: _counts,
    Section.PEOPLE: _by_whom,
    Section.ABOUT: _about,
    Section.CHANGES: _changes,
    Section.PLANS: _plans,
    Section.QUESTIONS: _questions,
    Section.REACTIONS: _reactions,
    Section.MEMORIES: _memories,
}
