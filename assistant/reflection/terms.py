"""What texts are about, against what is said around them.

Pure. A word tells when it comes up often here and seldom elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from assistant.knowledge.words import stem, words_of

_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word in its commonest form."""

    stem: str
    word: str
    texts: int
    """How many texts hold it."""

    weight: float


def telling(texts: Sequence[str], around: Iterable[str]) -> list[Term]:
    """The most telling first; `around` are the texts it is told against."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    held = _texts_holding(texts, forms)
    others = list(around)
    elsewhere = _texts_holding(others, defaultdict(Counter))
    found = [
        Term(
            stem=each,
            word=commonest(forms[each]),
            texts=count,
            weight=weight(count, elsewhere=elsewhere[each], among=len(others)),
        )
        for each, count in held.items()
    ]
    return sorted(found, key=lambda term: (-term.weight, -term.texts, term.stem))


def weight(count: int, *, elsewhere: int, among: int) -> float:
    """Of a word in so many texts here, and in some of those that are elsewhere."""
    return count * log(1 + (among + 1) / (elsewhere + 1))


def stems_of(text: str) -> dict[str, str]:
    """The words that could tell, by stem, each as it stands there."""
    found: dict[str, str] = {}
    for word in words_of(text):
        for part in word.parts():
            folded = part.folded
            if part.is_stop_word or word.is_stop_word or not folded.isalpha():
                continue
            if len(folded) >= _SHORTEST:
                found.setdefault(stem(folded), part.text)
    return found


def commonest(forms: Counter[str]) -> str:
    """As it is mostly written; of equals the plainer, without a sentence's capital."""
    return min(forms, key=lambda form: (-forms[form], form.swapcase()))


def _texts_holding(
    texts: Iterable[str], forms: dict[str, Counter[str]]
) -> Counter[str]:
    held: Counter[str] = Counter()
    for text in texts:
        for each, word in stems_of(text).items():
            held[each] += 1
            forms[each][word] += 1
    return held
