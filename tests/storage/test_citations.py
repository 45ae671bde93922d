"""What an answer quoted stays with it, as long as the document does."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.entities.audience import Scope
from assistant.entities.citation import Citation
from assistant.entities.conversation import Message
from assistant.entities.ids import DocumentId, PassageId
from assistant.errors import StorageError
from assistant.storage.database import Database
from tests.storage.building import ME, Talk, a_user
from tests.storage.shelf import Bookshelf, a_document, in_server, open_server
from tests.storage.test_documents import undone

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
CITATIONS = st.builds(
    Citation,
    number=st.integers(1, 2**53),
    passage_id=st.just(PassageId("log-0")),
    document_id=st.just(DocumentId("log")),
    title=TEXT,
    location=TEXT,
    quote=TEXT.filter(str.strip),
    is_replacement=st.booleans(),
)


def a_citation(
    number: int = 1, *, of: str = "log", quote: str = "the lamp"
) -> Citation:
    return Citation(
        number=number,
        passage_id=PassageId(f"{of}-0"),
        document_id=DocumentId(of),
        title="The log",
        location="page 2",
        quote=quote,
    )


@pytest.fixture
def shelf(database: Database) -> Bookshelf:
    shelf = Bookshelf(database)
    shelf.add(a_document(), "the lamp")
    shelf.add(a_document("other"), "the walrus")
    return shelf


@pytest.fixture
def answer(shelf: Bookshelf) -> Message:
    talk = Talk(shelf.database)
    return talk.finish(talk.start_reply(talk.say("What was lit?")), "the lamp [1]")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CITATIONS, max_size=4))
def test_citations_come_back_as_they_were(
    shelf: Bookshelf, answer: Message, citations: list[Citation]
) -> None:
    with undone(shelf.database):
        shelf.citations.replace_of(answer.id, citations)

        assert shelf.citations.of(answer.id, ME) == citations


def test_new_citations_take_the_place_of_the_old(
    shelf: Bookshelf, answer: Message
) -> None:
    shelf.citations.replace_of(answer.id, [a_citation(1), a_citation(2, of="other")])

    shelf.citations.replace_of(answer.id, [a_citation(3)])

    assert shelf.citations.of(answer.id, ME) == [a_citation(3)]
    shelf.citations.replace_of(answer.id, [])
    assert shelf.citations.of(answer.id, ME) == []


def test_a_removed_document_takes_its_quotations_along(
    shelf: Bookshelf, answer: Message
) -> None:
    kept = a_citation(2, of="other", quote="the walrus")
    shelf.citations.replace_of(answer.id, [a_citation(1), kept])

    shelf.remove("log")

    assert shelf.citations.of(answer.id, ME) == [kept]


def test_a_deleted_conversation_takes_its_citations_along(
    shelf: Bookshelf, answer: Message
) -> None:
    shelf.citations.replace_of(answer.id, [a_citation()])

    Talk(shelf.database).conversations.delete(answer.conversation_id)

    assert shelf.database.query("SELECT count(*) AS n FROM citation") == [{"n": 0}]


def test_what_is_not_on_the_shelf_cannot_be_cited(
    shelf: Bookshelf, answer: Message
) -> None:
    with pytest.raises(StorageError), shelf.database.transaction():
        shelf.citations.replace_of(answer.id, [a_citation(of="unknown")])


def test_citations_are_read_by_those_who_may_read_the_answer(
    shelf: Bookshelf,
) -> None:
    shelf.people.add_user(a_user("ben"))
    for server in ("north", "south"):
        open_server(shelf.people, server)
    said_in = {
        scope: Talk(shelf.database, scope).say(
            "the lamp [1]",
            scope=scope,
            server_id="north",
            channel_id="north-hall",
        )
        for scope in Scope
    }
    for said in said_in.values():
        shelf.citations.replace_of(said.id, [a_citation()])

    def seen_by(audience) -> set[Scope]:
        citations = shelf.citations
        return {s for s, said in said_in.items() if citations.of(said.id, audience)}

    assert seen_by(ME) == set(Scope)
    assert seen_by(in_server("ben", None, is_private=True)) == set()
    assert seen_by(in_server("ben", "north")) == {Scope.PUBLIC}
    assert seen_by(in_server("ben", "south")) == set()
    assert seen_by(in_server(ME.user_id, "south")) == set()
