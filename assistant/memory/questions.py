"""Whether a message asks for something that its writer may have told.

Pure, and knows no memory: only how such questions are put.
"""

import re

from assistant.memory.rules.subjects import NOUN

_PERSONAL = re.compile(r"\b(?:i|i'm|i've|me|my|mine|we|our|us)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:(?:so|and|hey|ok(?:ay)?|well|hearth|please|then|now)[,:]? )*"
    r"(?:what|what's|where|where's|when|when's|who|who's|whose|which|how|do i|"
    r"am i|"
    r"did i|is my|are my|does my|was my|have i|can i|remind me|tell me|do you (?:know|"
    r"remember))\b",
    re.IGNORECASE,
)
_ASKS_FOR_MORE = re.compile(
    r"\b(?:should|could|would|shall|might|why|write|suggest|recommend|help|best|"
    r"how (?:do|"
    r"can|to)|explain|draft|plan (?:me|a)|make|improve|fix|cook|if)\b",
    re.IGNORECASE,
)
_WHAT_I_AM_CALLED = re.compile(r"\bcall me\b", re.IGNORECASE)
_ONLY_THEIRS = re.compile(
    rf"^(?:where|in which city|which city) (?:do i|does my (?:{NOUN})) (?:live|work)\b|"
    rf"^where (?:was|were|is|am) (?:i|my (?:{NOUN})) (?:born|from)\b|"
    rf"^what(?:'s| is) (?:my|our)(?: (?:{NOUN})'s)? "
    r"(?:name|birthday|age|job|address)\b|"
    rf"^when(?:'s| is) (?:my|our)(?: (?:{NOUN})'s)? birthday\b|"
    rf"^how old (?:am i|is (?:my|our) (?:{NOUN}))\b|"
    rf"^what (?:am i|is my (?:{NOUN})) allergic to\b|"
    rf"^what(?:'s| is) (?:my|our) (?:{NOUN}) called\b",
    re.IGNORECASE,
)
_LONGEST = 200


def is_question(text: str) -> bool:
    """Whether it asks for something that can be known, and for no more than that."""
    is_one_line = "\n" not in text.strip()
    text = plain(text)
    return bool(
        is_one_line
        and len(text) <= _LONGEST
        and _ASKS.match(text)
        and (_WHAT_I_AM_CALLED.search(text) or not _ASKS_FOR_MORE.search(text))
    )


def is_personal_question(text: str) -> bool:
    """Whether it asks for something of the speaker."""
    return is_question(text) and _PERSONAL.search(plain(text)) is not None


def asks_what_only_they_know(text: str) -> bool:
    """Whether nobody but the speaker could have told: a model can only make it up."""
    return is_personal_question(text) and _ONLY_THEIRS.search(plain(text)) is not None


def plain(text: str) -> str:
    """On one line, with the apostrophe of a keyboard."""
    return " ".join(text.replace("\u2019", "'").split())
