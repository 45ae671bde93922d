"""All vectors of one model in memory, as int8: a full scan at memory's speed.

Each vector has a scale of its own; 384 numbers take 388 bytes. That misorders
a few neighbours (2 in 100 of the ten nearest among real passages), so twice as
many as wanted are asked for and `rescored` by the float16 of their rows. It
knows ids and numbers, never the rows they came from or whose they are.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StorageError
from assistant.storage.scan import dots

Floats: TypeAlias = NDArray[np.float32]
Codes: TypeAlias = NDArray[np.int8]
Ids: TypeAlias = NDArray[np.int64]
Dots: TypeAlias = Callable[[Codes, Codes], Floats]

Number = TypeVar("Number", bound=np.generic)

OVERSAMPLE = 2
"""How many times k to ask for when the answer is to be rescored."""

_PEAK = 127
_FIRST_ROOM = 256
_GATHER_BELOW = 0.25  # a smaller share of the rows is copied out and scanned alone
_SPARE = 32  # candidates beyond k that are looked at with the exact query


class Quantised(NamedTuple):
    """Vectors as they are kept: `codes * scales` is nearly what they were."""

    scales: Floats
    codes: Codes


class Near(NamedTuple):
    """One row, and the cosine of its angle to the query."""

    id: int
    similarity: float


class Segment(NamedTuple):
    """Rows packed for the file, little-endian, in no particular order."""

    ids: bytes
    scales: bytes
    codes: bytes


def quantised(vectors: Floats) -> Quantised:
    """One scale per vector, so that a flat vector loses no more than a steep one."""
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds numbers that are none")
    scales = np.abs(vectors).max(axis=1, initial=0).astype(np.float32) / _PEAK
    divisors = np.where(scales > 0, scales, 1)[:, None]
    codes = np.clip(np.rint(vectors / divisors), -_PEAK, _PEAK)
    return Quantised(scales, codes.astype(np.int8))


def rescored(
    query: Floats, ids: Sequence[int], vectors: Floats, *, k: int
) -> list[Near]:
    """The `k` best of a few whose vectors are at hand; equals by id."""
    found = np.asarray(ids, np.int64)
    return _best(found, _products(vectors, query), k)


def to_halves(vectors: Floats) -> list[bytes]:
    """Each vector for its row in the file: float16, little-endian."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def from_halves(rows: Sequence[bytes], width: int) -> Floats:
    """Rows from the file as vectors; one of another width is a StorageError."""
    if any(len(row) != 2 * width for row in rows):
        raise StorageError(f"A stored vector does not have {width} numbers")
    flat = np.frombuffer(b"".join(rows), "<f2")
    return flat.astype(np.float32).reshape(len(rows), width)


def joined(codes: Sequence[bytes], scales: Sequence[float], width: int) -> Quantised:
    """Rows from the file, one after the other."""
    together = np.frombuffer(b"".join(codes), np.int8)
    return Quantised(np.array(scales, np.float32), together.reshape(-1, width))


def packed(
    ids: Sequence[int], scales: Sequence[float], codes: Sequence[bytes]
) -> Segment:
    """The same for a packed copy."""
    return Segment(
        np.array(ids, "<i8").tobytes(),
        np.array(scales, "<f4").tobytes(),
        b"".join(codes),
    )


