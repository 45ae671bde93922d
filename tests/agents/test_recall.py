"""The library is asked first, and what it says is weighed before it is used."""

from collections.abc import Iterator, Sequence

import pytest

from assistant.agents.recall import PASSAGES, Recall
from assistant.entities.citation import Evidence
from assistant.entities.search import Hit
from assistant.errors import EngineError
from assistant.knowledge.evidence import Supporting
from assistant.storage.database import Database
from tests.fakes.embedder import WordEmbedder
from tests.knowledge.building import Papers, a_desk, a_search, papers_in
from tests.storage.building import ME, open_file
from tests.storage.shelf import in_server

LAMP = "The eastern lamp was lit first by Marta Quill in 1871."
DULL = "The harbour committee met and nothing at all was decided."


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = open_file(tmp_path / "data" / "hearth.db")
    yield database
    database.close()


@pytest.fixture
def papers(tmp_path, database: Database) -> Iterator[Papers]:
    with papers_in(tmp_path / "papers", database, WordEmbedder()) as papers:
        papers.write("lamp.txt", f"{DULL} {LAMP} {DULL}")
        for number in range(9):
            papers.write(f"{number}.txt", f"{DULL} It was meeting {number}.")
        papers.take_in()
        yield papers


class Told:
    """A gate that decides as it is told, and remembers what it was shown."""

    def __init__(self, *, verdict: bool) -> None:
        self.verdict = verdict
        self.shown: list[tuple[str, int, int]] = []

    def __call__(
        self, question: str, hits: Sequence[Hit], sentences: Sequence[Supporting]
    ) -> bool:
        self.shown.append((question, len(hits), len(sentences)))
        return self.verdict


def ask(papers: Papers, question: str, *, verdict: bool = True, audience=ME):
    recall = Recall(
        search=a_search(papers.desk),
        embedder=papers.desk.embedder,
        is_answer=Told(verdict=verdict),
    )
    return recall.ask(question, audience)


def test_the_best_sentence_is_quoted_from_its_passage(papers: Papers) -> None:
    evidence = ask(papers, "Who lit the eastern lamp first?")

    assert evidence.quotes[0].text == LAMP
    assert evidence.quotes[0].hit == evidence.hits[0]
    assert evidence.hits[0].path == papers.source("lamp.txt")
    assert len(evidence.hits) == PASSAGES


def test_sentences_far_worse_than_the_best_are_not_quoted(papers: Papers) -> None:
    evidence = ask(papers, "Who lit the eastern lamp first?")

    assert DULL not in [quote.text for quote in evidence.quotes]


def test_the_gate_decides_whether_it_is_enough(papers: Papers) -> None:
    assert ask(papers, "Who lit the lamp?").is_enough
    refused = ask(papers, "Who lit the lamp?", verdict=False)
    assert not refused.is_enough
    assert refused.hits  # so that the nearest can still be named


def test_an_empty_library_is_not_worth_asking(papers: Papers) -> None:
    recall = Recall(
        search=a_search(papers.desk), embedder=None, is_answer=Told(verdict=True)
    )
    assert recall.is_worth_asking

    for document in papers.documents():
        papers.library.remove(document.id, ME)

    assert not recall.is_worth_asking
    assert recall.ask("Who lit the lamp?", ME) == Evidence()


def test_a_stranger_gets_nothing_from_it(papers: Papers) -> None:
    stranger = in_server("ben", None, is_private=True)

    assert ask(papers, "Who lit the lamp?", audience=stranger) == Evidence()


class Failing(WordEmbedder):
    def embed_passages(self, texts):
        raise EngineError("it fell over")


class FailingAlways(Failing):
    def embed_query(self, text):
        raise EngineError("it fell over")


@pytest.mark.parametrize("embedder", [Failing(), FailingAlways(), None])
def test_without_a_working_embedder_words_choose_the_same_sentence(
    papers: Papers, embedder: WordEmbedder | None
) -> None:
    broken = papers.at_another_desk(a_desk(papers.desk.database, embedder))

    evidence = ask(broken, "Who lit the eastern lamp first?")

    assert evidence.quotes[0].text == LAMP
    if not isinstance(embedder, Failing) or isinstance(embedder, FailingAlways):
        assert "words alone" in evidence.notices[0]
