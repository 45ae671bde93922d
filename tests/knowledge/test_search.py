"""Words, names, slips and meaning find the passage that was meant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.entities.audience import Audience, Scope
from assistant.entities.conversation import Message, MessageRole, MessageState
from assistant.entities.ids import LOCAL_USER
from assistant.entities.search import Found, Hit, HitKind, Within
from assistant.errors import EngineError
from assistant.knowledge.letters import runs_of
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.search import Question
from assistant.storage.database import Database
from tests.fakes.embedder import WordEmbedder
from tests.knowledge.building import Papers, a_desk, a_search, papers_in
from tests.storage.building import ME, Talk, a_user
from tests.storage.shelf import in_server, open_server

PAGES = {
    "lamp.md": "# Lighthouse\n\nThe eastern lamp was lit by Marta Quill in 1871.",
    "walrus.md": "# Slipway\n\nA walrus slept on the slipway for two days.",
    "ferry.md": "# Ferry\n\nThe last ferry of winter leaves Vell at 16:40.",
    "code.py": "def getUserNameOrNull(account):\n    return account.name or None\n",
    "order.md": "# Orders\n\nTicket AB-12 asks for part 77-4410-X, due 2024-05-01.",
    "bell.md": "# Bell\n\nThe new bell was cast in Brenholt from old cannons.",
    "dull.md": "# Minutes\n\nThe harbour committee met and nothing was decided.",
}


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def shelf(papers: Papers) -> Papers:
    for name, text in PAGES.items():
        papers.write(name, text)
    papers.take_in()
    return papers


def ask(papers: Papers, text: str, audience: Audience = ME, **options) -> Found:
    return a_search(papers.desk).find(Question(text=text, **options), audience)


def names(found: Found) -> list[str]:
    return [Path(hit.path).name for hit in found.hits]


def by_letters(found: Found) -> list[str]:
    """What was found by its words or letters, not by its meaning alone."""
    ranked = [hit for hit in found.hits if hit.why.keyword_rank is not None]
    ranked.sort(key=lambda hit: hit.why.keyword_rank or 0)
    return [Path(hit.path).name for hit in ranked]


EXACT = [
    ("eastern lamp lit by Marta Quill", "lamp.md"),
    ("who lit the eastern lamp", "lamp.md"),
    ("sleeping walruses", "walrus.md"),
    ("When does the ferry leave Vell?", "ferry.md"),
    ("16:40", "ferry.md"),
    ("1871", "lamp.md"),
    ("AB-12", "order.md"),
    ("77-4410-X", "order.md"),
    ("2024-05-01", "order.md"),
    ("4410", "order.md"),
    ("getUserNameOrNull", "code.py"),
    ("Brenholt", "bell.md"),
]
SLIPS = [
    ("lighthuose", "lamp.md"),
    ("wlarus", "walrus.md"),
    ("harbor", "dull.md"),
    ("Brenhollt", "bell.md"),
    ("slipwya", "walrus.md"),
    ("comittee", "dull.md"),
    ("username", "code.py"),
    ("NameOrNull", "code.py"),
    ("getUserNmaeOrNull", "code.py"),
]


@pytest.mark.parametrize(("question", "name"), EXACT)
def test_exact_words_names_and_numbers_are_found(
    shelf: Papers, question: str, name: str
) -> None:
    assert by_letters(ask(shelf, question))[0] == name


@pytest.mark.parametrize(("question", "name"), SLIPS)
def test_slips_and_parts_of_identifiers_find_what_was_meant(
    shelf: Papers, question: str, name: str
) -> None:
    assert by_letters(ask(shelf, question)) == [name]


@pytest.mark.parametrize(
    "nothing", ["constitution", "zebra", "1872", "77-9999-X", "qqq"]
)
def test_what_is_nowhere_is_not_made_up_from_letters(
    shelf: Papers, nothing: str
) -> None:
    assert by_letters(ask(shelf, nothing)) == []


def test_letters_scattered_over_a_page_are_no_word(shelf: Papers) -> None:
    shelf.write("scattered.md", " ".join(sorted(runs_of("constitution"))))
    shelf.take_in()

    assert by_letters(ask(shelf, "constitution")) == []


def test_a_guess_counts_less_than_what_was_typed(shelf: Papers) -> None:
    found = ask(shelf, "wlarus ferry")

    assert by_letters(found) == ["ferry.md", "walrus.md"]


def test_a_question_with_nothing_in_it_finds_nothing(shelf: Papers) -> None:
    for nothing in ("", "  \n", "?!", "\0"):
        assert by_letters(ask(shelf, nothing)) == []
    assert ask(shelf, "lamp", k=0).hits == ()


def test_no_more_are_given_than_asked_for(shelf: Papers) -> None:
    assert len(ask(shelf, "the lamp", k=2).hits) == 2
    assert len(ask(shelf, "the lamp", k=99).hits) == len(PAGES)


def test_a_hit_says_where_it_stands(shelf: Papers) -> None:
    (hit,) = ask(shelf, "who lit the eastern lamp", k=1).hits

    assert hit.kind is HitKind.PASSAGE
    assert hit.title == "Lighthouse"
    assert hit.path == shelf.source("lamp.md")
    assert "Lighthouse" in hit.location
    assert hit.document_id == shelf.document("lamp.md").id
    assert "Marta Quill" in hit.text


def check_ranks(hits: Sequence[Hit], by: str) -> int:
    """They count from 1 and follow the scores; how many there are."""
    why = [hit.why for hit in hits if getattr(hit.why, f"{by}_rank") is not None]
    why.sort(key=lambda each: getattr(each, f"{by}_rank"))
    scores = [getattr(each, f"{by}_score") for each in why]
    assert [getattr(each, f"{by}_rank") for each in why] == [*range(1, len(why) + 1)]
    assert scores == sorted(scores, reverse=True)
    return len(why)


def test_why_a_hit_stands_where_it_does_is_true(shelf: Papers) -> None:
    hits = ask(shelf, "the harbour ferry and the bell", k=99).hits

    assert check_ranks(hits, "keyword") == 3
    assert check_ranks(hits, "vector") == len(PAGES)
    assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_meaning_finds_what_no_word_does(shelf: Papers) -> None:
    """The fake is near to whatever shares a word, stop words too."""
    found = ask(shelf, "for two on a")

    assert names(found)[0] == "walrus.md"
    assert found.hits[0].why.vector_rank == 1


def test_one_collection_is_searched_alone(shelf: Papers) -> None:
    shelf.write("work/lamp.md", "# Lamps\n\nThe office lamp is broken.")
    shelf.take_in(str(shelf.folder / "work"), collection="work")

    assert names(ask(shelf, "lamp", within=Within(collections=("work",)))) == [
        "lamp.md"
    ]
    assert (
        ask(shelf, "lamp", within=Within(collections=("work",))).hits[0].title
        == "Lamps"
    )
    assert ask(shelf, "lamp", within=Within(collections=("none",))).hits == ()


def test_without_an_embedder_words_find_the_same_and_it_is_said(
    shelf: Papers,
) -> None:
    bare = shelf.at_another_desk(a_desk(shelf.desk.database, None))

    found = ask(bare, "who lit the eastern lamp")

    assert names(found) == ["lamp.md"]
    assert found.hits[0].why.vector_rank is None
    (notice,) = found.notices
    assert "words alone" in notice
    assert ask(shelf, "lamp").notices == ()


class FailingEmbedder(WordEmbedder):
    def embed_query(self, text: str):
        raise EngineError("it fell over")


def test_an_embedder_that_fails_is_told_and_words_find_the_same(
    shelf: Papers,
) -> None:
    broken = shelf.at_another_desk(a_desk(shelf.desk.database, FailingEmbedder()))

    found = ask(broken, "who lit the eastern lamp")

    assert names(found) == ["lamp.md"]
    assert found.notices == ("Searched by words alone: it fell over",)


def test_how_many_passages_have_no_vector_yet_is_told(
    tmp_path: Path, database: Database
) -> None:
    with papers_in(tmp_path / "papers", database, None) as papers:
        papers.write("lamp.md", PAGES["lamp.md"])
        papers.take_in()
        desk = a_desk(database, WordEmbedder())
        search = a_search(desk, documents=True)
        before = search.find(Question(text="lamp"), ME)
        list(papers.at_another_desk(desk).library.embed_missing())
        after = search.find(Question(text="lamp"), ME)

    assert "1 passage is not yet indexed" in before.notices[0]
    assert names(before) == names(after) == ["lamp.md"]
    assert after.notices == ()
    assert after.hits[0].why.vector_rank == 1


def test_without_a_cross_encoder_reranking_is_said_to_be_left_out(
    shelf: Papers,
) -> None:
    found = ask(shelf, "lamp", rerank=True)

    assert "Not reranked" in found.notices[0]
    assert names(found) == names(ask(shelf, "lamp"))


class Backwards:
    """A cross-encoder of strange taste."""

    def prepare(self) -> None:
        return

    def reordered(self, question: str, hits: Sequence[Hit]) -> Sequence[Hit]:
        return hits[::-1]


def test_reranking_orders_all_that_was_found_and_only_when_asked(
    shelf: Papers,
) -> None:
    plain = a_search(shelf.desk)
    search = type(plain)(
        passages=plain.passages,
        messages=plain.messages,
        embedder=plain.embedder,
        index=plain.index,
        reranker=Backwards(),
    )
    every = names(search.find(Question(text="lamp", k=99), ME))

    reordered = names(search.find(Question(text="lamp", k=2, rerank=True), ME))

    assert reordered == every[::-1][:2]


def talk_of(papers: Papers, *said: str, name: str = "talk", **changes) -> list[Message]:
    """A conversation whose messages have been read by the embedder."""
    talk = Talk(papers.desk.database, name)
    messages: list[Message] = []
    for text in said:
        messages.append(
            talk.say(
                text,
                messages[-1] if messages else None,
                role=MessageRole.ASSISTANT if len(messages) % 2 else MessageRole.USER,
                state=MessageState.COMPLETED,
                **changes,
            )
        )
    list(Remembering(desk=papers.desk, opened_at=0).embed_messages())
    return messages


def test_what_was_said_is_found_with_its_conversation(papers: Papers) -> None:
    asked, answered = talk_of(papers, "Where is my anchor?", "It lies in the shed.")

    found = ask(papers, "anchor shed")

    assert {hit.id for hit in found.hits} == {asked.id, answered.id}
    hit = next(hit for hit in found.hits if hit.id == asked.id)
    assert hit.kind is HitKind.MESSAGE
    assert hit.conversation_id == "talk"
    assert hit.title == "A talk"
    assert hit.location.startswith("you, 2026-11-22")
    assert hit.why.vector_rank is not None


def test_documents_and_conversations_are_found_together_or_alone(
    shelf: Papers,
) -> None:
    talk_of(shelf, "I dreamt of a walrus")

    def kinds(*wanted: HitKind) -> set[HitKind]:
        kinds = wanted or tuple(HitKind)
        return {hit.kind for hit in ask(shelf, "walrus", kinds=kinds).hits}

    assert kinds() == {HitKind.PASSAGE, HitKind.MESSAGE}
    assert kinds(HitKind.PASSAGE) == {HitKind.PASSAGE}
    assert kinds(HitKind.MESSAGE) == {HitKind.MESSAGE}
    in_collection = ask(shelf, "walrus", within=Within(collections=("",))).hits
    assert {hit.kind for hit in in_collection} == {HitKind.PASSAGE}


def test_nobody_finds_the_documents_of_another(shelf: Papers) -> None:
    stranger = in_server("ben", None, is_private=True)
    with shelf.desk.database.transaction():
        a_search(shelf.desk)
        Talk(shelf.desk.database).people.add_user(a_user("ben"))

    for question in ("who lit the eastern lamp", "lighthuose", "username"):
        assert ask(shelf, question, stranger).hits == ()
        assert ask(shelf, question, in_server(LOCAL_USER, "north")).hits == ()


def test_what_others_said_neither_shows_nor_pushes_aside_what_one_may_see(
    papers: Papers,
) -> None:
    """More of it than are ever looked at at once."""
    talk = Talk(papers.desk.database)
    with papers.desk.database.transaction():
        talk.people.add_user(a_user("ben"))
        open_server(talk.people, "north")
    mine = talk_of(papers, "An anchor, perhaps", name="mine")
    with papers.desk.database.transaction():
        for number in range(150):
            talk.say(f"anchor anchor {number}", owner_id="ben")
    list(Remembering(desk=papers.desk, opened_at=0).embed_messages())

    found = ask(papers, "anchor anchor")

    assert [hit.id for hit in found.hits] == [mine[0].id]
    assert found.hits[0].why.keyword_rank == found.hits[0].why.vector_rank == 1


def test_what_was_said_in_public_is_found_on_that_server(papers: Papers) -> None:
    talk = Talk(papers.desk.database)
    with papers.desk.database.transaction():
        talk.people.add_user(a_user("ben"))
        open_server(talk.people, "north")
        open_server(talk.people, "south")
    place = {"server_id": "north", "channel_id": "north-hall"}
    said = talk_of(papers, "The anchor is sold", scope=Scope.PUBLIC, **place)
    talk_of(papers, "The anchor was mine", name="whisper", **place)

    def found_by(audience: Audience) -> list[str]:
        return [hit.id for hit in ask(papers, "anchor", audience).hits]

    assert found_by(in_server("ben", "north")) == [said[0].id]
    assert found_by(in_server("ben", "south")) == []


def test_what_nobody_waits_for_is_kept_away_while_a_search_lasts(shelf: Papers) -> None:
    held: list[str] = []

    @contextmanager
    def quiet() -> Iterator[None]:
        held.append("begun")
        yield
        held.append("ended")

    class Noting(WordEmbedder):
        def embed_query(self, text):
            held.append("asked")
            return super().embed_query(text)

    search = replace(a_search(shelf.desk), embedder=Noting(), quiet=quiet)

    search.find(Question(text="lamp"), ME)
    search.find(Question(text=" "), ME)

    assert held == ["begun", "asked", "ended"]
