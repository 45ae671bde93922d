"""A byte-level vocabulary, from the way GGUF spells it to bytes and ranks.

Such files write each byte as one printable letter, so that a vocabulary is
text. Here they are bytes again, numbered in the order of merging.
"""

from collections.abc import Iterable

_PRINTABLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]

LETTERS = {chr(byte): byte for byte in _PRINTABLE} | {
    chr(256 + place): byte for place, byte in enumerate(_OTHERS)
}
"""Printable bytes stand for themselves, the rest for letters from U+0100 on."""

_NO_LETTER = 0xFFFF
_BYTE_FOR = (
    dict.fromkeys(_OTHERS, _NO_LETTER)
    | {ord(letter): byte for letter, byte in LETTERS.items()}
    | {ord(" "): None}  # parts the two sides of a merge
)


def ranks_of(
    merges: Iterable[str], whole_words: Iterable[str] = ()
) -> dict[bytes, int]:
    """Every byte string the vocabulary can make; the lower rank is made first.

    `whole_words` are taken as they are where a word is nothing else. What is
    not spelled in letters is left out.
    """
    ranks = {bytes([byte]): byte for byte in range(256)}
    for spelled in (*merges, *whole_words):
        try:
            made = spelled.translate(_BYTE_FOR).encode("latin-1")
        except UnicodeEncodeError:
            continue
        if made:
            ranks.setdefault(made, len(ranks))
    return ranks
