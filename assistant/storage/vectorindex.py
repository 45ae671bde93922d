"""The nearest vectors of one space, from a matrix in memory that keeps itself fresh.

The rows in the file are the truth. The matrix is loaded from packed copies when
there are any, then brought up to date; afterwards only what other connections
changed is read.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

from assistant.storage.database import Database
from assistant.storage.vectors import (
    KeptSegment,
    VectorRow,
    Vectors,
    VectorSpace,
)

if TYPE_CHECKING:
    from assistant.storage import matrix
    from assistant.storage.matrix import Floats, Near, VectorMatrix
else:

    class _WhenNeeded(ModuleType):
        """Imports the matrix with the first vector: numpy costs a start 100 ms."""

        def __getattr__(self, name: str) -> object:
            from assistant.storage import matrix

            return getattr(matrix, name)

    matrix = _WhenNeeded("matrix")

_SMALL = 256
"""So few candidates are ranked in SQL; loading a matrix would take longer."""

_WEIGHED = 20
"""So many of the nearest are in their exact order; each costs a page of the file."""

_ROWS_A_SEGMENT = 32_768


class VectorIndex:
    """Vectors of one kind by one model. Any thread may ask it."""

    def __init__(self, database: Database, space: VectorSpace, *, width: int) -> None:
        self._database = database
        self._vectors = Vectors(database)
        self._space = space
        self._width = width
        self._lock = Lock()
        self._matrix: VectorMatrix | None = None
        self._seq = 0

    def __len__(self) -> int:
        return len(self._fresh())

    def nearest(
        self, query: "Floats", *, k: int, among: Sequence[int] | None = None
    ) -> "list[Near]":
        """The `k` best by cosine, best first; only of `among`, when given.

        Those at the end of many are ordered by their codes alone.
        """
        if among is not None and len(among) <= _SMALL and self._matrix is None:
            rough = self._among(query, among, k=_looked_at(k))
        else:
            rough = self._fresh().nearest(query, k=_looked_at(k), among=among)
        best = rough[: matrix.OVERSAMPLE * min(k, _WEIGHED)]
        return [*self._weighed(query, best), *rough[len(best) :]][:k]

    def _weighed(self, query: "Floats", rough: "list[Near]") -> "list[Near]":
        """The same in the order of their exact vectors."""
        numbers = [near.id for near in rough]
        halves = self._vectors.halves(self._space, numbers)
        kept = [number for number in numbers if number in halves]
        if not kept:
            return []
        exact = matrix.from_halves([halves[number] for number in kept], self._width)
        return matrix.rescored(query, kept, exact, k=len(kept))

    def pack(self) -> None:
        """Keep packed copies, so that the next start is quick.

        Part by part, from the file: it takes no more memory for more vectors.
        """
        with self._database.transaction(durable=False):
            self._vectors.replace_segments(self._space, self._packed())

    def _packed(self) -> Iterator[KeptSegment]:
        seq, last = self._vectors.seq(), -1
        while rows := self._vectors.after(self._space, last, limit=_ROWS_A_SEGMENT):
            last = rows[-1].number
            part = matrix.packed(
                [row.number for row in rows],
                [row.scale for row in rows],
                [row.codes for row in rows],
            )
            yield KeptSegment(seq, part.ids, part.scales, part.codes)

    def _among(self, query: "Floats", among: Sequence[int], *, k: int) -> "list[Near]":
        if not self._database.vectors_available:
            return self._fresh().nearest(query, k=k, among=among)
        codes = matrix.quantised(query[None, :]).codes[0].tobytes()
        found = self._vectors.nearest_among(self._space, among, query=codes, k=k)
        return [matrix.Near(number, similarity) for number, similarity in found]

    def _fresh(self) -> "VectorMatrix":
        """The matrix as the file is now."""
        with self._lock:
            if self._matrix is None:
                self._matrix = self._loaded()
            self._catch_up(self._matrix)
            return self._matrix

    def _loaded(self) -> "VectorMatrix":
        held = matrix.VectorMatrix(self._width)
        segments = self._vectors.segments(self._space)
        held.load(
            [matrix.Segment(part.ids, part.scales, part.codes) for part in segments]
        )
        self._seq = min((part.seq for part in segments), default=0)
        return held

    def _catch_up(self, held: "VectorMatrix") -> None:
        changes = self._vectors.changes(self._space, since=self._seq)
        if changes.gone:
            held.remove(changes.gone)
        if changes.changed:
            rows = changes.changed
            codes = matrix.joined(
                [row.codes for row in rows], [row.scale for row in rows], self._width
            )
            held.put([row.number for row in rows], codes)
        self._seq = changes.seq


def _looked_at(k: int) -> int:
    """Candidates for the `k` nearest: more than `k` where the order may change."""
    return max(k, matrix.OVERSAMPLE * min(k, _WEIGHED))


def rows_for(numbers: Sequence[int], vectors: "Floats") -> list[VectorRow]:
    """Vectors, one per number, as rows for the file."""
    packed = matrix.quantised(vectors)
    halves = matrix.to_halves(vectors)
    return [
        VectorRow(number, float(scale), codes.tobytes(), half)
        for number, scale, codes, half in zip(
            numbers, packed.scales, packed.codes, halves, strict=True
        )
    ]
