"""The keys of a GGUF header, asked for by name and type.

A key of another type than it should have counts as damage, a missing one does
not, unless it is needed.
"""

from collections.abc import Mapping, Sequence

from assistant.weights.arrays import Numbers, Strings
from assistant.weights.header import DamagedError
from assistant.weights.layout import Value

_LARGEST = 2**31 - 1  # what the engine counts with
_FRACTIONS = "fd"


class Keys:
    """One header's keys."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def text(self, key: str) -> str:
        """A string, empty when the file does not say."""
        value = self._values.get(key, "")
        if not isinstance(value, str):
            raise _wrong(key, value)
        return value

    def find_flag(self, key: str) -> bool | None:
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            raise _wrong(key, value)
        return value

    def find_count(self, key: str) -> int | None:
        """A number the engine can count with."""
        value = self._values.get(key)
        return None if value is None else _count(key, value)

    def find_number(self, key: str) -> int | None:
        """Any whole number, for keys where a wild one means none."""
        value = self._values.get(key)
        return value if isinstance(value, int) else None

    def get_count(self, key: str, *, most: int = _LARGEST) -> int:
        """A number that no model can do without."""
        value = self.find_count(key)
        if not value:
            raise DamagedError(f"does not say {key}")
        if value > most:
            raise _wrong(key, value)
        return value

    def counts(self, key: str, *, layers: int) -> list[int]:
        """A number for each layer, whether they share one or not."""
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, Numbers):
            return [_count(key, value)] * layers
        if len(value) != layers:
            raise _wrong(key, value)
        return [_count(key, number) for number in value]

    def strings(self, key: str) -> Sequence[str]:
        """Strings, none when the file does not say."""
        value = self._values.get(key, ())
        if not isinstance(value, Strings | tuple):
            raise _wrong(key, value)
        return value

    def numbers(self, key: str) -> tuple[int, ...]:
        """Whole numbers, none when the file does not say."""
        value = self._values.get(key, ())
        if isinstance(value, Numbers) and value.form in _FRACTIONS:
            raise _wrong(key, value)
        if not isinstance(value, Numbers | tuple):
            raise _wrong(key, value)
        return tuple(map(int, value))


def _count(key: str, value: Value) -> int:
    if not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise _wrong(key, value)
    return int(value)


def _wrong(key: str, value: object) -> DamagedError:
    said = repr(value)
    return DamagedError(f"is damaged: {key} is {said[:60]}")
