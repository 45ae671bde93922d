"""Which texts are embedded together, so that memory stays flat and little is padded.

Pure. A batch is a rectangle as wide as its longest text, and its area is what
the model pays for; so neighbours in length go together, up to an area.
"""

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[int], *, area: int) -> Iterator[list[int]]:
    """Positions of the texts of each batch, longest texts first.

    Longest first shows at once whether the memory suffices. A text larger
    than the area is a batch of its own.
    """
    if area < 1:
        raise ValueError(f"a batch of {area} tokens holds nothing")
    batch: list[int] = []
    widest = 0
    for position in _longest_first(lengths):
        widest = widest or max(1, lengths[position])
        if batch and widest * (len(batch) + 1) > area:
            yield batch
            batch, widest = [], max(1, lengths[position])
        batch.append(position)
    if batch:
        yield batch


def _longest_first(lengths: Sequence[int]) -> list[int]:
    return sorted(range(len(lengths)), key=lambda position: -lengths[position])
