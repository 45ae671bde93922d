"""Finding what was concluded: by words and meaning, by whoever may, while it holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.entities.audience import Audience
from assistant.entities.ids import MessageId
from assistant.entities.reflection import Insight
from assistant.entities.search import Hit, HitKind
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.search import Question, Search
from assistant.memory.recall import relevance
from assistant.memory.weighing import ranked
from assistant.privacy.redact import mask
from assistant.reflection.recall import InsightShelf
from assistant.storage.dependencies import Source
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace
from tests.fakes.embedder import WordEmbedder
from tests.knowledge.building import a_desk, a_search
from tests.reflection.village import (
    ANA,
    BEN,
    ME,
    START,
    A,
    B,
    Village,
    direct,
    in_private,
    in_public,
)
from tests.storage.test_memories import a_memory


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def search(village: Village, embedder: WordEmbedder) -> Search:
    """Only insights, as one more shelf of the one search."""
    desk = a_desk(village.database, embedder)
    space = VectorSpace(VectorKind.INSIGHT, embedder.name)
    index = VectorIndex(village.database, space, width=embedder.width)
    shelf = InsightShelf(
        database=village.database,
        index=lambda: index,
        is_indexed=lambda: Vectors(village.database).has_any(space),
        clock=lambda: village.now,
    )
    return replace(a_search(desk), shelves=(shelf,))


@pytest.fixture
def read(village: Village, embedder: WordEmbedder) -> Callable[[], int]:
    """Makes the vectors that are missing; how many there were."""
    desk = replace(a_desk(village.database, embedder), clock=lambda: village.now)
    work = Remembering(desk=desk, masked=lambda text: mask(text).text, opened_at=0)
    return lambda: sum(work.embed_insights())


def find(search: Search, text: str, audience: Audience) -> list[Hit]:
    question = Question(text=text, kinds=(HitKind.INSIGHT,))
    return list(search.find(question, audience).hits)


def garden(village: Village) -> Insight:
    """What is concluded of Ana's words in #garden."""
    for text in (
        "The tomatoes need compost",
        "I will turn the compost on Saturday, or write to ana@example.org",
        "Frost is coming for the tomatoes",
        "Who has spare compost?",
    ):
        village.say(ANA, text)
        village.wait(hours=3)
    village.run("user_reflection")
    (insight,) = village.insights(in_public(A), topic_key="user:ana")
    return insight


def test_meaning_finds_an_insight_once_its_vector_is_made(
    village: Village, search: Search, read: Callable[[], int]
) -> None:
    words = garden(village).content
    assert find(search, words, in_public(A))[0].why.vector_rank is None

    assert read() == 1

    assert find(search, words, in_public(A))[0].why.vector_rank == 1
    assert read() == 0


def test_a_vector_is_not_made_of_what_points_at_a_person(
    village: Village, embedder: WordEmbedder, read: Callable[[], int]
) -> None:
    assert "ana@example.org" in garden(village).content

    assert read() == 1

    assert not [text for text in embedder.texts if "ana@example.org" in text]


def test_nobody_finds_by_meaning_what_rests_on_private_words(
    village: Village, search: Search, read: Callable[[], int]
) -> None:
    village.allow_direct(ANA)
    for text in ("I owe Ben money", "Nobody knows of the money", "Money worries me"):
        village.say(ANA, text, direct(ANA))
    village.run("user_reflection")
    (insight,) = village.insights(in_private(ANA))
    read()

    assert find(search, insight.content, in_private(ANA))
    for other in (in_private(BEN), in_public(A, ANA), in_public(B, ANA), ME):
        assert find(search, insight.content, other) == []


def test_what_is_stale_is_not_found_and_what_is_taken_back_leaves_no_vector(
    village: Village, search: Search, read: Callable[[], int]
) -> None:
    insight = garden(village)
    read()
    dependencies = village.desk.dependencies
    source = dependencies.sources(Source("insight", insight.id))[0]

    with village.database.transaction():
        dependencies.mark_stale([source])
    assert find(search, insight.content, in_public(A)) == []
    assert read() == 0
    village.observing.remove(MessageId(source.id))

    assert Vectors(village.database).counts() == {}


def test_what_is_over_is_neither_found_nor_read(
    village: Village, search: Search, read: Callable[[], int]
) -> None:
    insight = garden(village)
    village.wait(days=400)

    assert read() == 0
    assert find(search, insight.content, in_public(A)) == []


def test_of_what_is_as_relevant_what_somebody_said_comes_first(
    village: Village, search: Search
) -> None:
    garden(village)
    asked = {"tomato", "compost"}
    told = a_memory(importance=0.0)
    long_after = START + timedelta(days=5000)

    (hit,) = find(search, "tomatoes and compost", in_public(A))

    assert hit.score > 0.25
    assert hit.score < ranked(relevance(asked, asked, None), told, now=long_after)


def test_what_has_nothing_to_do_with_the_question_counts_for_nothing(
    village: Village, search: Search
) -> None:
    garden(village)

    scores = [
        hit.score
        for hit in find(search, "Which tomatoes did the old king bring", in_public(A))
    ]

    assert scores
    assert scores[0] < 0.25


def test_without_an_embedder_words_are_enough(village: Village, search: Search) -> None:
    garden(village)

    assert find(replace(search, embedder=None), "tomatoes", in_public(A))
