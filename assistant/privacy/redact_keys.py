"""Finds keys and tokens, and links that sign somebody in.

A key is known by how its maker writes it, or because the text calls it one. A bare
hash is no key: they are in every log and harm nobody.
"""

import re
from collections.abc import Iterator

_PRIVATE = re.compile(
    r"-----BEGIN (?P<what>[A-Z ]*PRIVATE KEY)-----.*?(?:-----END (?P=what)-----|\Z)",
    re.DOTALL,
)
_MADE = re.compile(
    r"""(?<![\w-])(?:
        sk-(?:ant-|proj-|or-|live-)?[A-Za-z0-9][\w-]{18,}
      | (?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}
      | gh[pousr]_[A-Za-z0-9]{30,}
      | github_pat_\w{30,}
      | glpat-[\w-]{18,}
      | xox[abeoprs]-[\w-]{12,}
      | (?:AKIA|ASIA)[A-Z0-9]{16}
      | AIza[\w-]{35}
      | ya29\.[\w-]{20,}
      | (?:hf|npm)_[A-Za-z0-9]{30,}
      | pypi-[\w-]{30,}
      | SG\.[\w-]{16,}\.[\w-]{16,}
      | dop_v1_[0-9a-f]{40,}
      | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}
      | [MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}
      | \d{8,10}:AA[\w-]{30,}
    )(?![\w-])""",
    re.VERBOSE,
)
_NAMES = (
    r"(?:api|access|secret|private|auth|client|session|account|encryption|recovery)?"
    r"[ _-]?(?:key|token|secret)|password|passwd|passphrase|passcode|pwd|pin(?: code)?"
)
# `password = x`, `token: x`, `password is x`; a value has no space in it.
_CALLED = re.compile(
    rf"(?<![A-Za-z])(?:{_NAMES})[\"']?\s*(?:[:=]|\bis\b:?)\s*[\"'`]?"
    r"(?P<value>[^\s\"'`,;)]{4,})",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(?:Bearer|Basic)\s+(?P<value>[\w.~+/=-]{16,})", re.IGNORECASE)
_LOGIN = re.compile(r"\b[a-z][a-z0-9+.-]*://(?P<value>[^\s/@:?#]*:[^\s/@]+)@", re.I)
_SIGNED = re.compile(
    r"[?&](?:access_token|api_?key|auth|key|token|sig|signature|password|passwd|code|"
    r"X-Amz-Signature)=(?P<value>[^\s&#\"'<>]{6,})",
    re.IGNORECASE,
)
_TELLING = re.compile(r"[\d\W_]")


def find_keys(text: str) -> Iterator[tuple[int, int]]:
    """Private keys, tokens of known makers, and what is called a key or password."""
    for pattern in (_PRIVATE, _MADE):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _BEARER.finditer(text):
        if _TELLING.search(match["value"]):
            yield match.span("value")
    for match in _CALLED.finditer(text):
        value = match["value"].rstrip(".!?")
        if _looks_chosen(value):
            start = match.start("value")
            yield start, start + len(value)


def find_links(text: str) -> Iterator[tuple[int, int]]:
    """What stands before the @ of a link, and signatures in its query."""
    for pattern in (_LOGIN, _SIGNED):
        yield from (match.span("value") for match in pattern.finditer(text))


def _looks_chosen(value: str) -> bool:
    """Not a word of the language: it has a digit or sign, or capitals within."""
    if value.startswith(("http://", "https://", "$", "<", "{", "os.")):
        return False
    inner = value[1:-1] if len(value) > 1 else value
    has_sign = bool(re.search(r"[^\w.()\[\]-]", value))
    return bool(re.search(r"\d", value)) or has_sign or inner != inner.lower()