class VectorMatrix:
    """Rows by id, and the nearest of them. Any thread may use it."""

    def __init__(self, width: int, *, dots: Dots = dots) -> None:
        self.width = width
        self._dots = dots
        self._lock = Lock()
        self._count = 0
        self._ids: Ids = np.empty(0, np.int64)
        self._scales: Floats = np.empty(0, np.float32)
        self._codes: Codes = np.empty((0, width), np.int8)
        self._row_of: dict[int, int] | None = {}

    def __len__(self) -> int:
        return self._count

    def ids(self) -> Ids:
        """Those that have a row, in no particular order."""
        with self._lock:
            return self._ids[: self._count].copy()

    def put(self, ids: Sequence[int], vectors: Quantised) -> None:
        """Add rows, or replace those whose id is known; the last of equals stays."""
        self._check(len(ids), vectors)
        with self._lock:
            row_of = self._rows()
            self._make_room(self._count + sum(each not in row_of for each in ids))
            rows = np.empty(len(ids), np.int64)
            for position, each in enumerate(ids):
                rows[position] = row_of.setdefault(each, len(row_of))
            self._count = len(row_of)
            self._ids[rows] = ids
            self._scales[rows] = vectors.scales
            self._codes[rows] = vectors.codes

    def remove(self, ids: Sequence[int]) -> int:
        """Take rows out; how many there were."""
        with self._lock:
            row_of = self._rows()
            removed = [row_of.pop(each) for each in ids if each in row_of]
            for row in sorted(removed, reverse=True):
                self._fill_gap(row)
            return len(removed)

    def nearest(
        self, query: Floats, *, k: int, among: Sequence[int] | Ids | None = None
    ) -> list[Near]:
        """The `k` best, best first; equals by id. Only rows of `among`, if given."""
        if query.shape != (self.width,):
            raise ValueError(f"a query of shape {query.shape}, not ({self.width},)")
        if k < 1:
            return []
        scales, codes = quantised(query[None, :])
        with self._lock:
            rows = self._chosen(among)
            rough = self._similarities(codes, rows) * scales[0]
            best = _largest(rough, 4 * k + _SPARE)
            rows = best if rows is None else rows[best]
            exact = _products(self._codes[rows], query) * self._scales[rows]
            found = self._ids[rows]
        return _best(found, exact, k)

    def segments(self, rows: int) -> list[Segment]:
        """All of it, packed by so many rows."""
        with self._lock:
            return [
                self._packed(slice(start, min(start + rows, self._count)))
                for start in range(0, self._count, rows)
            ]

    def load(self, segments: Sequence[Segment]) -> None:
        """Replace everything by what was packed; damage is a StorageError."""
        parts = [self._unpacked(segment) for segment in segments]
        empty = self._unpacked(Segment(b"", b"", b""))
        ids, scales, codes = (
            np.concatenate(arrays) for arrays in zip(empty, *parts, strict=True)
        )
        if len(np.unique(ids)) != len(ids):
            raise StorageError("The vectors' segments name a row twice")
        with self._lock:
            self._ids, self._scales, self._codes = ids, scales, codes
            self._count = len(ids)
            self._row_of = None

    def _rows(self) -> dict[int, int]:
        """Made when first needed: a search without changes does without."""
        if self._row_of is None:
            ids = self._ids[: self._count].tolist()
            self._row_of = {each: row for row, each in enumerate(ids)}
        return self._row_of

    def _check(self, count: int, vectors: Quantised) -> None:
        expected = ((count,), (count, self.width))
        if (vectors.scales.shape, vectors.codes.shape) != expected:
            raise ValueError(
                f"{count} ids came with vectors of shape {vectors.codes.shape}"
            )

    def _make_room(self, needed: int) -> None:
        have = len(self._ids)
        if needed <= have:
            return
        room = max(needed, have + have // 2, _FIRST_ROOM)
        self._ids = _longer(self._ids, room)
        self._scales = _longer(self._scales, room)
        self._codes = _longer(self._codes, room)

    def _fill_gap(self, row: int) -> None:
        self._count -= 1
        last = self._count
        if row == last:
            return
        self._ids[row] = self._ids[last]
        self._scales[row] = self._scales[last]
        self._codes[row] = self._codes[last]
        self._rows()[int(self._ids[row])] = row

    def _chosen(self, among: Sequence[int] | Ids | None) -> Ids | None:
        if among is None:
            return None
        wanted = np.asarray(among, np.int64)
        return np.flatnonzero(np.isin(self._ids[: self._count], wanted))

    def _similarities(self, query: Codes, rows: Ids | None) -> Floats:
        count = self._count
        if rows is None:
            return self._dots(self._codes[:count], query) * self._scales[:count]
        if len(rows) < _GATHER_BELOW * count:
            return self._dots(self._codes[rows], query) * self._scales[rows]
        return (self._dots(self._codes[:count], query) * self._scales[:count])[rows]

    def _packed(self, part: slice) -> Segment:
        return Segment(
            self._ids[part].astype("<i8").tobytes(),
            self._scales[part].astype("<f4").tobytes(),
            self._codes[part].tobytes(),
        )

    def _unpacked(self, segment: Segment) -> tuple[Ids, Floats, Codes]:
        count, rest = divmod(len(segment.ids), 8)
        if (
            rest
            or len(segment.scales) != 4 * count
            or len(segment.codes) != self.width * count
        ):
            raise StorageError("A segment of vectors is damaged")
        return (
            np.frombuffer(segment.ids, "<i8").astype(np.int64),
            np.frombuffer(segment.scales, "<f4").astype(np.float32),
            np.frombuffer(segment.codes, np.int8).reshape(count, self.width),
        )


def _products(rows: Floats | Codes, query: Floats) -> Floats:
    """Row by row, so that equal rows are equally near wherever they stand."""
    products: Floats = (rows * query).sum(axis=1, dtype=np.float32)
    return products


def _best(ids: Ids, similarities: Floats, k: int) -> list[Near]:
    order = np.lexsort((ids, -similarities))[:k]
    return [Near(int(ids[place]), float(similarities[place])) for place in order]


def _largest(values: Floats, count: int) -> Ids:
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, -count)[-count:]


def _longer(array: NDArray[Number], room: int) -> NDArray[Number]:
    grown = np.empty((room, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
