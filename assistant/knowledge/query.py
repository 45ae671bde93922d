"""From a question to the words that a full-text index is asked for.

What a user types never becomes query syntax: each term is quoted, and any of
them may match. An AND of a natural question finds almost nothing.
"""

from dataclasses import dataclass
from typing import Protocol

from assistant.knowledge.words import Word, words_of

MOST_TERMS = 8
"""More cost time and find the same, once it is known which are rare."""

COMMON_SHARE = 0.05
"""A term in more of the rows than this says little and costs most."""

_COMMON_AT_LEAST = 100  # rows; in a small library every word is rare enough
_UNWEIGHED_TERMS = 32
_LONGEST_TERM = 100
_LONGEST_QUESTION = 20_000
_OPENING = " \t\"'\u201c\u2018("


class Frequencies(Protocol):
    """How often terms occur in what will be searched."""

    @property
    def rows(self) -> int:
        """All there are."""

    def of(self, term: str) -> int:
        """Rows that hold the term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordQuery:
    """What is searched for, and what of the question is not."""

    terms: tuple[str, ...]
    """The most telling first, where frequencies are known."""

    common: tuple[str, ...] = ()
    """Left out: they are nearly everywhere."""

    unknown: tuple[str, ...] = ()
    """Left out: they are nowhere. Perhaps a typing error."""

    @property
    def match(self) -> str:
        """For FTS5; empty when there is nothing to ask for."""
        return any_of(self.terms)


def keyword_query(
    question: str, frequencies: Frequencies | None = None
) -> KeywordQuery:
    """Names and numbers, and the rarest of the other telling words."""
    candidates = _candidates(question[:_LONGEST_QUESTION])
    if frequencies is None:
        return KeywordQuery(terms=tuple(candidates)[:_UNWEIGHED_TERMS])
    return _weighed(candidates, frequencies)


def any_of(terms: tuple[str, ...]) -> str:
    """Each quoted, joined by OR."""
    return " OR ".join(_quoted(term) for term in terms)


def _candidates(question: str) -> dict[str, bool]:
    """Terms in the order asked, and whether each is a name or number."""
    words = [word for word in words_of(question) if len(word.text) <= _LONGEST_TERM]
    telling = [word for word in words if not word.is_stop_word or _is_code(word)]
    found: dict[str, bool] = {}
    for word in telling or words:
        for term in _terms_of(word):
            kept = word.has_digit or _is_name(word, question)
            found[term] = found.get(term, False) or kept
    return found


def _terms_of(word: Word) -> list[str]:
    parts = [
        part
        for part in word.parts()
        if not part.is_stop_word and (len(part.text) > 1 or part.has_digit)
    ]
    if len(parts) <= 1:
        return [word.folded]
    if word.has_digit:  # a date, an amount, a version: its parts say nothing alone
        return [word.folded, *(p.folded for p in parts if p.text.isalpha())]
    return [part.folded for part in parts]


def _is_code(word: Word) -> bool:
    """`IT` and `WHO` are not `it` and `who`."""
    return len(word.text) > 1 and word.text.isupper()


def _is_name(word: Word, question: str) -> bool:
    """Capitalised, and not only because a sentence begins with it."""
    if not word.text[0].isupper():
        return False
    before = question[: word.start].rstrip(_OPENING)
    return bool(before) and before[-1] not in ".!?:\n"


def _weighed(candidates: dict[str, bool], frequencies: Frequencies) -> KeywordQuery:
    counts = {term: frequencies.of(term) for term in candidates}
    limit = max(COMMON_SHARE * frequencies.rows, _COMMON_AT_LEAST)
    present = [term for term in candidates if counts[term]]
    telling = [term for term in present if candidates[term] or counts[term] <= limit]
    chosen = sorted(telling or present, key=lambda term: counts[term])[:MOST_TERMS]
    return KeywordQuery(
        terms=tuple(chosen),
        common=tuple(term for term in present if term not in chosen),
        unknown=tuple(term for term in candidates if not counts[term]),
    )


def _quoted(term: str) -> str:
    doubled = term.replace('"', '""')
    return f'"{doubled}"'
