"""Documents come back as they were kept, to those alone who may see them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.entities.audience import Audience, Scope
from assistant.entities.ids import DocumentId, UserId
from assistant.entities.knowledge import Document, DocumentState, Notice, NoticeKind
from assistant.errors import NotFoundError, StorageError
from assistant.storage.database import Database
from assistant.storage.documents import Shelf
from tests.storage.building import ME, START, a_user, at, open_file
from tests.storage.shelf import MINE, Bookshelf, a_document, in_server, open_server

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
SCALAR = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXT
DOCUMENTS = st.builds(
    a_document,
    document_id=TEXT.filter(bool),
    collection=TEXT,
    title=TEXT,
    source=TEXT.filter(bool),
    media_type=TEXT,
    size_bytes=st.integers(0, 2**53),
    passage_count=st.integers(0, 2**53),
    embedding_model=st.none() | TEXT,
    state=st.sampled_from([DocumentState.CURRENT, DocumentState.VANISHED]),
    scope=st.sampled_from(Scope),
    notices=st.lists(
        st.builds(Notice, kind=st.sampled_from(NoticeKind), detail=TEXT), max_size=2
    ).map(tuple),
    details=st.dictionaries(TEXT, SCALAR | st.lists(SCALAR, max_size=2), max_size=2),
    updated_at=st.integers(0, 10**6).map(at),
)

SERVERS = ("north", "south")
AUDIENCES = st.builds(
    in_server,
    st.sampled_from(["ana", "ben"]),
    st.sampled_from([None, *SERVERS]),
    is_private=st.booleans(),
)


@contextmanager
def undone(database: Database) -> Iterator[None]:
    """Nothing of it stays, so that the next example begins anew."""
    with suppress(ZeroDivisionError), database.transaction():
        yield
        raise ZeroDivisionError


@pytest.fixture
def shelf(database: Database) -> Bookshelf:
    return Bookshelf(database)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS)
def test_a_document_comes_back_as_it_was(shelf: Bookshelf, document: Document) -> None:
    with undone(shelf.database):
        shelf.documents.add(document)

        assert shelf.documents.get(document.id, ME) == document
        assert shelf.documents.all(ME, limit=9) == [document]


def test_what_may_change_changes_and_nothing_else(shelf: Bookshelf) -> None:
    shelf.add(a_document())
    changed = a_document(
        title="Another", source="/b", passage_count=3, updated_at=at(9), notices=()
    )

    shelf.documents.update(changed)

    assert shelf.documents.get(changed.id, ME) == changed
    with pytest.raises(NotFoundError):
        shelf.documents.update(a_document("unknown"))


def test_the_same_bytes_are_one_document_on_one_shelf(shelf: Bookshelf) -> None:
    document = a_document()
    shelf.add(document)

    assert shelf.documents.with_content(document.sha256, MINE) == document
    elsewhere = Shelf(owner_id=MINE.owner_id, collection="work")
    assert shelf.documents.with_content(document.sha256, elsewhere) is None
    with pytest.raises(StorageError):
        shelf.documents.add(a_document("copy", sha256=document.sha256))


def test_a_beginning_of_an_id_finds_no_more_than_asked_for(shelf: Bookshelf) -> None:
    for name in ("ab1", "ab2", "ab3", "b1"):
        shelf.add(a_document(name))

    found = shelf.documents.starting_with("ab", ME)

    assert [document.id for document in found] == ["ab1", "ab2"]
    assert shelf.documents.starting_with("%", ME) == []


def test_documents_are_listed_with_the_last_changed_first(shelf: Bookshelf) -> None:
    shelf.add(a_document("old"))
    shelf.add(a_document("new", updated_at=at(5), collection="work"))

    listed = [document.id for document in shelf.documents.all(ME, limit=9)]
    of_work = shelf.documents.all(ME, collection="work", limit=9)

    assert listed == ["new", "old"]
    assert [document.id for document in of_work] == ["new"]


def arriving(name: str = "half", *, by: str = "1") -> Document:
    return a_document(name, state=DocumentState.ARRIVING, written_by=by)


def test_a_document_that_is_arriving_is_seen_by_nobody(shelf: Bookshelf) -> None:
    document = arriving()
    shelf.add(document, "The secret word")

    assert shelf.documents.find(document.id, ME) is None
    assert shelf.documents.all(ME, limit=9) == []
    assert shelf.documents.starting_with("h", ME) == []
    assert shelf.documents.with_content(document.sha256, MINE) is None
    assert not shelf.documents.mark_vanished(document.id, at=at(1))
    assert not shelf.documents.mark_current(document.id, at=at(1))


def test_halves_of_dead_writers_are_known(shelf: Bookshelf) -> None:
    shelf.add(arriving("half"))
    shelf.add(arriving("other", by="2"))
    shelf.add(a_document("whole"))

    assert shelf.documents.abandoned(lambda writer: writer == "2") == ["half"]


def test_who_writes_it_is_known_of_no_whole_document(shelf: Bookshelf) -> None:
    with pytest.raises(StorageError):
        shelf.add(a_document(written_by="1"))
    with pytest.raises(StorageError):
        shelf.add(a_document(state=DocumentState.ARRIVING))


def test_a_document_vanishes_and_comes_back(shelf: Bookshelf) -> None:
    document = a_document(updated_at=at(5))
    shelf.add(document)

    news = [
        shelf.documents.mark_vanished(document.id, at=START),
        shelf.documents.mark_vanished(document.id, at=at(7)),
    ]
    gone = shelf.documents.get(document.id, ME)
    shelf.documents.mark_current(document.id, at=at(9))

    assert news == [True, False]
    assert gone.state is DocumentState.VANISHED
    assert gone.updated_at == at(5)  # though the clock went back
    assert shelf.documents.get(document.id, ME).state is DocumentState.CURRENT


def test_a_document_knows_every_place_it_was_found_in(shelf: Bookshelf) -> None:
    document = a_document(source="/a")
    shelf.add(document)
    places = [shelf.found_at(source, document) for source in ("/a", "/b")]

    assert shelf.documents.sources_of(document.id) == places
    assert shelf.documents.find_source("/b", MINE) == places[1]
    assert shelf.documents.find_source("/b", Shelf(owner_id=UserId("ben"))) is None


def test_a_document_names_a_place_where_it_still_is(shelf: Bookshelf) -> None:
    document = a_document(source="/a")
    shelf.add(document)
    for source in ("/a", "/b", "/c"):
        shelf.found_at(source, document)

    shelf.documents.leave_lost_source(document.id)
    unmoved = shelf.documents.get(document.id, ME).source
    shelf.documents.forget_source("/a", MINE)
    shelf.documents.leave_lost_source(document.id)

    assert unmoved == "/a"
    assert shelf.documents.get(document.id, ME).source == "/b"


def test_a_folder_is_not_the_one_whose_name_begins_alike(shelf: Bookshelf) -> None:
    document = a_document()
    shelf.add(document)
    for source in ("/a", "/a/x", "/a/b/y", "/ab", "/A/x", "/%"):
        shelf.found_at(source, document)

    under = [place.source for place in shelf.documents.sources_under("/a", MINE)]

    assert under == ["/a", "/a/b/y", "/a/x"]


def test_the_whole_disk_is_a_folder_too(shelf: Bookshelf) -> None:
    document = a_document()
    shelf.add(document)
    shelf.found_at("/a/x", document)

    under = shelf.documents.sources_under("/", MINE)

    assert [place.source for place in under] == ["/a/x"]


def test_a_removed_document_leaves_no_place_behind(shelf: Bookshelf) -> None:
    document = a_document()
    shelf.add(document)
    shelf.found_at("/a", document)

    shelf.remove(document.id)

    assert shelf.documents.find_source("/a", MINE) is None
    with pytest.raises(NotFoundError):
        shelf.documents.remove(document.id)


def test_the_model_is_named_once_every_passage_has_its_vector(
    shelf: Bookshelf,
) -> None:
    shelf.add(a_document("done"), "one", "two")
    (number,) = shelf.add(a_document("open"), "three")
    shelf.database.execute("DELETE FROM vector WHERE number = :n", {"n": number})

    shelf.documents.note_embedded("small")

    models = {d.id: d.embedding_model for d in shelf.documents.all(ME, limit=9)}
    assert models == {"done": "small", "open": None}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bookshelf]:
    """A document of every owner, place and scope, all saying the same."""
    path: Path = tmp_path_factory.mktemp("world") / "hearth.db"
    shelf = Bookshelf(open_file(path))
    for user in ("ana", "ben"):
        shelf.people.add_user(a_user(user))
    for server in SERVERS:
        open_server(shelf.people, server)
    for user in ("ana", "ben"):
        for server in (None, *SERVERS):
            for scope in Scope:
                name = f"{user} {server} {scope}"
                document = a_document(
                    name,
                    owner_id=user,
                    server_id=server,
                    channel_id=f"{server}-hall" if server else None,
                    scope=scope,
                )
                shelf.add(document, "the secret word")
    yield shelf
    shelf.database.close()


def may_see(audience: Audience, document_id: str) -> bool:
    """The rule itself, spelt out once more."""
    owner, server, scope = document_id.split(" ")
    if audience.place.is_private and audience.user_id == owner:
        return True
    here = audience.place.server_id
    return scope == "public" and here is not None and here == server


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AUDIENCES)
def test_nobody_reads_documents_that_are_not_for_them(
    world: Bookshelf, audience: Audience
) -> None:
    everything = [row["id"] for row in world.database.query("SELECT id FROM document")]
    wanted = {each for each in everything if may_see(audience, each)}

    documents, passages = world.documents, world.passages
    listed = {document.id for document in documents.all(audience, limit=99)}
    found = {each for each in everything if documents.find(each, audience)}
    begun = {each.id for each in documents.starting_with("", audience, limit=99)}
    said = {each for each in everything if passages.of(each, audience)}
    ids = [f"{each}-0" for each in everything]
    by_id = {each.document_id for each in passages.by_id(ids, audience)}

    assert listed == found == begun == said == by_id == wanted
    for each in set(everything) - wanted:
        with pytest.raises(NotFoundError):
            documents.get(DocumentId(each), audience)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AUDIENCES)
def test_nobody_finds_passages_that_are_not_for_them(
    world: Bookshelf, audience: Audience
) -> None:
    rows = world.database.query("SELECT number, document_id FROM passage")
    everything = [row["number"] for row in rows]
    wanted = {r["number"] for r in rows if may_see(audience, r["document_id"])}

    passages = world.passages
    by_number = {each.number for each in passages.by_number(everything, audience)}
    by_words = set(passages.by_words('"secret"', audience, limit=99))
    by_runs = set(passages.by_runs(["sec", "cre"], audience, fewest=2, limit=99))
    visible = passages.visible(audience)

    assert by_number == by_words == by_runs == set(visible or ()) == wanted
