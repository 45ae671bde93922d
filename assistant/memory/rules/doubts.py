"""What keeps a clause from being taken at its word.

A question, a wish, a guess, an if, somebody else's opinion: none of it is a fact about
whoever writes. Better to miss one than to remember what is not so.
"""

import re

_QUESTION = re.compile(
    r"\?|^(?:so |and |but |well,? |then |ok,? |hey,? )*(?:who|what|when|where|why|how|"
    r"which|whose|am|is|are|was|were|do|does|did|can|could|will|would|should|shall|may|"
    r"might|have you|has|had|isn't|aren't|don't|doesn't|didn't|won't|can't you)\b",
    re.I,
)
_UNREAL = re.compile(
    r"\b(?:if|unless|suppose|supposing|assuming|imagine|pretend|hypothetically|maybe|"
    r"perhaps|possibly|probably|apparently|supposedly|allegedly|might|may have|"
    r"could|literally|basically|practically|at this point|made of|"
    r"would|wouldn't|i'd|we'd|should|wish|hope|hoping|hopefully|dream(?:ed|"
    r"t|"
    r"ing)?|thinking (?:of|about)|considering|wondering|whether|as though|what if|"
    r"let's say|say that|guess|not sure|unsure|doubt|almost|nearly|joke|joking|"
    r"kidding|lol|haha+|sarcasm|oh (?:great|joy|good|wonderful|fantastic)|"
    r"seems?|feels? like|in theory|fictional|someday|one day|"
    r"used to|when i was|back when|until recently|formerly|want to|wanted to|need to|"
    r"would've|were to|had i|ought)\b|;-?\)|\U0001f602|\U0001f923|\U0001f609",
    re.I,
)
_OTHERS_WORD = re.compile(
    r"\b(?:says?|said|saying|claims?|claimed|tells?|told|thinks?|thought|believes?|"
    r"believed|insists?|insisted|writes|wrote|asked|asks|assumes?|assumed|swears|"
    r"argues?|argued|reckons?|according to|rumou?r|heard that|i heard|i read|i've read|"
    r"they call|calls me|called me|pretends|the article|the book|the document|the "
    r"text|the e-?mail|the letter|the sign|the label|the message|your (?:answer|reply))"
    r"\b",
    re.I,
)
_SPEAKS_OF_HEARTH = re.compile(r"\b(?:you|you're|your|yours|hearth)\b", re.I)
_NEGATED = re.compile(r"\b(?:not|never|no longer|n't|cannot|neither|nor)\b|n't\b", re.I)
_NO_LONGER = re.compile(
    r"\bno longer\b|\b(?:n't|not)\b.*\bany ?more\b|n't\b.*\bany ?more\b|\bstopped\b|"
    r"\bquit\b",
    re.I,
)


def is_question(sentence: str) -> bool:
    """Whether it asks, also without a question mark."""
    return bool(_QUESTION.search(sentence))


def is_doubtful(clause: str) -> bool:
    """Wished, guessed, imagined, or the word of somebody else."""
    return bool(_UNREAL.search(clause) or _OTHERS_WORD.search(clause))


def is_about_hearth(clause: str) -> bool:
    """Said to or of whoever is spoken to, and so no news of the speaker."""
    return bool(_SPEAKS_OF_HEARTH.search(clause))


def is_negated(clause: str) -> bool:
    return bool(_NEGATED.search(clause))


def is_over(clause: str) -> bool:
    """It was so, and is not any more."""
    return bool(_NO_LONGER.search(clause))
