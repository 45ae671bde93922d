"""What a clause says when it is spelt out: `im`, `dont`, and the `I` left unsaid.

Pure. Only the reading changes; what is quoted stays as it was typed. A verb without
its speaker is taken for theirs only where no other reading is likely: an order to
somebody, or what a deed costs, is none.
"""

import re

_SPELT = {
    "im": "I'm",
    "ive": "I've",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "havent": "haven't",
    "hasnt": "hasn't",
    "wont": "won't",
    "gonna": "going to",
    "fav": "favourite",
    "fave": "favourite",
}
_TYPED = re.compile(rf"(?<![\w'])(?:{'|'.join(_SPELT)})(?![\w'])", re.IGNORECASE)
_UNSAID = (
    (
        "I'm",
        r"(?:living|based|working|studying|flying|travell?ing|moving|getting married|"
        r"turning|allergic to|originally from|starting|seeing|visiting|meeting|"
        r"leaving)\b",
    ),
    (
        "I'm",
        r"(?:not )?(?:really |much of )?(?:an? )?(?:big |huge )?fan of (?!th|your)",
    ),
    ("I've", r"(?:just )?been (?:\w+ing|an?)\b|just (?:moved|turned|started)\b"),
    (
        "I",
        r"grew up in\b|(?:moved|relocated) to\b|turned \d|quit my\b|work (?:at|as)\b",
    ),
    ("I", r"(?:can't stand|don't like|don't drink|don't smoke)\b"),
    ("I was", r"born (?:in|on)\b"),
    (
        "my",
        r"(?:mum|mom|mam|dad|grandma|grandpa|granny|gran|nan)"
        r"(?:'s| is| was| has| lives| works| loves| hates)\b",
    ),
    ("I", r"have an? (?=\w+ (?:called|named|allergy)\b)"),
)
_LEFT_OUT = [
    (speaker, re.compile(rf"^(?:{begin})", re.IGNORECASE)) for speaker, begin in _UNSAID
]
_OF_A_DEED = re.compile(
    r"\b(?:is|was|are|were|will|can|costs?|takes?|means?|needs?|seems?|sounds?|looks?|"
    r"feels?|makes?|here|there)\b",
    re.IGNORECASE,
)
"""`Living in Porto is cheap` says nothing of who writes it."""


def spelt_out(clause: str) -> str:
    """The clause as somebody would write it who takes their time."""
    clause = _TYPED.sub(lambda typed: _SPELT[typed.group().lower()], clause)
    for speaker, begin in _LEFT_OUT:
        found = begin.match(clause)
        if found and not _OF_A_DEED.search(clause.split(",")[0], found.end()):
            return f"{speaker} {clause[:1].lower()}{clause[1:]}"
    return clause
