"""Embedding that looks up now and then makes the same vectors."""

import numpy as np

from assistant.embeddings.patient import PatientEmbedder
from tests.fakes.embedder import WordEmbedder

_TEXTS = [f"The keeper of lamp {number} saw a boat." for number in range(11)]


def test_it_looks_up_every_few_texts_and_the_vectors_are_the_same() -> None:
    looked_up: list[None] = []
    patient = PatientEmbedder(WordEmbedder(), lambda: looked_up.append(None))

    vectors = patient.embed_passages(_TEXTS)

    assert np.array_equal(vectors, WordEmbedder().embed_passages(_TEXTS))
    assert len(looked_up) == 3


def test_it_is_the_embedder_that_it_stands_for() -> None:
    inner = WordEmbedder()
    patient = PatientEmbedder(inner, lambda: None)

    assert patient.name == inner.name
    assert (patient.width, patient.max_tokens) == (inner.width, inner.max_tokens)
    assert patient.count(_TEXTS[0]) == inner.count(_TEXTS[0])
    assert np.array_equal(patient.embed_query("boat"), inner.embed_query("boat"))
    assert len(patient.embed_passages([])) == 0
