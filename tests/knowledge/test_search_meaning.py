"""The bundled embedder at work: what was meant is found among thousands of pages."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.embeddings.opening import bundled_embedder
from tests.knowledge.building import Papers, papers_in
from tests.knowledge.test_search import EXACT, PAGES, SLIPS, ask, names
from tests.storage.building import open_file

pytestmark = pytest.mark.weights

BOOKS, PAGES_EACH = 10, 300
SENTENCES_EACH = 2
WORDS = {
    "who": "clerk pilot warden baker printer surveyor gardener captain cooper glazier",
    "did": "measured repaired counted painted sold inspected described ordered weighed",
    "how": "old narrow broken copper wooden southern heavy painted rented borrowed",
    "what": "crane barrel bridge sail ledger clock fence anchor kiln wagon lantern oar",
    "where": "Vell Ostrand Brenholt Pell Skarrow Tarn Corvin Lissa Modrey Harne",
    "when": "January March April June July September October November",
}
VOCABULARY = {kind: words.split() for kind, words in WORDS.items()}


def a_sentence(chance: random.Random) -> str:
    word = {kind: chance.choice(words) for kind, words in VOCABULARY.items()}
    return (
        f"In {word['when']} {chance.randint(1801, 1999)} the {word['who']} of "
        f"{word['where']} {word['did']} {chance.randint(2, 990)} {word['how']} "
        f"{word['what']}s."
    )


NEEDLES = [
    (
        "The cellar key hangs behind the portrait of Aunt Rosalind.",
        "What hides the thing that unlocks the basement?",
    ),
    (
        "Goats may not be brought aboard after nightfall.",
        "Are animals forbidden on the ship in the evening?",
    ),
    (
        "The choir rehearses whenever the full moon is seen.",
        "How often do the singers practise their songs?",
    ),
]


def write_book(path: Path, pages: Sequence[str]) -> None:
    numbered = enumerate(pages, start=1)
    path.write_text("\n\n".join(f"## Page {n}\n\n{text}" for n, text in numbered))


def write_books(folder: Path, chance: random.Random) -> dict[str, tuple[str, int]]:
    """Three thousand pages; where each needle was put, by book and page."""
    places = chance.sample(range(BOOKS * PAGES_EACH), len(NEEDLES))
    pages = [
        " ".join(a_sentence(chance) for _ in range(SENTENCES_EACH))
        for _ in range(BOOKS * PAGES_EACH)
    ]
    for place, (needle, _) in zip(places, NEEDLES, strict=True):
        pages[place] = f"{a_sentence(chance)} {needle}"
    for number in range(BOOKS):
        part = pages[number * PAGES_EACH : (number + 1) * PAGES_EACH]
        write_book(folder / f"book{number}.md", part)
    return {
        needle: (f"book{place // PAGES_EACH}.md", place % PAGES_EACH + 1)
        for place, (needle, _) in zip(places, NEEDLES, strict=True)
    }


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_needle_among_three_thousand_pages_is_found(tmp_path: Path) -> None:
    database = open_file(tmp_path / "data" / "hearth.db")
    with papers_in(
        tmp_path / "papers", database, bundled_embedder(threads=1)
    ) as papers:
        put = write_books(papers.folder, random.Random(5))
        papers.take_in()

        assert papers.rows("passage") == BOOKS * PAGES_EACH
        assert papers.is_whole()
        for needle, paraphrase in NEEDLES:
            book, page = put[needle]
            by_words, by_meaning = ask(papers, needle), ask(papers, paraphrase, k=3)
            assert needle in " ".join(by_words.hits[0].text.split())
            assert names(by_words)[0] == book
            assert by_words.hits[0].location.endswith(f"Page {page}")
            assert by_words.hits[0].id in [hit.id for hit in by_meaning.hits]
    database.close()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    home = tmp_path_factory.mktemp("shelf")
    database = open_file(home / "data" / "hearth.db")
    with papers_in(home / "papers", database, bundled_embedder(threads=1)) as papers:
        for name, text in PAGES.items():
            papers.write(name, text)
        papers.take_in()
        yield papers
    database.close()


@pytest.mark.parametrize(("question", "name"), EXACT)
def test_exact_words_names_and_numbers_come_first(
    shelf: Papers, question: str, name: str
) -> None:
    assert names(ask(shelf, question))[0] == name


@pytest.mark.parametrize(("question", "name"), SLIPS)
def test_what_was_meant_is_among_the_first(
    shelf: Papers, question: str, name: str
) -> None:
    assert name in names(ask(shelf, question, k=3))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("which animal took a nap near the boats", "walrus.md"),
        ("what time is the final boat in the cold season", "ferry.md"),
        ("who first ignited the beacon", "lamp.md"),
    ],
)
def test_a_paraphrase_finds_what_shares_no_word_with_it(
    shelf: Papers, question: str, name: str
) -> None:
    assert names(ask(shelf, question))[0] == name
