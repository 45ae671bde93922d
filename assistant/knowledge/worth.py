"""Which hits are worth a person's look, when there is room for few.

Pure. Words that were typed are always a reason; being alike in meaning is one only
for what is nearly as alike as the most alike of its kind.
"""

from collections.abc import Iterable

from assistant.entities.search import Hit, HitKind

_SHARE_OF_NEAREST = 0.85


def worth_showing(hits: Iterable[Hit], *, most: int) -> list[Hit]:
    """The best of each kind, at most so many of each, in their order."""
    every = list(hits)
    shown = {kind: _of_kind(kind, every)[:most] for kind in HitKind}
    return [hit for hit in every if hit in shown[hit.kind]]


def _of_kind(kind: HitKind, hits: Iterable[Hit]) -> list[Hit]:
    those = [hit for hit in hits if hit.kind is kind]
    nearest = max((hit.why.vector_score or 0.0 for hit in those), default=0.0)
    return [
        hit
        for hit in those
        if hit.why.keyword_rank is not None
        or (hit.why.vector_score or 0.0) >= _SHARE_OF_NEAREST * nearest
    ]
