"""What was said becomes findable by meaning, and other models' vectors go."""

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant.agents.chat import Chat
from assistant.agents.turn import Desk
from assistant.app import Assistant
from assistant.config.settings import ChatSettings
from assistant.embeddings.embedder import Embedder
from assistant.embeddings.opening import GgufChoice, bundled_embedder, gguf_embedder
from assistant.entities.audience import Audience
from assistant.entities.conversation import MessageRole, MessageState
from assistant.entities.ids import ConversationId, UserId
from assistant.entities.search import Hit, HitKind
from assistant.entities.turn import Ask, TurnFinished, TurnRequest
from assistant.errors import EmbeddingError
from assistant.knowledge.idle import IdleWork
from assistant.knowledge.remembering import Remembering, as_embedded
from assistant.knowledge.search import Question, Search
from assistant.storage.citations import Citations
from assistant.storage.database import Database
from assistant.storage.messages import Messages
from assistant.storage.spans import Spans
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import (
    UnembeddedMessage,
    VectorKind,
    Vectors,
    VectorSpace,
)
from assistant.storage.waiting import Waiters
from assistant.weights.metadata import read_gguf
from tests.conftest import OpenAssistant
from tests.fakes.embedder import WordEmbedder
from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.knowledge.building import a_desk, papers_in
from tests.storage.building import ME, Talk

_PATIENCE = 30


def remembering(database: Database, embedder: Embedder | None) -> Remembering:
    desk = a_desk(database, embedder)
    return Remembering(desk=desk, opened_at=desk.vectors.seq())


def made(work: Remembering) -> int:
    return sum(work.work())


def vectors_of(database: Database) -> dict[VectorSpace, int]:
    return Vectors(database).counts()


def search_with(database: Database, embedder: Embedder) -> Search:
    def index(kind: VectorKind) -> VectorIndex:
        space = VectorSpace(kind, embedder.name)
        return VectorIndex(database, space, width=embedder.width)

    desk = a_desk(database, embedder)
    return Search(
        documents=desk.documents,
        passages=desk.passages,
        messages=Messages(database),
        embedder=embedder,
        index=index,
    )


def said(**changes: Any) -> UnembeddedMessage:
    fields = {
        "number": 1,
        "role": "user",
        "text": "And then?",
        "before_role": "",
        "before_text": "",
    }
    return UnembeddedMessage(**{**fields, **changes})


def test_a_message_is_read_with_its_speaker() -> None:
    assert as_embedded(said()) == "You: And then?"


def test_a_message_is_read_with_what_it_followed() -> None:
    text = as_embedded(
        said(role="assistant", text="1871.", before_role="user", before_text="When\n?")
    )

    assert text == "You: When ?\nHearth: 1871."


def test_only_the_beginning_of_what_came_before_is_read() -> None:
    text = as_embedded(said(before_role="assistant", before_text="word " * 500))

    assert text.startswith("Hearth: word word")
    assert text.endswith("word …\nYou: And then?")
    assert len(text) < 400


def test_what_the_system_said_before_is_no_context() -> None:
    text = as_embedded(said(before_role="system", before_text="Be brief."))

    assert text == "You: And then?"


def test_finished_messages_get_vectors_the_newest_first(database: Database) -> None:
    talk = Talk(database)
    for number in range(9):
        talk.say(f"message number {number}")
    embedder = WordEmbedder()

    assert made(remembering(database, embedder)) == 9
    assert "number 8" in embedder.texts[0]
    assert "number 0" in embedder.texts[-1]
    assert vectors_of(database) == {VectorSpace(VectorKind.MESSAGE, "words"): 9}
    assert made(remembering(database, embedder)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"role": MessageRole.ASSISTANT, "state": MessageState.PROCESSING},
        {"state": MessageState.PENDING},
        {"role": MessageRole.SYSTEM},
    ],
    ids=["being written", "not answered yet", "of the system"],
)
def test_other_messages_get_none(database: Database, changes: dict[str, Any]) -> None:
    Talk(database).say("hello", **changes)

    assert made(remembering(database, WordEmbedder())) == 0
    assert remembering(database, WordEmbedder()).missing() == 0


