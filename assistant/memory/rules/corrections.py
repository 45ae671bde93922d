"""`Not Porto, Lisbon`, `I meant Lisbon`: another value for what was just said.

Pure. The message must be that and no more, the old value must be plain to see, and the
new one of its sort; otherwise nothing is corrected, for a wrong value is worse. What
is somebody's name, whoever asks may know.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import TypeAlias

from assistant.entities.memory import MemoryKind
from assistant.memory.rules.dates import Day, first_day
from assistant.memory.rules.doubts import is_doubtful
from assistant.memory.rules.finding import Finding, Proposal
from assistant.memory.rules.values import is_telling

IsAName: TypeAlias = Callable[[str], bool | None]
"""Whether a word is what somebody is called; None where it might be either."""

_SORRY = (
    r"sorry|oops|no|nope|wait|hang on|correction|actually|ah|oh|well|pardon|typo|argh|"
    r"scratch that|strike that|my (?:mistake|bad)"
)
_LEAD = rf"^(?:(?:{_SORRY})[,:.!]* )*"
_TAKES_BACK = re.compile(rf"^(?:(?:{_SORRY}|i meant?)\b[,:.!]* *)+(?=\S)", re.I)
_END = r"(?: actually| instead| rather| sorry)?[.! ]*$"
_OTHER = r"[^,;:.?!\n]{1,40}?"
_MEANT = re.compile(
    rf"{_LEAD}i (?:meant|mean)(?: to say)? (?P<new>{_OTHER}){_END}", re.I
)
_NOT = re.compile(
    rf"{_LEAD}not (?P<old>{_OTHER})(?:,? but|,? rather|,| -) (?P<new>{_OTHER}){_END}",
    re.I,
)
_INSTEAD = re.compile(rf"{_LEAD}(?P<new>{_OTHER}),? not (?P<old>{_OTHER}){_END}", re.I)
_IT_IS = re.compile(
    rf"{_LEAD}(?:it's|it is|that's|that is|make (?:that|it)|it should be) "
    rf"(?P<new>{_OTHER}){_END}",
    re.I,
)
_POINTS = re.compile(
    r"(?:the|that|this|these|those|what|which|who|my|your|our|his|her|their|another|"
    r"other|to|for|in|on|at|as|if|not|so|too|very|really|just|about|all|how|ok|okay|"
    r"fine|true|right|wrong|correct|good|great|bad)\b",
    re.I,
)
_ARTICLE = re.compile(r"^(?:an? |on |in )(?=\w)", re.I)
_HEAD = re.compile(r"^(?:(?:dis)?likes|plays(?: the)?|does not \w+|not|no) ", re.I)
_DAY_SET = re.compile(r" \(\d{4}-\d{2}(?:-\d{2})?\)|^\d{4}-\d{2}(?:-\d{2})?$")
_CORRECTED = (MemoryKind.FACT, MemoryKind.PREFERENCE, MemoryKind.RELATIONSHIP)
_MOST_WORDS = 4
_SPELT_ALIKE = 0.6
"""`Anna` for `Ana` is 0.86, `Braga` for `Porto` 0.2: other names lie far below."""


def correction(
    text: str,
    said: Sequence[Finding],
    *,
    said_on: date,
    is_a_name: IsAName | None = None,
) -> list[Proposal]:
    """The corrected facts; `said` is what the message before told, as sentences."""
    plain = text.strip().replace("\u2019", "'")
    match = _matched(plain)
    if match is None or is_doubtful(plain):
        return []
    new = _ARTICLE.sub("", match["new"].strip())
    named = match.groupdict().get("old")
    day = first_day(match["new"], said_on=said_on)
    if day is not None and named is None and day.words.strip() == match["new"].strip():
        return [*_told(text, _another_day(said, day))]
    wrong = _meant(new, named, said=said, is_a_name=is_a_name)
    return [] if wrong is None else [*_told(text, _put_right(wrong, new, said))]


def put_in_place(
    text: str, proposals: Sequence[Proposal], said: Sequence[Finding]
) -> list[Proposal]:
    """`No, my sister is called Hanna`: a name said anew, in the last one's place."""
    plain = text.strip().replace("\u2019", "'")
    if not _TAKES_BACK.match(plain):
        return [*proposals]
    return [_instead(proposal, said) for proposal in proposals]


def _instead(proposal: Proposal, said: Sequence[Finding]) -> Proposal:
    new = proposal.finding
    before = [
        each
        for each in said
        if each.kind is new.kind is MemoryKind.RELATIONSHIP
        and each.subject == new.subject
        and each.value != new.value
    ]
    return replace(proposal, instead_of=before[0]) if len(before) == 1 else proposal


