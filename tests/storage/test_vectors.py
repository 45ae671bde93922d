"""Vectors follow what they stand for, and models never meet."""

import numpy as np
import pytest

from assistant.entities.knowledge import DocumentState
from assistant.storage.database import Database
from assistant.storage.vectorindex import VectorIndex, rows_for
from assistant.storage.vectors import VectorKind, VectorSpace
from tests.storage.shelf import (
    SPACE,
    WIDTH,
    Bookshelf,
    a_direction,
    a_document,
    a_passage,
)

OTHER = VectorSpace(VectorKind.PASSAGE, "other")


@pytest.fixture
def shelf(database: Database) -> Bookshelf:
    return Bookshelf(database)


def index(shelf: Bookshelf) -> VectorIndex:
    return VectorIndex(shelf.database, SPACE, width=WIDTH)


def test_a_passage_without_a_vector_is_named_as_it_is_to_be_read(
    shelf: Bookshelf,
) -> None:
    shelf.add(a_document(), "the lamp")
    with shelf.database.transaction():
        bare = a_passage("the walrus", index=1, prefix="")
        numbers = shelf.passages.add_all([a_passage("the gull", index=2), bare])

    missing = shelf.vectors.passages_without("small", limit=9)

    assert [(each.number, each.text) for each in missing] == [
        (numbers[0], "The log\nthe gull"),
        (numbers[1], "the walrus"),
    ]
    assert len(shelf.vectors.passages_without("other", limit=2)) == 2


def test_a_removed_document_is_not_near_anything(shelf: Bookshelf) -> None:
    (lamp,) = shelf.add(a_document("one"), "the lamp")
    (walrus,) = shelf.add(a_document("two"), "the walrus")
    found = index(shelf)
    assert len(found) == 2

    shelf.remove("one")

    near = [near.id for near in found.nearest(a_direction(lamp), k=2)]
    assert near == [walrus]


def test_a_number_that_is_used_again_has_only_its_new_vector(
    shelf: Bookshelf,
) -> None:
    found = index(shelf)
    (old,) = shelf.add(a_document("one"), "the lamp")
    assert len(found) == 1
    shelf.remove("one")

    with shelf.database.transaction():
        shelf.documents.add(a_document("two"))
        (new,) = shelf.passages.add_all([a_passage("the walrus", of="two")])
    bare = found.nearest(a_direction(old), k=2)
    with shelf.database.transaction():
        shelf.vectors.put(SPACE, rows_for([new], np.array([a_direction(77)])))

    assert new == old
    assert bare == []
    (near,) = found.nearest(a_direction(77), k=2)
    assert near.id == new
    assert near.similarity == pytest.approx(1.0, abs=0.01)


def test_vectors_of_nothing_are_counted_and_removed(shelf: Bookshelf) -> None:
    shelf.add(a_document(), "the lamp")
    with shelf.database.transaction():
        lost = VectorSpace(VectorKind.MESSAGE, "small")
        shelf.vectors.put(lost, rows_for([5], np.array([a_direction(5)])))
        shelf.vectors.put(SPACE, rows_for([99], np.array([a_direction(99)])))

    assert shelf.vectors.orphans() == 2
    assert shelf.vectors.remove_orphans() == 2
    assert shelf.vectors.counts() == {SPACE: 1}


def test_each_model_has_vectors_of_its_own(shelf: Bookshelf) -> None:
    numbers = shelf.add(a_document(), "the lamp", "the walrus")
    with shelf.database.transaction():
        shelf.vectors.put(OTHER, rows_for(numbers[:1], np.array([a_direction(50)])))

    assert shelf.vectors.counts() == {SPACE: 2, OTHER: 1}
    assert set(shelf.vectors.halves(OTHER, numbers)) == {numbers[0]}
    shelf.remove("log")
    assert shelf.vectors.counts() == {}


def test_packed_copies_go_with_what_they_held(shelf: Bookshelf) -> None:
    shelf.add(a_document("one"), "the lamp")
    (walrus,) = shelf.add(a_document("two"), "the walrus")
    index(shelf).pack()

    shelf.remove("one")

    assert shelf.vectors.segments(SPACE) == []
    assert [near.id for near in index(shelf).nearest(a_direction(1), k=9)] == [walrus]


def test_vectors_packed_and_not_are_told_apart(shelf: Bookshelf) -> None:
    shelf.add(a_document("one"), "the lamp", "the gull")
    before = shelf.vectors.unpacked(SPACE)
    index(shelf).pack()
    after = shelf.vectors.unpacked(SPACE)

    shelf.add(a_document("two"), "the walrus")

    assert (before, after, shelf.vectors.unpacked(SPACE)) == (2, 0, 1)


def test_what_is_arriving_has_vectors_that_wait_for_it(shelf: Bookshelf) -> None:
    half = a_document("half", state=DocumentState.ARRIVING, written_by="1")
    numbers = shelf.add(half, "the lamp")

    assert set(shelf.vectors.halves(SPACE, numbers)) == set(numbers)
    shelf.remove("half")
    assert shelf.vectors.counts() == {}
