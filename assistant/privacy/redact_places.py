"""Finds where somebody can be reached: e-mail addresses, and streets with a number.

A street is recognised in the ways English, German, French, Spanish, Portuguese and
Italian write one; what is only a town or a house's name is not.
"""

import re
from collections.abc import Iterator

_EMAIL = re.compile(
    r"(?<![\w.+%/-])[\w.+%'-]{0,64}\w@(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,8}"
    r"(?P<top>[^\W\d_]{2,24})(?![\w@]|-\w|\.\w)"
)
_SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:(?: dot |\(dot\)|\[dot\])[\w+-]{1,64}){0,4}"
    r"\s?(?:\(at\)|\[at\]|\{at\}|\(@\)|\[@\]| at )\s?"
    r"[\w-]{1,64}(?:\s?(?:\(dot\)|\[dot\]|\{dot\}|\bdot\b)\s?"
    r"(?P<top>[a-z]{2,12})){1,4}\b",
    re.IGNORECASE,
)
_SPELT_TOPS = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "info",
        "io",
        "dev",
        "app",
        "co",
        "uk",
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "nl",
        "be",
        "at",
        "ch",
        "pl",
        "se",
        "dk",
        "no",
        "fi",
        "ie",
        "eu",
        "us",
        "ca",
        "au",
        "nz",
        "br",
        "in",
        "jp",
        "me",
        "biz",
        "example",
    ]
)
_NO_TOP = {
    "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "scss", "js", "ts", "py", "json",
    "service", "target", "timer", "socket", "mount", "local", "internal",
}  # fmt: skip

_WORD = r"[A-ZÀ-Þ][\w'\u2019.-]*"
_NUMBER = r"\d{1,5}(?:[ ]?[A-Za-z](?!\w))?(?:[-/]\d{1,4})?"
_TYPES = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|"
    "Terrace|Ter|Close|Crescent|Cres|Highway|Hwy|Parkway|Pkwy|Place|Pl|Way|Row|Mews|"
    "Grove|Gardens|Alley|Circle|Quay|Hill"
)
_UNIT = r"(?:,? (?:Apt|Apartment|Unit|Suite|Ste|Flat|Floor|#)\.? ?#?\w{1,5})?"
_TOWN = (
    rf"(?:, {_WORD}(?: {_WORD}){{0,2}})?(?:,? [A-Z]{{2}}(?: \d{{5}}(?:-\d{{4}})?)?)?"
)
_POSTCODE = r"(?:,? [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})?"
_ENGLISH = re.compile(
    rf"(?<![\w.,/:-]){_NUMBER} (?:(?:North|South|East|West|[NSEW]\.?) )?"
    rf"(?:(?:{_WORD}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,4}}?(?:{_TYPES})(?!\w)\.?"
    rf"{_UNIT}{_TOWN}{_POSTCODE}"
)
_GERMAN = re.compile(
    r"(?<!\w)(?:[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|"
    r"ufer)|(?:[A-ZÄÖÜ][\w-]*\s)(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Ring))"
    rf" {_NUMBER}(?!\w)(?:, \d{{5}} {_WORD})?"
)
_LITTLE = (
    r"(?:(?:de|da|do|dos|das|du|des|del|della|dei|di|la|le|les|las|los|el|l'|d') ?)*"
)
_KINDS = (
    "Rua|Avenida|Av\\.|Travessa|Largo|Praça|Calle|Plaza|Paseo|Carrer|Via|Viale|Piazza|"
    "Corso|Vicolo"
)
_ROMANCE = re.compile(
    rf"(?<!\w)(?:{_KINDS}) {_LITTLE}{_WORD}(?: {_LITTLE}{_WORD}){{0,3}}"
    rf",? (?:n\.?º? ?)?{_NUMBER}(?!\w)(?:, \d{{4,5}}(?:-\d{{3}})? {_WORD})?"
)
_FRENCH = re.compile(
    rf"(?<![\w.,/:-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|quai|"
    rf"impasse|allée|chemin|cours) {_LITTLE}{_WORD}(?:[ -]{_LITTLE}{_WORD}){{0,3}}"
    rf"(?:, \d{{5}} {_WORD})?",
)
_BOX = re.compile(r"\bP\.? ?O\.? ?Box \d{1,6}\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:chapter|episode|season|level|part|volume|act|track|section|figure|table|no|"
    r"step|version|day|week|round|page|lesson|book|scene|exhibit|slide|rule)\.? $",
    re.IGNORECASE,
)


def find_emails(text: str) -> Iterator[tuple[int, int]]:
    """As they are written, and as they are spelt to hide them."""
    for match in _EMAIL.finditer(text):
        if match["top"].casefold() not in _NO_TOP:
            yield match.span()
    for match in _SPELT.finditer(text):
        if match["top"].casefold() in _SPELT_TOPS:
            yield match.span()


def find_streets(text: str) -> Iterator[tuple[int, int]]:
    """Streets with a number, and boxes at the post."""
    for pattern in (_ENGLISH, _FRENCH):
        for match in pattern.finditer(text):
            if not _COUNTED.search(text[max(0, match.start() - 12) : match.start()]):
                yield match.span()
    for pattern in (_GERMAN, _ROMANCE, _BOX):
        yield from (match.span() for match in pattern.finditer(text))
