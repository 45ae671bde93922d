"""Finding memories: whose they are, what they weigh, and that words are enough."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.ids import ConversationId, ServerId, UserId
from assistant.entities.search import HitKind
from assistant.knowledge.search import Question, Search
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.recall import MemoryShelf
from assistant.memory.tidying import Tidying
from assistant.memory.weighing import ranked
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind, VectorSpace
from tests.fakes.embedder import WordEmbedder
from tests.knowledge.building import a_desk, a_search
from tests.memory.building import a_memory_desk
from tests.storage.building import ME, START, Talk, at, clock
from tests.storage.test_memories import a_memory, in_public


def a_shelf(desk: MemoryDesk) -> MemoryShelf:
    def index() -> VectorIndex:
        assert desk.embedder is not None
        space = VectorSpace(VectorKind.MEMORY, desk.embedder.name)
        return VectorIndex(desk.database, space, width=desk.embedder.width)

    return MemoryShelf(
        memories=desk.memories,
        index=index,
        is_indexed=lambda: desk.embedder is not None,
        clock=clock,
    )


@pytest.fixture
def search(desk: MemoryDesk) -> Search:
    return replace(a_search(a_desk(desk.database, None)), shelves=(a_shelf(desk),))


def find(search: Search, text: str, audience: Audience = ME) -> list[str]:
    question = Question(text=text, kinds=(HitKind.MEMORY,))
    return [hit.text for hit in search.find(question, audience).hits]


def tell(desk: MemoryDesk, talk: Talk, text: str, **changes) -> None:
    Capture(desk=desk).take(talk.say(text, **changes).id, ME)


def test_the_one_search_finds_memories_among_the_rest(desk, search, talk) -> None:
    tell(desk, talk, "I live in Porto.")

    everywhere = search.find(Question(text="Porto"), ME).hits

    assert {hit.kind for hit in everywhere} == {HitKind.MEMORY, HitKind.MESSAGE}
    assert find(search, "Porto") == ["I live in Porto"]


def test_what_was_true_once_is_not_found(desk, search, talk) -> None:
    tell(desk, talk, "I live in Porto.")
    tell(desk, talk, "I live in Braga.", created_at=at(3))

    assert find(search, "where do I live") == ["I live in Braga"]


def test_relevance_comes_before_weight_and_age(desk, search, talk) -> None:
    tell(desk, talk, "Remember that the boat is green.")
    tell(desk, talk, "My boat trip is on 3 December.", created_at=at(9))

    assert find(search, "what colour is the green boat")[0] == "The boat is green"


def test_weight_and_freshness_decide_between_equals() -> None:
    old = a_memory(importance=0.2)
    heavy, fresh = replace(old, importance=0.9), replace(old, updated_at=at(60 * 24))
    now = START + timedelta(days=40)

    assert ranked(0.5, heavy, now=now) > ranked(0.5, old, now=now)
    assert ranked(0.5, fresh, now=now) > ranked(0.5, old, now=now)
    assert ranked(0.9, old, now=now) > ranked(0.5, heavy, now=now)
    assert ranked(0.0, heavy, now=now) == 0


def test_meaning_finds_what_words_do_not(database, talk) -> None:
    desk = a_memory_desk(database, embedder=WordEmbedder())
    tell(desk, talk, "I live in Porto near the big river and the old bridge.")
    for _ in Tidying(desk=desk).work():
        pass
    shelf = a_shelf(desk)
    near = desk.embedder.embed_query("I live in Porto near the big river there")

    assert shelf.hits("zzz", ME, meaning=near, k=3)
    assert shelf.hits("zzz", ME, meaning=None, k=3) == []


def test_a_name_leads_on_from_what_was_asked_to_what_is_known_of_it(
    desk, search, talk
) -> None:
    note(desk, talk, "My dentist is Dr. Okafor", "Okafor has moved to Mill Street")

    asked = search.find(
        Question(text="Where is my dentist now?", kinds=(HitKind.MEMORY,)), ME
    )

    assert [hit.text for hit in asked.hits] == [
        "My dentist is Dr. Okafor",
        "Okafor has moved to Mill Street",
    ]
    link, further = (hit.score for hit in asked.hits)
    assert link >= further >= 0.25


def test_a_name_alone_makes_nothing_worth_telling(desk, search, talk) -> None:
    note(desk, talk, "My dentist is Dr. Okafor", "Okafor plays chess with Petersen")
    asked = Question(
        text="What does my dentist charge for a filling?", kinds=(HitKind.MEMORY,)
    )

    scores = {hit.text: hit.score for hit in search.find(asked, ME).hits}

    assert scores.get("Okafor plays chess with Petersen", 0.0) < 0.25


def test_no_name_leads_to_what_somebody_else_told(desk, search, talk) -> None:
    note(desk, talk, "My dentist is Dr. Okafor")
    in_channel, alone = in_public(desk.database)
    theirs = a_memory(
        id="theirs",
        owner_id=alone.user_id,
        text="Okafor has moved to Mill Street",
    )
    with desk.database.transaction():
        desk.memories.add(theirs)

    assert find(search, "Where is my dentist now?") == ["My dentist is Dr. Okafor"]
    assert find(search, "Where is my dentist now?", in_channel) == []


def note(desk: MemoryDesk, talk: Talk, *texts: str) -> None:
    for number, text in enumerate(texts):
        tell(desk, talk, f"Remember that {text}", created_at=at(number))


def test_nobody_else_finds_what_was_said_in_private(desk, search, talk) -> None:
    tell(desk, talk, "I live in Porto.")
    in_channel, alone = in_public(desk.database)

    assert find(search, "Porto", in_channel) == []
    assert find(search, "Porto", alone) == []
    assert find(search, "Porto", replace(ME, place=in_channel.place)) == []


def test_what_is_said_in_public_is_found_there_and_nowhere_else(
    desk, search, talk
) -> None:
    in_channel, alone = in_public(desk.database)
    elsewhere = Place(server_id=ServerId("s2"), is_private=False)
    with desk.database.transaction():
        held = desk.conversations.get(ConversationId("talk"), ME)
        desk.conversations.update(replace(held, server_id=ServerId("s1")))
    tell(
        desk,
        talk,
        "I live in Porto.",
        scope=Scope.PUBLIC,
        server_id=ServerId("s1"),
    )

    assert find(search, "Porto") == ["I live in Porto"]
    assert find(search, "Porto", in_channel) == ["I live in Porto"]
    assert find(search, "Porto", alone) == []
    assert find(search, "Porto", replace(in_channel, place=elsewhere)) == []
    assert find(search, "Porto", Audience(user_id=UserId("eve"))) == []
