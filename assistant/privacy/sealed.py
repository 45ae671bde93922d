"""Who was forgotten, in a form that only somebody who knows them recognises.

A restored copy must forget the same people again, so the record has to know them when
it meets them; and it may not name them. A slow hash does both: whoever has only the
record would have to try every id there is.
"""

from collections.abc import Iterable
from hashlib import scrypt

_MARK = "sealed:"
_COST = 2**12
_BYTES = 16


def sealed(person: str, *, salt: str) -> str:
    """The same for the same person and salt, and nobody's id."""
    digest = scrypt(
        person.encode(), salt=salt.encode(), n=_COST, r=8, p=1, dklen=_BYTES
    )
    return _MARK + digest.hex()


def recognised(marks: Iterable[str], *, among: Iterable[str], salt: str) -> set[str]:
    """Those people who are meant; a mark that is no seal is a person's own id."""
    wanted = set(marks)
    seals = {mark for mark in wanted if mark.startswith(_MARK)}
    found = wanted - seals
    if seals:
        found |= {each for each in among if sealed(each, salt=salt) in seals}
    return found
