"""Terms that no passage holds as they were typed, by the letters they are made of.

Pure. A slip of the fingers is undone by trying every single one; a part of an
identifier is recognised by the runs of three letters that it shares with a word.
"""

import re
from collections.abc import Iterator
from string import ascii_lowercase

_RUN = 3
_SHORTEST_SLIP = 5  # letters; a shorter word is one slip away from too many others
_ALIKE = 0.7
_LONG = 8  # runs; in a shorter term most of them may be shared by chance
_BLANK = re.compile(r"\s+")


def slips_of(term: str) -> list[str]:
    """What may have been meant, one slip away: a letter lost, added, wrong or late.

    None for what holds a digit: another number is another thing.
    """
    if len(term) < _SHORTEST_SLIP or not term.isalpha():
        return []
    return [each for each in dict.fromkeys(_slips(term)) if each != term]


def runs_of(term: str) -> frozenset[str]:
    """The runs of three letters in it, as the trigram index has them."""
    text = term.casefold()
    return frozenset(text[at : at + _RUN] for at in range(len(text) - _RUN + 1))


def least_alike(term: str) -> float:
    """From which likeness on it is worth showing.

    A number must be there whole, and a short term too: its slips are undone.
    """
    is_whole = any(sign.isdigit() for sign in term) or len(runs_of(term)) < _LONG
    return 1.0 if is_whole else _ALIKE


def likeness(term: str, text: str) -> float:
    """Share of the term's runs that the likest single word of the text holds."""
    runs = runs_of(term)
    if not runs:
        return 0.0
    words = set(_BLANK.split(text.casefold()))
    return max(sum(run in word for run in runs) for word in words) / len(runs)


def _slips(term: str) -> Iterator[str]:
    for at in range(len(term) + 1):
        head, tail = term[:at], term[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
