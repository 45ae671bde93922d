"""What the front of a GGUF file says: keys, values and the list of tensors.

It knows the format, never what any key means.

Written by hand because start-up pays for it: for the bundled file the `gguf`
package needs 2 s and numpy, this some 20 ms. The header is read, not mapped,
so a file that someone cuts short meanwhile cannot kill the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from struct import Struct
from typing import TypeAlias

from assistant.weights.arrays import LENGTH, Numbers, Strings
from assistant.weights.header import DamagedError, Header, MoreNeededError
from assistant.weights.kinds import TENSOR_KINDS, TensorKind

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_FIRST_READ = 8 << 20  # holds the whole header of most models
_LARGEST_HEADER = 128 << 20
_LONGEST_KEY = 65_535
_SMALLEST_KEY = 13  # an empty name, a type, one byte
_SMALLEST_TENSOR = 24  # an empty name, no dimensions, a type, an offset
_MOST_DIMENSIONS = 4
_MOST_VALUES = 1 << 62  # beyond it the engine cannot count
_ALIGNMENT = 32
_U32 = Struct("<I")
_STRING, _ARRAY = 8, 9
_NUMBERS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}

Value: TypeAlias = str | float | Strings | Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One tensor's place among the data."""

    name: str
    kind: TensorKind
    values: int
    offset: int

    @property
    def size_bytes(self) -> int:
        return self.values // self.kind.values * self.kind.bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All that a header says."""

    keys: Mapping[str, Value]
    tensors: Sequence[Tensor]
    size_bytes: int


def read_layout(path: Path) -> Layout:
    """Read a header. Raises `DamagedError`, or `OSError` when it cannot be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        wanted, held = _FIRST_READ, b""
        while True:
            held += file.read(wanted - len(held))
            try:
                return _layout(Header(held, size))
            except MoreNeededError:
                _refuse_endless(len(held), wanted)
                wanted *= 4


def _refuse_endless(held: int, wanted: int) -> None:
    if held < wanted:
        raise DamagedError("shrank while it was read")
    if wanted >= _LARGEST_HEADER:
        raise DamagedError("is damaged: its header is too large to be a model's")


def _layout(header: Header) -> Layout:
    _check_start(header)
    tensor_count = header.count("tensors", smallest=_SMALLEST_TENSOR)
    key_count = header.count("keys", smallest=_SMALLEST_KEY)
    keys: dict[str, Value] = {}
    for _ in range(key_count):
        name = header.text("a key", _LONGEST_KEY)
        if name in keys:
            raise DamagedError(f"is damaged: it says {name!r} twice")
        keys[name] = _value(header, repr(name))
    tensors = [_tensor(header) for _ in range(tensor_count)]
    _check_tensors(tensors, data=_data_start(header, keys), size=header.size)
    return Layout(keys=keys, tensors=tensors, size_bytes=header.size)


def _check_start(header: Header) -> None:
    if header.size == 0:
        raise DamagedError("is empty")
    magic = header.take(min(len(_MAGIC), header.size), "its start")
    if magic != _MAGIC:
        raise DamagedError(f"is not a GGUF file: it starts with {magic!r}")
    version = header.number(_U32, "the version")
    if version not in _VERSIONS:
        raise DamagedError(f"is GGUF version {version}; versions 2 and 3 are read")


def _value(header: Header, key: str) -> Value:
    kind = header.number(_U32, key)
    if kind == _STRING:
        return header.text(key)
    if kind == _ARRAY:
        return _array(header, key)
    return header.number(Struct("<" + _number_form(kind, key)), key)


def _array(header: Header, key: str) -> Strings | Numbers:
    kind = header.number(_U32, key)
    if kind == _STRING:
        count = header.count(f"values of {key}", smallest=LENGTH.size)
        return header.strings(count, key)
    form = _number_form(kind, key)
    width = Struct("<" + form).size
    count = header.count(f"values of {key}", smallest=width)
    return Numbers(header.take(count * width, key), form, count)


def _number_form(kind: int, key: str) -> str:
    if kind not in _NUMBERS:
        raise DamagedError(f"is damaged: {key} has a value of unknown type {kind}")
    return _NUMBERS[kind]


def _tensor(header: Header) -> Tensor:
    name = header.text("a tensor's name", _LONGEST_KEY)
    what = f"tensor {name!r}"
    dimensions = header.number(_U32, what)
    if dimensions > _MOST_DIMENSIONS:
        raise DamagedError(f"is damaged: {what} has {dimensions:,} dimensions")
    values = prod(header.number(LENGTH, what) for _ in range(dimensions))
    kind = header.number(_U32, what)
    if kind not in TENSOR_KINDS:
        raise DamagedError(f"is damaged or too new: {what} is of unknown type {kind}")
    packing = TENSOR_KINDS[kind]
    if not 0 < values < _MOST_VALUES or values % packing.values:
        raise DamagedError(f"is damaged: {what} claims {values:,} values")
    offset = header.number(LENGTH, what)
    return Tensor(name=name, kind=packing, values=values, offset=offset)


def _data_start(header: Header, keys: Mapping[str, Value]) -> int:
    alignment = keys.get("general.alignment", _ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0:
        raise DamagedError(f"is damaged: its alignment is {alignment!r}")
    return -(-header.at // alignment) * alignment


def _check_tensors(tensors: Sequence[Tensor], *, data: int, size: int) -> None:
    if not tensors:
        raise DamagedError("holds no tensors")
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise DamagedError("is damaged: two of its tensors have one name")
    for tensor in tensors:
        end = data + tensor.offset + tensor.size_bytes
        if end > size:
            raise DamagedError(
                f"is cut short or damaged: tensor {tensor.name!r} ends at byte "
                f"{end:,}, the file at {size:,}"
            )
