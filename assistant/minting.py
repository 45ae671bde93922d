"""Fresh ids: ULIDs, which are 48 bits of time and 80 of chance in 26 letters.

They sort by when they were made. Of what they name it knows nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike
_LENGTH = 26
_BITS_A_LETTER = 5
_BYTES_OF_CHANCE = 10


@dataclass(slots=True)
class Minting:
    """Makes ids, each to sort after the one before it. Any thread may ask."""

    milliseconds: Callable[[], int]
    chance: Callable[[int], bytes]
    """So many random bytes."""

    _last: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __call__(self) -> str:
        chance = int.from_bytes(self.chance(_BYTES_OF_CHANCE))
        fresh = self.milliseconds() << 8 * _BYTES_OF_CHANCE | chance
        with self._lock:
            self._last = max(fresh, self._last + 1)
            return _written(self._last)


def _written(number: int) -> str:
    shifts = range((_LENGTH - 1) * _BITS_A_LETTER, -1, -_BITS_A_LETTER)
    return "".join(_LETTERS[number >> shift & 31] for shift in shifts)
