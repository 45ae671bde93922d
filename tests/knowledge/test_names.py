"""Documents and collections are found by what people call them."""

import pytest

from assistant.entities.search import Named
from assistant.errors import NotFoundError, UsageError
from assistant.knowledge.names import collection_named, document_named, offered
from tests.knowledge.building import Papers
from tests.storage.building import ME


@pytest.fixture
def library(papers: Papers):
    papers.write("kettle.md", "# Quillon kettle\n\nDescale it.")
    papers.write("cup.txt", "A cup.")
    papers.write("saucer.txt", "A saucer, not a cup.")
    papers.take_in()
    papers.take_in(str(papers.folder / "cup.txt"), collection="kitchen")
    return papers.library


def titles(found: list[Named]) -> list[str]:
    return [each.title for each in found]


def test_a_document_goes_by_its_title_its_file_and_its_id(library) -> None:
    kettle = document_named(library, "Quillon kettle", ME)

    assert kettle.document_id is not None
    assert document_named(library, "KETTLE.md", ME) == kettle
    assert document_named(library, "quillon", ME) == kettle
    assert document_named(library, kettle.document_id, ME) == kettle


def test_a_name_of_several_documents_is_refused(library) -> None:
    with pytest.raises(UsageError, match="Several documents"):
        document_named(library, "cup", ME)


def test_a_name_of_nothing_is_not_found(library) -> None:
    with pytest.raises(NotFoundError):
        document_named(library, "teapot", ME)
    with pytest.raises(NotFoundError, match="teapot"):
        collection_named(library, "teapot", ME)


def test_a_collection_goes_by_its_name_alone(library) -> None:
    assert collection_named(library, "kitchen", ME).collection == "kitchen"
    with pytest.raises(NotFoundError):
        collection_named(library, "kit", ME)


def test_what_begins_so_is_offered_before_what_only_holds_it(library) -> None:
    assert titles(offered(library, "ki", ME)) == ["kitchen"]
    assert titles(offered(library, "k", ME))[:2] == ["kitchen", "Quillon kettle"]
    assert titles(offered(library, "KETTLE", ME)) == ["Quillon kettle"]
    assert len(offered(library, "", ME)) == 5
    assert len(offered(library, "", ME, limit=2)) == 2
    assert offered(library, "teapot", ME) == []
