"""The likeliest of the old character sets, for bytes that are not Unicode.

A guess from the frequency of letters; whoever uses it must say that it is one.
"""

import importlib

_CANDIDATES = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "koi8_r",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
]
_WESTERN = (
    "àâæçéèêëîïôœùûüÿ",
    "äöüßé",
    "áéíñóúüªº",
    "áâãàçéêíóôõúü",
    "àèéìíòóùúî",
    "æøåéó",
    "åäöé",
    "ëïéèöüáó",
    "áðéíóúýþæö",
    "àçèéíïòóúü",
)
"""The letters of each language that Windows-1252 was made for."""

_SAMPLE = 16_384
_FEWEST_HIGH = 12  # below that many letters outside ASCII, frequencies say nothing


def likeliest(head: bytes) -> str | None:
    """A codec's name; None when no candidate reads as a language."""
    sample = head[:_SAMPLE]
    if sum(byte >= 0x80 for byte in sample) < _FEWEST_HIGH:
        return "cp1252"
    if _is_western(sample):
        return "cp1252"
    # Loaded only for the rare file that needs it: it takes 40 ms to import.
    library = importlib.import_module("charset_normalizer")
    best = library.from_bytes(sample, cp_isolation=_CANDIDATES).best()
    return str(best.encoding) if best else None


def _is_western(sample: bytes) -> bool:
    """Whether all its accented letters belong to one western language."""
    text = sample.decode("cp1252", "replace").lower()
    letters = {sign for sign in text if sign > "\x7f" and sign.isalpha()}
    between = any(
        sign > "\xa0" and not sign.isalpha() and left.isalpha() and right.isalpha()
        for left, sign, right in zip(text, text[1:], text[2:], strict=False)
        if sign not in "\u2018\u2019\xb7"
    )
    return not between and any(letters <= set(alphabet) for alphabet in _WESTERN)
