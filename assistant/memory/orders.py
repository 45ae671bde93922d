"""What a person asks of memory itself: remember, forget, or say what you know.

Pure: it reads the words and does nothing. Whoever carries an order out says what
really happened.
"""

import re

from assistant.memory.order import (
    Confirm,
    Forget,
    ForgetAll,
    Order,
    Recount,
    Remember,
    Tell,
)
from assistant.memory.rules.proposing import is_order_to_remember

_POLITE = (
    r"(?:(?:please|ok(?:ay)?|hey|hearth|now|and|also|can you|could you|kindly)[,:]? )*"
)
_FORGET = re.compile(
    rf"^{_POLITE}(?:forget|stop remembering|do not remember|don't remember|"
    r"erase|delete|remove|unlearn)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_THE_LAST = re.compile(
    r"^ (?:that|this|the last (?:one|thing|memory)|what i (?:just )?(?:said|told you))"
    r"(?: again)?(?:,? please)?[.! ]*$",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"^ (?:everything|all)(?: (?:of it|that|you (?:know|remember|have)|about me|"
    r"i(?:'ve| "
    r"have)? (?:said|told you)|your memories|memories|please|remembered))*[.! ]*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^ (?:(?:everything|all|what|anything)(?: that)?(?: (?:you know|you remember|"
    r"i(?:'ve|"
    r" have)? (?:said|told you)))? (?:about|of|on) (?P<a>.+)|"
    r"(?:the (?:thing|memory|fact) )?about (?P<b>.+)|that (?P<c>.+)|"
    r"(?P<d>(?:my|our|where|what|who|when|how|which|i) .+))$",
    re.IGNORECASE | re.DOTALL,
)
_FROM_MEMORY = re.compile(r",? (?:from (?:your )?memory|please)[.! ]*$", re.IGNORECASE)
_KNOW = re.compile(
    r"^(?:so |and |ok(?:ay)?,? |hey,? |hearth,? )*(?:"
    r"what (?:do|did|have|all do) you (?:know|remember(?:ed)?|learn(?:ed|t)?|save[d]?|"
    r"stored?)(?: so far)?(?: (?:about|of|on) (?P<a>me|us|my .+|our .+?))?|"
    r"(?:show|list|tell) (?:me )?(?:all )?(?:your|the|my) memories(?: (?:about|"
    r"of) (?P<b>.+))?|"
    r"(?:tell|show) me (?:what|everything|all) you (?:know|remember)"
    r"(?: (?:about|of) (?P<c>me|us|my .+))?)[?.! ]*$",
    re.IGNORECASE,
)
_WAS_KEPT = re.compile(
    rf"^{_POLITE}(?:did|have) you (?:save|remember|memori[sz]e|store|note|keep|kept)d?"
    r"(?: (?:that|it|this|what i (?:just )?(?:said|told you)))?"
    r"(?: (?P<what>(?:i|i'm|i've|my|we|we're|our|the)\b.+?))?[?.! ]*$",
    re.IGNORECASE,
)
_WAS_CONCLUDED = re.compile(
    rf"^{_POLITE}(?:so )?(?:what (?:have|did) you (?:notice|noticed|conclude|concluded|"
    r"observe|observed|figure out|figured out|worked out)|"
    r"(?:show|tell) me what you(?:'ve| have)? (?:noticed|concluded|observed)|"
    r"(?:show me |what is |what's )?my (?:daily )?digest)"
    r"(?: (?:about|of|in|for) (?:me|us|our (?:talks|conversations)))?"
    r"(?: (?:lately|recently|so far|today|yesterday|this week|for today))?[?.! ]*$",
    re.IGNORECASE,
)
_LONGEST = 300


def order_in(text: str) -> Order | None:
    """What a message asks of memory, when that is all it asks."""
    text = " ".join(text.replace("\u2019", "'").split())
    if len(text) > _LONGEST:
        return Remember() if is_order_to_remember(text) else None
    orders = (read(text) for read in _READINGS)
    return next((order for order in orders if order is not None), None)


def _recounting(text: str) -> Recount | None:
    return Recount() if _WAS_CONCLUDED.match(text) else None


def _telling(text: str) -> Tell | None:
    if known := _KNOW.match(text):
        about = next((part for part in known.groups() if part), "")
        return Tell("" if about.lower() in {"me", "us"} else about.rstrip("?.! "))
    return None


def _confirming(text: str) -> Confirm | None:
    was = _WAS_KEPT.match(text)
    return Confirm(was["what"] or "") if was else None


def _keeping(text: str) -> Remember | None:
    return Remember() if is_order_to_remember(text) else None


def _forgetting(text: str) -> Forget | ForgetAll | None:
    """`Forget it` is what people say; `delete that file` is not for memory."""
    forget = _FORGET.match(text)
    is_plain = re.search(r"\b(?:forget|remember(?:ing)?|unlearn)\b", text, re.I)
    if forget is None or not (is_plain or _FROM_MEMORY.search(forget["rest"])):
        return None
    rest = _FROM_MEMORY.sub("", forget["rest"])
    if _THE_LAST.match(rest):
        return Forget("")
    if _ALL.match(rest):
        return ForgetAll()
    about = _ABOUT.match(rest)
    found = about and next(part for part in about.groups() if part)
    return Forget(found.strip(" .!?")) if found else None


_READINGS = (_telling, _recounting, _confirming, _keeping, _forgetting)
