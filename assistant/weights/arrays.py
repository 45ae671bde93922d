"""Long lists out of a GGUF file, kept as bytes until somebody looks.

Showing what a model is must not cost unpacking a vocabulary. The bytes are
held, not their place, so a file replaced meanwhile changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from struct import Struct, unpack
from typing import overload

LENGTH = Struct("<Q")  # stands before each string


@dataclass(frozen=True)
class Strings(Sequence[str]):
    """Many strings, each with its length before it."""

    packed: bytes
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._unpacked[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._unpacked)

    def __repr__(self) -> str:
        return f"<{self.size} strings>"

    @cached_property
    def _unpacked(self) -> tuple[str, ...]:
        try:
            return tuple([packed.decode() for packed in self._parts()])
        except UnicodeDecodeError:
            return tuple(
                [packed.decode("utf-8", "replace") for packed in self._parts()]
            )

    def _parts(self) -> Iterator[bytes]:
        packed, length_at, at = self.packed, LENGTH.unpack_from, 0
        for _ in range(self.size):
            start = at + 8
            at = start + length_at(packed, at)[0]
            yield packed[start:at]


@dataclass(frozen=True)
class Numbers(Sequence[float]):
    """Many numbers of one form, as `struct` names it."""

    packed: bytes
    form: str
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[float]: ...
    def __getitem__(self, index: int | slice) -> float | Sequence[float]:
        return self._unpacked[index]

    def __iter__(self) -> Iterator[float]:
        return iter(self._unpacked)

    def __repr__(self) -> str:
        return f"<{self.size} numbers>"

    @cached_property
    def _unpacked(self) -> tuple[float, ...]:
        return unpack(f"<{self.size}{self.form}", self.packed)
