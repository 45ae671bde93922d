"""Words of a text, and which of them say something.

English is assumed where stop words and endings are concerned; another language
loses nothing by it but these two.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# A word may hold marks, and joins parts as dates, versions and names do.
_MARKS = (
    r"\u0300-\u036f\u0590-\u05cf\u0610-\u065f\u0900-\u0dff\u0e30-\u0e4e\u20d0-\u20ff"
)
_JOINS = r"[.,:/@'\u2019&+_-]"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|{_JOINS}(?=[^\W_]))*")
_JOIN = re.compile(_JOINS)
_POSSESSIVE = re.compile(r"['\u2019]s$", re.IGNORECASE)

_STOP_WORDS = """
a about above after again against all also although always am among an and any
anyone anything are aren't around as ask at away be became because become been
before being below between both but by came can can't cannot come could couldn't
describe did didn't do does doesn't doing don't done down during each either else
ever every everyone everything explain few find for from further gave get give given
go goes going got had hadn't happen happened has hasn't have haven't having he her
here hers herself him himself his how however i i'd i'll i'm i've if in into is
isn't it it's its itself just kind know let let's like list made make many may me
mean might mine more most much must my myself name neither no nor not nothing now of
off often on once one only onto or other our ours ourselves out over own per perhaps
please quite rather really said same say says see several shall she should shouldn't
show since so some someone something still such take tell than that that's the their
theirs them themselves then there there's these they they're thing things this those
through to too took toward under until up upon us use used very want was wasn't way
we we're well went were weren't what what's whatever when where where's whether
which while who who's whom whose why will with within without won't would wouldn't
yes yet you you're your yours yourself
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


class Word(NamedTuple):
    """A word where it stands; `text` as written."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def folded(self) -> str:
        """For comparing: lower case, without a possessive."""
        return _POSSESSIVE.sub("", unicodedata.normalize("NFKC", self.text)).casefold()

    @property
    def has_digit(self) -> bool:
        return any(character.isdigit() for character in self.text)

    @property
    def is_stop_word(self) -> bool:
        return self.folded.replace("\u2019", "'") in STOP_WORDS

    def parts(self) -> Iterator["Word"]:
        """`rock-garden` is also `rock` and `garden`."""
        start, text = 0, _POSSESSIVE.sub("", self.text)
        for join in [*_JOIN.finditer(text), None]:
            end = join.start() if join else len(text)
            if text[start:end]:
                yield Word(text[start:end], self.start + start)
            start = join.end() if join else end


def words_of(text: str) -> list[Word]:
    """Every word, joined parts together, in order."""
    return [Word(match.group(), match.start()) for match in _WORD.finditer(text)]


def content_stems(text: str) -> set[str]:
    """What the text is about: stems of its words but the stop words."""
    return {
        stem(part.folded)
        for word in words_of(text)
        if not word.is_stop_word
        for part in word.parts()
        if part.folded and not part.is_stop_word
    }


def stem(word: str) -> str:
    """Light: plurals, -ing, -ed and a final e or y; takes folded words."""
    if len(word) < 4 or not word.isalpha():
        return word
    return _without_vowel(_without_ending(_singular(word)))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < 3 or not re.search("[aeiouy]", rest):
            continue
        doubled = rest[-1] == rest[-2] and rest[-1] not in "lsz"
        return rest[:-1] if doubled else rest
    return word


def _without_vowel(word: str) -> str:
    if len(word) > 3 and word.endswith(("e", "y", "i")):
        return word[:-1]
    return word
