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
_WORD = r"(?!(?:in|for|of|from|with|as|on|to|at|doing|wrong|not|so)\b)[\w'-]+"
_ONLY_THEIRS = re.compile(
    rf"^(?:where|in which city|which city) (?:do i|does my (?:{NOUN})) (?:live|work)\b|"
    rf"^where (?:was|were|is|am) (?:i|my (?:{NOUN})) (?:born|from)\b|"
    rf"^what(?:'s| is) (?:my|our)(?: (?:{NOUN})'s)? "
    r"(?:name|birthday|age|job|address)\b|"
    rf"^when(?:'s| is) (?:my|our)(?: (?:{NOUN})'s)? birthday\b|"
    rf"^how old (?:am i|is (?:my|our) (?:{NOUN}))\b|"
    rf"^what (?:am i|is my (?:{NOUN})) allergic to\b|"
    rf"^what(?:'s| is) (?:my|our) (?:{NOUN}) called\b|"
    rf"^(?:what|who|when|where)(?:'s| is| are| was| were) (?:my|our)(?: {_WORD}){{1,4}}"
    r"\??$|"
    r"^(?:what|which)(?: [\w-]+)? (?:do|did|am|was) i (?:use|play|drive|teach|study|"
    r"speak|eat|drink|take|like|love|hate|dislike|prefer|wear|own)(?:ing)?\b|"
    r"^where did i (?!go wrong)\w+|"
    r"^how (?:tall|heavy) am i\b",
    re.IGNORECASE,
)
_OF_WHAT_WAS_TOLD = re.compile(
    r"^(?:(?:and|so|hey|now|please)[,:]? )*(?:remind me |tell me |do you (?:know|"
    r"remember) )?(?:what|which|who|whose|where|when|how (?:old|tall|heavy|many|much|"
    r"often|long))\b",
    re.IGNORECASE,
)
_OF_WHAT_IS_TO_DO = re.compile(
    r"\b(?:need|ought|must|have to|get to|can|will|if|mean|means|want|say|do about)\b",
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


def asks_what_they_told(text: str) -> bool:
    """Whether something of themselves is asked for, rather than what to do about it."""
    text = plain(text)
    return (
        is_personal_question(text)
        and _OF_WHAT_WAS_TOLD.match(text) is not None
        and not _OF_WHAT_IS_TO_DO.search(text)
    )


def asks_what_only_they_know(text: str) -> bool:
    """Whether nobody but the speaker could have told: a model can only make it up."""
    return is_personal_question(text) and _ONLY_THEIRS.search(plain(text)) is not None


def plain(text: str) -> str:
    """On one line, with the apostrophe of a keyboard."""
    return " ".join(text.replace("\u2019", "'").split())
