"""What a value is, within the words that follow a verb."""

import re
from itertools import takewhile

_JOINING = (
    r"\s[-\u2013\u2014]+\s|\s(?:but|because|since|so|while|which|who|where|although|"
    r"though|"
    r"until|unless|except|when|if|as (?:well|of|you|it)|with (?:my|our|me)|now|"
    r"nowadays|originally|tbh|to be honest|"
    r"these days|currently|at the moment|right now|any ?more|too|actually|by the way|"
    r"btw|please|again|ever since|more than|better than|rather than|"
    r"and (?:I|I'm|I've|I'll|my|we|our|it|it's|he|she|they|that|have|has|am|is|was|are|"
    r"work|works|live|lives|study|studies|love|loves|like|likes|hate|hates|drive|"
    r"drives)|"
    r"for (?:work|good|love|school|"
    r"now|years|ages|a while|(?:\w+ )?(?:years?|months?|weeks?|days?))|"
    r"(?:last|this|next|every) (?:week|month|year|spring|summer|autumn|winter|weekend|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)|yesterday|today|"
    r"(?:in|since) (?:19|20)\d\d|(?:\w+) (?:years?|months?|weeks?|days?) ago)"
    r"(?=\s|$|[,.;!?])"
)
_STOP = r"[;!?()\n]|:(?!\d)|\.(?=\s|$)"
_END = re.compile(rf"{_STOP}|,|{_JOINING}", re.IGNORECASE)
_END_OF_LIST = re.compile(
    rf"{_STOP}|,(?! ?(?:\w+ ?){{1,3}}(?:,|\band\b|$))|{_JOINING}", re.I
)
_LONGEST_WORDS = 10
_EMPTY_WORDS = """
it this that these those them him her you me us one something anything nothing
everything someone anyone there here so how what when where why to be your yours mine
such things stuff
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def value_at(clause: str, start: int, *, is_list: bool = False) -> tuple[str, int]:
    """The words from here to where the value ends, and that place; may be empty."""
    rest = clause[start:]
    ending = _END_OF_LIST if is_list else _END
    end = match.start() if (match := ending.search(rest)) else len(rest)
    value = rest[:end].strip(" \t\"'.")
    return value, start + len(rest[:end].rstrip())


def is_telling(value: str) -> bool:
    """Whether it says anything by itself, in few words."""
    words = value.split()
    if not words or len(words) > _LONGEST_WORDS:
        return False
    return words[0].lower() not in _EMPTY


_SAYS_MORE = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|do|does|did|can|will|would|it's|that's|i'm)\b",
    re.IGNORECASE,
)


def items_of(value: str) -> list[str]:
    """`nuts, figs and dates` are three; what has a verb of its own is none of them."""
    parts = re.split(r"\s*,\s*(?:and |or )?|\s+(?:and|or|&)\s+", value)
    named = [part for part in (each.strip(" .") for each in parts) if part]
    return list(takewhile(lambda part: not _SAYS_MORE.search(part), named))
