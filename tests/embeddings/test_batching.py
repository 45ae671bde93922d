"""Batches: a rearrangement that keeps memory flat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embeddings.batching import batches

lengths = st.lists(st.integers(0, 600), max_size=200)
areas = st.integers(1, 2000)


@given(lengths, areas)
def test_every_text_is_in_exactly_one_batch(sizes: list[int], area: int) -> None:
    placed = [position for batch in batches(sizes, area=area) for position in batch]

    assert sorted(placed) == list(range(len(sizes)))


@given(lengths, areas)
def test_no_batch_of_several_is_larger_than_the_area(
    sizes: list[int], area: int
) -> None:
    for batch in batches(sizes, area=area):
        widest = max(sizes[position] for position in batch)
        assert len(batch) == 1 or widest * len(batch) <= area


@given(lengths, areas)
def test_the_longest_texts_come_first(sizes: list[int], area: int) -> None:
    placed = [sizes[place] for batch in batches(sizes, area=area) for place in batch]

    assert placed == sorted(sizes, reverse=True)


@given(lengths, areas)
def test_no_batch_could_have_held_the_next_ones_first_text(
    sizes: list[int], area: int
) -> None:
    made = list(batches(sizes, area=area))

    for batch in made[:-1]:
        widest = max(1, sizes[batch[0]])
        assert widest * (len(batch) + 1) > area


def test_padding_stays_small_when_lengths_vary() -> None:
    sizes = [10, 400, 12, 390, 11, 14, 380, 9] * 20

    padded = sum(
        len(batch) * max(sizes[place] for place in batch)
        for batch in batches(sizes, area=512)
    )

    assert padded < 1.05 * sum(sizes)


def test_an_area_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        list(batches([1], area=0))
