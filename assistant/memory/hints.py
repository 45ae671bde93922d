"""Whether a text is worth a closer look: one glance, before anything else is loaded.

Pure. Reading statements takes many patterns, which cost a start some 30 ms; most
questions need none of them. A glance may say yes in vain, and never no in vain.
"""

import re

_OF_ONESELF = re.compile(
    r"\b(?:i|my|we|our|me|remember|memori[sz]e|forget|note|mind|save|reference|record|"
    r"memory)\b",
    re.IGNORECASE,
)
_SPEAKER_UNSAID = re.compile(
    r"\d|\b(?:im|ive|dont|cant|don't|can't|allergic|based|been|born|dad|fan|flying|"
    r"getting|gran\w*|grew|have|just|leaving|living|mam|meeting|mom|moved|moving|mum|"
    r"nan|originally|quit|relocated|seeing|starting|studying|travell?ing|turned|"
    r"turning|visiting|work|working|today|tonight|tomorrow|days?|weeks?|weekend|"
    r"months?|years?|\w{3,6}day|mon|tues?|wed|weds|thurs?|fri|sat|sun|january|february|"
    r"march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
"""`Flying to Oslo on Friday`, `exam tomorrow`: said of oneself, without an I."""

_TO_MEMORY = re.compile(
    r"\b(?:remember\w*|forget|unlearn|memory|memories|memori[sz]\w+|know|note|mind|"
    r"save|"
    r"reference|record|notice|digest|(?:have|did) you|"
    r"you (?:learn\w*|saved?|stored?))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:what|where|when|who|whose|which|how|do|did|am|is|are|does|was|have|can|"
    r"remind|tell)\b",
    re.IGNORECASE,
)
_A_NAME = re.compile(r"\b[^\W\d_a-z][\w-]+")
_CORRECTS = re.compile(
    r"\b(?:not|no|i meant?|it'?s|it is|that'?s|make (?:it|that)|actually|wait|sorry|"
    r"correction)\b",
    re.IGNORECASE,
)
_LONGEST_CORRECTION = 100
_LONGEST_READ = 6000
"""Characters; what comes after was hardly typed."""


def read_of(text: str) -> str:
    """The part that is looked at."""
    return text[:_LONGEST_READ]


def may_tell(text: str) -> bool:
    """Whether it may say something of its writer."""
    return _OF_ONESELF.search(read_of(text)) is not None


def may_state(text: str) -> bool:
    """The same, when there is time to read also what leaves its writer unsaid."""
    text = read_of(text).replace("\u2019", "'")
    return may_tell(text) or _SPEAKER_UNSAID.search(text) is not None


def names_in(text: str) -> set[str]:
    """Every word of it that may be a name."""
    return set(_A_NAME.findall(read_of(text)))


def may_correct(text: str) -> bool:
    """Whether it may say that something was not as it was just told."""
    return len(text) <= _LONGEST_CORRECTION and _CORRECTS.search(text) is not None


def may_ask(text: str) -> bool:
    """Whether it may ask for something that was told."""
    return _ASKS.search(text) is not None


def may_order(text: str) -> bool:
    """Whether it may ask something of memory."""
    return _TO_MEMORY.search(read_of(text)) is not None
