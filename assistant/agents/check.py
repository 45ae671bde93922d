"""Checking: what the model wrote against what was asked of it.

Pure: it reads the answer and says what is wrong, and changes nothing.
"""

import re
from collections.abc import Mapping

_SAVED = re.compile(
    r"\bI(?:'ve|'ll| have| will| am going to|'m going to)?"
    r"(?: now| just| also| already| always| definitely| certainly| gladly)*"
    r" (?:saved|stored|noted|recorded|memori[sz]ed|remembered|made a note|"
    r"save|store|note|record|memori[sz]e|remember|make a note|updated my (?:memory|"
    r"notes|records)|added (?:this|that|it) to)"
    r"(?= (?:that|this|it|down|your|you|the|for|of|all|everything|in|to|my)\b|[.,!]|$)|"
    r"\bI(?:'ve|'ll| have| will)?(?: also)? (?:keep|kept|bear) (?:that|this|"
    r"it) in mind|"
    r"\b(?:it is|it's|that is|that's|this is|your \w+ (?:is|has been|have been)|"
    r"has been|"
    r"have been) (?:now )?(?:saved|stored|noted|recorded|remembered)\b|"
    r"^(?:Noted|Saved|Remembered|Got it, saved)\b",
    re.IGNORECASE,
)
_NOT_SAVED = re.compile(
    r"\b(?:can't|cannot|can not|don't|do not|won't|will not|unable|never|not able)\b",
    re.IGNORECASE,
)

_FORGOT = re.compile(
    r"\bI(?:'ve|'ll| have| will| am going to|'m going to)?"
    r"(?: now| just| also| already)*"
    r" (?:forgotten|forget|deleted?|erased?|removed?|wiped?|unlearn(?:ed|t)?)"
    r" (?:that|this|it|your|you|everything|all|any|the)\b|"
    r"\b(?:is|are|has been|have been) (?:now )?"
    r"(?:forgotten|deleted|erased|removed|wiped)\b|"
    r"^(?:Forgotten|Deleted|Erased|Removed|Consider it (?:forgotten|done))\b",
    re.IGNORECASE,
)
_ASKED_TO_FORGET = re.compile(
    r"\b(?:forget|unlearn|(?:delete|erase|remove|wipe)\b.*\b(?:my|me|about|memory|"
    r"memories|know|told|said))\b",
    re.IGNORECASE | re.DOTALL,
)

MEETING_ATTEMPTS = 3
"""Answers tried before a schema is given up."""


def claims_to_save(answer: str) -> bool:
    """Whether any sentence says that something was, or will be, remembered."""
    return _claims(_SAVED, answer)


def claims_to_forget(answer: str, *, asked: str) -> bool:
    """Whether it says that something was forgotten, to somebody who asked for it."""
    return bool(_ASKED_TO_FORGET.search(asked)) and _claims(_FORGOT, answer)


def _claims(claim: re.Pattern[str], answer: str) -> bool:
    sentences = re.split(r"(?<=[.!?])\s+|\n+", answer.replace("\u2019", "'"))
    return any(
        claim.search(sentence) and not _NOT_SAVED.search(sentence)
        for sentence in sentences
    )


def meets_schema(answer: str, schema: Mapping[str, object]) -> bool:
    """Whether the answer is JSON that the schema allows."""
    from assistant.llm.grammar import answer_meets

    return answer_meets(schema, answer)
