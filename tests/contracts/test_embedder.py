"""What every embedder promises, kept by each of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.embeddings.embedder import Embedder, OnTruncated, Truncated
from assistant.embeddings.opening import GgufChoice, bundled_embedder, gguf_embedder
from assistant.weights.metadata import read_gguf
from tests.fakes.embedder import WordEmbedder
from tests.fakes.tiny_gguf import write_tiny_gguf

PROSE = [
    "The lighthouse at Tarn Head was lit for the first time in 1871.",
    "Its keeper counted every ship that passed and wrote the number down.",
    "Bread rises because yeast turns sugar into gas.",
    "A short one.",
    "The committee met on Tuesdays, in the room above the bakery, to decide which "
    "of the village's eleven bridges should be painted first and in what colour.",
]
ODD = [
    "",
    " ",
    "\n\t\n",
    "\x00",
    "\ud800 half a character",
    "e\u0301 cafe\u0301",
    "مرحبا بالعالم",
    "漢字とかな",
    "🏳️‍🌈 👩‍👩‍👧",
    "\u202e reversed \u202c",
    "a" * 3000,
    "# | ``` <|im_start|> [CLS] [MASK]",
]

Making = Callable[[OnTruncated], Embedder]


@pytest.fixture(scope="module")
def makings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Making]:
    return {
        "words": lambda notice: WordEmbedder(on_truncated=notice),
        "bundled": lambda notice: bundled_embedder(threads=1, on_truncated=notice),
        "gguf": _gguf_making(tmp_path_factory.mktemp("gguf")),
    }


def _gguf_making(folder: Path) -> Making:
    metadata = read_gguf(write_tiny_gguf(folder / "tiny.gguf"))
    choice = GgufChoice(name="tiny", metadata=metadata, use_extra_bufts=False)
    return lambda notice: gguf_embedder(choice, threads=1, on_truncated=notice)


@pytest.fixture
def notices() -> list[Truncated]:
    return []


@pytest.fixture(
    params=["words", "gguf", pytest.param("bundled", marks=pytest.mark.weights)]
)
def embedder(
    request: pytest.FixtureRequest,
    makings: dict[str, Making],
    notices: list[Truncated],
) -> Iterator[Embedder]:
    return makings[request.param](notices.append)


def test_every_vector_has_length_one_and_the_promised_width(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(PROSE)

    assert vectors.shape == (len(PROSE), embedder.width)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_a_query_is_one_vector_of_the_same_width(embedder: Embedder) -> None:
    query = embedder.embed_query("When was the lighthouse lit?")

    assert query.shape == (embedder.width,)
    assert float(query @ query) == pytest.approx(1, abs=1e-3)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.width)


def test_the_same_texts_give_the_same_vectors_again(embedder: Embedder) -> None:
    once = embedder.embed_passages(PROSE)
    again = embedder.embed_passages(PROSE)

    assert np.array_equal(once, again)


def test_a_text_alone_is_what_it_is_among_others(embedder: Embedder) -> None:
    together = embedder.embed_passages(PROSE + ODD)
    alone = np.stack([embedder.embed_passages([text])[0] for text in PROSE + ODD])

    # The bundled model's activations are scaled per batch, hence not one.
    assert (together * alone).sum(axis=1).min() > 0.98


def test_vectors_come_in_the_order_of_their_texts(embedder: Embedder) -> None:
    forwards = embedder.embed_passages(PROSE)
    backwards = embedder.embed_passages(PROSE[::-1])

    closest = (backwards[::-1] @ forwards.T).argmax(axis=1)

    assert closest.tolist() == list(range(len(PROSE)))


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_text_still_gives_a_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.embed_passages([text])[0]

    assert np.isfinite(vector).all()
    assert np.linalg.norm(embedder.embed_query(text)) == pytest.approx(1, abs=1e-3)


def test_a_text_that_is_too_long_is_shortened_and_said_so(
    embedder: Embedder, notices: list[Truncated]
) -> None:
    long = "word " * (embedder.max_tokens + 50)

    vectors = embedder.embed_passages(["short", long])

    assert np.isfinite(vectors).all()
    assert [notice.position for notice in notices] == [1]
    assert notices[0].limit >= embedder.max_tokens


def test_a_text_that_just_fits_is_read_to_its_end(
    embedder: Embedder, notices: list[Truncated]
) -> None:
    words = "a"
    while embedder.count(words + " a") <= embedder.max_tokens:
        words += " a"

    embedder.embed_passages([words])

    assert notices == []


def test_a_gigantic_text_costs_no_more_than_its_beginning(
    embedder: Embedder, notices: list[Truncated]
) -> None:
    long = "word " * (embedder.max_tokens * 20)
    gigantic = long + "other " * 2_000_000

    vectors = embedder.embed_passages([long, gigantic])

    assert float(vectors[0] @ vectors[1]) > 0.98
    assert len(notices) == 2


def test_counting_grows_with_the_text_and_frames_nothing(embedder: Embedder) -> None:
    assert embedder.count("") == 0
    assert embedder.count("one two three four") > embedder.count("one two") > 0