def test_without_an_embedder_nothing_is_missing(database: Database) -> None:
    Talk(database).say("hello")

    assert remembering(database, None).missing() == 0
    assert made(remembering(database, None)) == 0


def test_stopped_between_parts_it_goes_on_there(database: Database) -> None:
    talk = Talk(database)
    for number in range(9):
        talk.say(f"message number {number}")
    embedder = WordEmbedder()

    first = next(remembering(database, embedder).work())
    rest = made(remembering(database, embedder))

    assert 0 < first < 9
    assert first + rest == 9
    assert len(embedder.texts) == 9


def test_a_conversation_deleted_meanwhile_leaves_no_vector(database: Database) -> None:
    talk = Talk(database)
    talk.say("a secret")

    class Deleting(WordEmbedder):
        def embed_passages(self, texts):
            with database.transaction():
                talk.conversations.delete(ConversationId("talk"))
            return super().embed_passages(texts)

    assert made(remembering(database, Deleting())) == 0
    assert vectors_of(database) == {}


def test_an_embedder_that_fails_loses_nothing(database: Database) -> None:
    Talk(database).say("hello")

    class Failing(WordEmbedder):
        def embed_passages(self, texts):
            raise EmbeddingError("no")

    with pytest.raises(EmbeddingError):
        made(remembering(database, Failing()))
    assert remembering(database, WordEmbedder()).missing() == 1


