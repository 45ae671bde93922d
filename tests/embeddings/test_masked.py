"""What points at a person never reaches the embedder, and is no part of a vector."""

from dataclasses import replace

import numpy as np
import pytest

from assistant.embeddings.masked import MaskedEmbedder
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.search import Question
from assistant.privacy.redact_spans import Masking
from assistant.storage.database import Database
from assistant.storage.vectors import VectorKind, VectorSpace
from tests.evals.masking import unmarked
from tests.fakes.embedder import WordEmbedder
from tests.knowledge.building import a_desk, a_search
from tests.privacy.examples import MUST_GO, NAMES
from tests.storage.building import ME, Talk
from tests.storage.conftest import database, path, talk

__all__ = ["database", "path", "talk"]


def masking(words: WordEmbedder | None = None) -> MaskedEmbedder:
    return MaskedEmbedder(words or WordEmbedder(), lambda: NAMES)


@pytest.mark.parametrize("kind", list(Masking))
def test_a_vector_does_not_depend_on_what_is_masked(kind: Masking) -> None:
    embedder = masking()
    lines = [unmarked(line) for line in MUST_GO[kind]]
    alone = [value for text, (value, *_) in lines if text == value][:5]
    texts = [f"It is {value} indeed" for value in alone] or [lines[0][0]]

    vectors = embedder.embed_passages(texts)
    queries = [embedder.embed_query(text) for text in texts]

    assert len({vector.tobytes() for vector in [*vectors, *queries]}) == 1


def test_the_embedder_is_never_told(talk: Talk, database: Database) -> None:
    words = WordEmbedder()
    talk.say("Write to ana@example.org, +351 912 345 678")
    desk = a_desk(database, words)
    embedder = masking(words)

    list(Remembering(desk=desk, masked=embedder.masked, opened_at=0).embed_messages())

    assert words.texts == ["You: Write to [e-mail], [phone]"]
    space = VectorSpace(VectorKind.MESSAGE, "words")
    assert desk.vectors.counts() == {space: 1}


def test_a_question_is_masked_like_what_was_said(
    talk: Talk, database: Database
) -> None:
    words = WordEmbedder()
    talk.say("Write to ana@example.org today")
    desk = a_desk(database, words)
    embedder = masking(words)
    list(Remembering(desk=desk, masked=embedder.masked, opened_at=0).embed_messages())
    search = replace(a_search(desk), masked=embedder.masked)

    (hit,) = search.find(Question(text="Write to ben@example.net"), ME).hits

    assert hit.why.vector_rank == 1
    assert "Write to [e-mail]" in words.texts


def test_where_both_kinds_of_vectors_may_be_kept_the_name_tells_them_apart() -> None:
    marked = MaskedEmbedder(WordEmbedder(), lambda: (), mark="+masked")

    assert (masking().name, marked.name) == ("words", "words+masked")
    assert np.array_equal(masking().embed_query("a"), marked.embed_query("a"))
    assert (marked.width, marked.max_tokens, marked.count("a b")) == (64, 200, 2)
