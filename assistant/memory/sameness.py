"""Whether two texts say the same, or contradict each other: without a model.

Pure. Nearness of meaning does not tell a text from its negation or from one with
another number, so words that turn a meaning round are compared as words.
"""

import re
from collections import Counter

from assistant.knowledge.words import Word, content_stems, words_of

_ARTICLES = frozenset(("a", "an", "the", "my", "our", "some"))
_TURNING = """
no not never none nothing nobody neither nor without cannot can't don't doesn't didn't
isn't aren't wasn't weren't won't wouldn't shouldn't couldn't haven't hasn't hadn't
stopped quit
"""
_NEGATIONS = frozenset(_TURNING.split())
_NO_LONGER = re.compile(r"\bused to\b", re.IGNORECASE)
_PAIRS = """
love/hate like/dislike like/hate love/dislike enjoy/hate enjoy/dislike prefer/avoid
always/never early/late morning/evening hot/cold big/small married/divorced
married/single married/separated vegetarian/meat start/stop begin/end open/closed
old/new left/right up/down before/after more/less yes/no true/false can/cannot
with/without cheap/expensive sweet/salty black/white day/night summer/winter buy/sell
accept/refuse north/south east/west happy/sad fast/slow indoor/outdoor public/private
"""
_OPPOSITES = tuple(frozenset(pair.split("/")) for pair in _PAIRS.split())
_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_COUNTED.split())}


def same_value(one: str, other: str) -> bool:
    """Whether two values differ only in how they are written."""
    return normalised(one) == normalised(other)


def normalised(value: str) -> str:
    """Lower case, single blanks, no articles and no stop at the end."""
    words = value.casefold().replace("\u2019", "'").strip(" .,;:!\"'").split()
    while words and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)


def contradicts(one: str, other: str) -> bool:
    """Whether anything in them says that they cannot both be the same statement.

    Numbers, negations, opposites, names and their order: the guards.
    """
    return (
        _numbers(one) != _numbers(other)
        or _is_negated(one) != _is_negated(other)
        or _has_opposites(one, other)
        or _names_differ(one, other)
    )


def turns_roles(one: str, other: str) -> bool:
    """`I lent Ana a ladder` and `Ana lent me a ladder`: both may be so, and are two."""
    return _is_done_to_me(one) != _is_done_to_me(other)


def _is_done_to_me(text: str) -> bool:
    return any(word.folded in ("me", "us") for word in words_of(text))


def _numbers(text: str) -> Counter[str]:
    found = [
        part.text if part.has_digit else _NUMBER_WORDS[part.folded]
        for word in words_of(text)
        for part in word.parts()
        if part.has_digit or part.folded in _NUMBER_WORDS
    ]
    return Counter(found)


def _is_negated(text: str) -> bool:
    """An odd number of words that turn the meaning round."""
    words = [word.folded.replace("\u2019", "'") for word in words_of(text)]
    turns = sum(word in _NEGATIONS for word in words)
    return (turns + len(_NO_LONGER.findall(text))) % 2 == 1


def _has_opposites(one: str, other: str) -> bool:
    left, right = _words_and_stems(one), _words_and_stems(other)
    for pair in _OPPOSITES:
        here, there = pair & left, pair & right
        if here and there and here != there and len(here) == len(there) == 1:
            return True
    return False


def _words_and_stems(text: str) -> set[str]:
    """Words as written and their stems, so that lists of either will do."""
    return {word.folded for word in words_of(text)} | content_stems(text)


def _names_differ(one: str, other: str) -> bool:
    """Each has a name that the other lacks, or the same ones stand in another order."""
    left, right = _names(one), _names(other)
    if set(left) - set(right) and set(right) - set(left):
        return True
    return len(left) > 1 and set(left) == set(right) and left != right


def _names(text: str) -> list[str]:
    """Capitalised words that do not merely begin a sentence."""
    words = words_of(text)
    return [
        word.folded
        for number, word in enumerate(words)
        if word.text[:1].isupper() and number > 0 and not _is_pronoun(word)
    ]


def _is_pronoun(word: Word) -> bool:
    return word.is_stop_word