@pytest.fixture(params=["words", "gguf"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Embedder:
    if request.param == "words":
        return WordEmbedder("other words", width=32)
    metadata = read_gguf(write_tiny_gguf(tmp_path / "tiny.gguf"))
    choice = GgufChoice(name="tiny", metadata=metadata, use_extra_bufts=False)
    return gguf_embedder(choice, threads=1)


def test_another_embedders_vectors_come_in_place_of_the_old_ones(
    database: Database, another: Embedder
) -> None:
    talk = Talk(database)
    for number in range(6):
        talk.say(f"message number {number}")
    made(remembering(database, WordEmbedder()))

    work = remembering(database, another)
    assert work.missing() == 6
    parts = work.work()
    next(parts)
    assert vectors_of(database)[VectorSpace(VectorKind.MESSAGE, "words")] == 6
    for _ in parts:
        pass

    assert vectors_of(database) == {VectorSpace(VectorKind.MESSAGE, another.name): 6}
    found = search_with(database, another).find(Question(text="number 3"), ME)
    assert found.hits[0].text == "message number 3"


def test_a_program_that_still_runs_with_the_old_embedder_removes_nothing_newer(
    database: Database,
) -> None:
    Talk(database).say("hello")
    old = remembering(database, WordEmbedder("old"))
    made(old)
    made(remembering(database, WordEmbedder("new")))

    made(old)

    models = {space.model for space in vectors_of(database)}
    assert models == {"new", "old"}
    made(remembering(database, WordEmbedder("new")))
    assert {space.model for space in vectors_of(database)} == {"new"}


def test_a_turn_is_answered_while_a_part_of_idle_work_is_held_up(
    opened: OpenAssistant,
) -> None:
    hearth = opened()
    ask(hearth, "What is the capital of France?")
    gate, reached = Event(), Event()

    class Held(WordEmbedder):
        def embed_passages(self, texts):
            reached.set()
            assert gate.wait(_PATIENCE)
            return super().embed_passages(texts)

    desk = replace(hearth.shelves, embedder=Held())
    work = Remembering(desk=desk, opened_at=desk.vectors.seq())
    idle = IdleWork(work.work, calm_seconds=0)
    chat = chat_beside(hearth, idle)
    idle.start()
    assert reached.wait(_PATIENCE)

    request = TurnRequest(audience=hearth.audience, intent=Ask(text="And of Spain?"))
    events = list(chat.send(request))  # the part is still held up

    assert isinstance(events[-1], TurnFinished)
    assert work.missing() == 4
    gate.set()
    idle.close()


def test_no_part_begins_while_an_answer_is_written(opened: OpenAssistant) -> None:
    hearth = opened()
    ask(hearth, "What is the capital of France?")
    began = Event()

    class Noting(WordEmbedder):
        def embed_passages(self, texts):
            began.set()
            return super().embed_passages(texts)

    desk = replace(hearth.shelves, embedder=Noting())
    work = Remembering(desk=desk, opened_at=desk.vectors.seq())
    idle = IdleWork(work.work, calm_seconds=0)
    request = TurnRequest(audience=hearth.audience, intent=Ask(text="And of Spain?"))
    turn = chat_beside(hearth, idle).send(request)
    next(turn)

    idle.start()
    assert not began.wait(0.2)
    for _ in turn:
        assert not began.is_set()
    assert began.wait(_PATIENCE)
    idle.close()


def ask(hearth: Assistant, text: str) -> None:
    request = TurnRequest(audience=hearth.audience, intent=Ask(text=text))
    for _ in hearth.chat.send(request):
        pass


def chat_beside(hearth: Assistant, idle: IdleWork) -> Chat:
    """The same conversation, giving way to nothing but to this."""
    database = hearth.database
    desk = Desk(
        database=database,
        people=hearth.people,
        conversations=Talk(database, "beside").conversations,
        messages=Messages(database),
        citations=Citations(database),
        spans=Spans(database),
        personas=hearth.personas,
        clock=hearth.clock,
        mint=hearth.mint,
        writer="this",
    )
    return Chat(
        desk=desk, models=hearth.models, settings=ChatSettings(), quiet=idle.paused
    )


def test_passages_not_read_yet_are_told_of_to_those_who_may_see_them(
    database: Database, tmp_path: Path
) -> None:
    with papers_in(tmp_path / "papers", database, None) as papers:
        papers.write("ferry.md", "# Ferry\n\nThe ferry leaves at noon.\n")
        papers.take_in()
    search = search_with(database, WordEmbedder())
    stranger = Audience(user_id=UserId("stranger"))

    mine = search.find(Question(text="ferry"), ME)
    theirs = search.find(Question(text="ferry"), stranger)
    made(remembering(database, WordEmbedder()))
    afterwards = search.find(Question(text="ferry"), ME)

    assert mine.hits[0].why.keyword_rank == 1
    assert "1 passage is not yet indexed for meaning" in mine.notices[0]
    assert theirs.notices == afterwards.notices == ()
    assert afterwards.hits[0].why.vector_rank == 1


@pytest.mark.weights
def test_what_was_said_is_found_in_other_words(database: Database) -> None:
    talk = Talk(database)
    talk.say("Our dog has to see the vet about his limp.")
    talk.say("Yeast turns sugar into gas, and so the dough rises.")
    talk.say("The committee voted for the fisheries bill.")
    embedder = bundled_embedder(threads=1)
    made(remembering(database, embedder))

    question = Question(text="the puppy's sore leg", kinds=(HitKind.MESSAGE,))
    best: Hit = search_with(database, embedder).find(question, ME).hits[0]

    assert "limp" in best.text
    assert best.why.keyword_rank is None


def test_other_processes_see_a_turn_for_as_long_as_it_lasts(
    opened: OpenAssistant,
) -> None:
    hearth = opened()
    seen = Waiters(hearth.database.path)
    request = TurnRequest(audience=hearth.audience, intent=Ask(text="And of Spain?"))

    turn = hearth.chat.send(request)
    next(turn)
    assert seen.is_anybody()
    for _ in turn:
        assert seen.is_anybody()

    assert not seen.is_anybody()
