"""`Not Porto, Lisbon` and `I meant Lisbon`: another value for what was just said.

Pure. The message must be that and no more, the old value must be plain to see, and the
new one of its sort; otherwise nothing is corrected, for a wrong value is worse.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.entities.memory import MemoryKind
from assistant.memory.rules.doubts import is_doubtful
from assistant.memory.rules.finding import Finding, Proposal
from assistant.memory.rules.values import is_telling

_LEAD = (
    r"^(?:(?:sorry|oops|no|wait|correction|actually|ah|oh|well|pardon|my mistake)"
    r"[,:.!]* )*"
)
_END = r"[.! ]*$"
_OTHER = r"[^,;:.?!\n]{1,40}?"
_MEANT = re.compile(
    rf"{_LEAD}i (?:meant|mean)(?: to say)? (?P<new>{_OTHER}){_END}", re.I
)
_NOT = re.compile(
    rf"{_LEAD}not (?P<old>{_OTHER})(?:,? but|,? rather|,| -) (?P<new>{_OTHER}){_END}",
    re.I,
)
_INSTEAD = re.compile(rf"{_LEAD}(?P<new>{_OTHER}), not (?P<old>{_OTHER}){_END}", re.I)
_POINTS = re.compile(
    r"(?:the|that|this|these|those|what|which|who|my|your|our|his|her|their|another|"
    r"other|to|for|in|on|at|as|if)\b",
    re.I,
)
_ARTICLE = re.compile(r"^an? (?=\w)", re.I)
_CORRECTED = (MemoryKind.FACT, MemoryKind.PREFERENCE)
_MOST_WORDS = 4


def correction(text: str, said: Sequence[Finding]) -> Proposal | None:
    """The corrected fact; `said` is what the message before told, as sentences."""
    plain = text.strip().replace("\u2019", "'")
    match = _NOT.match(plain) or _INSTEAD.match(plain) or _MEANT.match(plain)
    if match is None or is_doubtful(plain):
        return None
    wrong = _meant(match, said)
    if wrong is None:
        return None
    new = _ARTICLE.sub("", match["new"].strip())
    if not _is_of_a_sort(new, wrong.value):
        return None
    before, _, after = wrong.words.partition(wrong.value)
    finding = replace(wrong, value=new, words=before + new + after)
    return Proposal(
        finding=finding,
        text=finding.words,
        quote=text.strip(),
        start=text.index(text.strip()),
    )


def _meant(match: re.Match[str], said: Sequence[Finding]) -> Finding | None:
    """The one fact that is corrected; None when it might be another one."""
    named = match.groupdict().get("old")
    facts = [
        each for each in said if named is None or _plain(named) == _plain(each.value)
    ]
    if len(facts) != 1 or facts[0].kind not in _CORRECTED:
        return None
    return facts[0] if facts[0].words.count(facts[0].value) == 1 else None


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