def _matched(plain: str) -> re.Match[str] | None:
    """`It's great` corrects nothing; `no wait, it's a Polo` does."""
    found = _NOT.match(plain) or _INSTEAD.match(plain) or _MEANT.match(plain)
    if found is not None:
        return found
    found = _IT_IS.match(plain)
    says_so = re.search(rf"^(?:{_SORRY})\b|\b(?:actually|sorry)\W*$", plain, re.I)
    return found if says_so else None


def _told(
    text: str, corrected: Iterator[tuple[Finding, Finding]]
) -> Iterator[Proposal]:
    quote = text.strip()
    for finding, wrong in corrected:
        yield Proposal(
            finding=finding,
            text=finding.words,
            quote=quote,
            start=text.index(quote),
            instead_of=wrong,
        )


def _another_day(
    said: Sequence[Finding], day: Day
) -> Iterator[tuple[Finding, Finding]]:
    """The day of the one plan that was just told of."""
    plans = [each for each in said if each.kind is MemoryKind.PLAN]
    if len(plans) != 1 or not _DAY_SET.search(plans[0].value):
        return
    wrong = plans[0]
    is_whole = _DAY_SET.fullmatch(wrong.value)
    value = day.label if is_whole else _DAY_SET.sub(f" ({day.label})", wrong.value)
    if value == wrong.value:
        return
    words = f"{_without_day(wrong.words)} on {day.words} ({day.label})"
    right = replace(wrong, value=value, words=words, until=day.end)
    yield right, wrong


def _without_day(words: str) -> str:
    """`The exam is on Tuesday (2026-11-24)` is to be on another day."""
    return re.sub(r"(?: on| at| in)?(?: next| this)? \S+ \(\d{4}-[\d-]+\)", "", words)


def _put_right(
    wrong: Finding, new: str, said: Sequence[Finding]
) -> Iterator[tuple[Finding, Finding]]:
    """The fact with its new value; what was said of a misnamed person moves along."""
    old = _bare(wrong.value)
    attribute = wrong.attribute
    if attribute.lower().endswith(f" {old.lower()}"):
        lowers = attribute == attribute.lower()
        attribute = attribute[: -len(old)] + (new.lower() if lowers else new)
    right = replace(
        wrong,
        attribute=attribute,
        value=wrong.value.replace(old, new),
        words=wrong.words.replace(old, new),
    )
    yield right, wrong
    if wrong.kind is not MemoryKind.RELATIONSHIP:
        return
    for other in said:
        if other.subject == f"{wrong.subject} {old}":
            moved = replace(
                other,
                subject=f"{wrong.subject} {new}",
                words=other.words.replace(old, new),
            )
            yield moved, other


def _meant(
    new: str, named: str | None, *, said: Sequence[Finding], is_a_name: IsAName | None
) -> Finding | None:
    """The one fact that is corrected; None when it might be another one."""
    facts = [
        each
        for each in said
        if each.kind in _CORRECTED
        and each.words.count(_bare(each.value)) == 1
        and (named is None or _plain(named) == _plain(_bare(each.value)))
        and _is_of_a_sort(new, _bare(each.value))
    ]
    if len(facts) < 2:
        return facts[0] if facts else None
    values = [_bare(each.value) for each in facts]
    alike = [
        fact
        for fact, value in zip(facts, values, strict=True)
        if SequenceMatcher(None, value.lower(), new.lower()).ratio() >= _SPELT_ALIKE
    ]
    if len(alike) == 1:
        return alike[0]
    return (
        None
        if alike or is_a_name is None
        else _by_sort(facts, is_a_name=is_a_name(new))
    )


def _by_sort(facts: Sequence[Finding], *, is_a_name: bool | None) -> Finding | None:
    """The one that names somebody, or the one that does not; None for any more."""
    if is_a_name is None:
        return None
    fitting = [
        each for each in facts if (each.kind is MemoryKind.RELATIONSHIP) == is_a_name
    ]
    return fitting[0] if len(fitting) == 1 else None


def _bare(value: str) -> str:
    """`likes olives` is about olives."""
    return _HEAD.sub("", value)


def _plain(value: str) -> str:
    return _ARTICLE.sub("", value.strip()).casefold()


def _is_of_a_sort(new: str, old: str) -> bool:
    """A name for a name, a number for a number, a few words for a few."""
    if not is_telling(new) or len(new.split()) > _MOST_WORDS or _POINTS.match(new):
        return False
    if _plain(new) == _plain(old):
        return False
    if old[:1].isupper() and not new[:1].isupper():
        return False
    return bool(re.search(r"\d", old)) == bool(re.search(r"\d", new))
