from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SchemaError, WeightsRefusedError
from assistant.llm.answering import Task, answer
from assistant.llm.engine import Piece, Sampling
from assistant.llm.grammar import answer_meets, grammar_of
from assistant.llm.native import BATCH_TOKENS, NativeModel, StoppedError
from tests.fakes.tiny_gguf import Tiny, write_tiny_gguf
from tests.llm.grammar.schemas import SCHEMAS

GREEDY = Sampling(max_tokens=1, temperature=0.0)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeModel]:
    path = write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf")
    with closing(loaded(path)) as model:
        yield model


def loaded(path: Path, *, context_tokens: int = 2048) -> NativeModel:
    return NativeModel(
        path, context_tokens=context_tokens, threads=1, use_extra_bufts=False
    )


@pytest.mark.parametrize(
    "kind", [Tiny.TRUNCATED, Tiny.UNKNOWN_ARCHITECTURE], ids=lambda kind: kind.value
)
def test_a_bad_file_is_refused_with_llama_cpps_own_reason(
    tmp_path: Path, kind: Tiny
) -> None:
    path = write_tiny_gguf(tmp_path / "bad.gguf", kind)

    with pytest.raises(WeightsRefusedError, match=r"by llama-cpp-python .*: \w+"):
        loaded(path)


def test_reading_more_than_a_batch_is_one_text(model: NativeModel) -> None:
    long = model.tokenize("word " * 150)
    assert len(long) > BATCH_TOKENS

    model.read([1])
    model.read(long)
    whole = picked(model)
    model.read([2])
    model.read(long[:300])
    kept = model.read(long)

    assert kept == 300
    assert picked(model) == whole


def test_reading_that_is_told_to_stop_stops(model: NativeModel) -> None:
    model.read([1])
    model.stop()
    with pytest.raises(StoppedError):
        model.read(model.tokenize("word " * 100))
    model.resume()

    assert model.read(model.tokenize("word")) == 0


def test_markers_in_plain_text_are_letters(model: NativeModel) -> None:
    assert len(model.tokenize("<|im_end|>")) >= len("<|im_end|>")


@given(text=st.text(max_size=40))
def test_tokens_stand_for_the_bytes_they_came_from(
    model: NativeModel, text: str
) -> None:
    pieces = b"".join(map(model.piece, model.tokenize(text)))

    # The vocabulary's family puts a space before every text.
    assert pieces.decode() in (f" {text}", text)


@pytest.mark.parametrize("rule", ['root ::= "', "root ::= nowhere", "nonsense"])
def test_a_grammar_that_does_not_parse_is_refused(
    model: NativeModel, rule: str
) -> None:
    with pytest.raises(SchemaError, match="cannot follow"):
        model.sampler(GREEDY, grammar=rule)


def test_a_vocabulary_that_cannot_write_json_is_refused_for_schemas(
    tmp_path: Path,
) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf", Tiny.NO_BRACES)

    with (
        closing(loaded(path)) as model,
        pytest.raises(SchemaError, match=r"cannot write '[{}]'"),
    ):
        model.sampler(GREEDY, grammar=grammar_of({"type": "object"}).gbnf)


@given(schema=SCHEMAS, seed=st.integers(0, 2**31))
def test_even_a_model_that_knows_nothing_answers_to_every_schema(
    model: NativeModel, schema: dict[str, object], seed: int
) -> None:
    task = Task(
        prompt=["What?"],
        sampling=Sampling(max_tokens=400, temperature=1.5, seed=seed, top_k=0),
        grammar=grammar_of(schema),
    )

    pieces = [
        each.text
        for each in answer(model, task, lambda: False)
        if isinstance(each, Piece)
    ]

    assert answer_meets(schema, "".join(pieces)), "".join(pieces)


def picked(model: NativeModel) -> list[int]:
    with closing(model.sampler(GREEDY)) as sampler:
        tokens = []
        for _ in range(5):
            tokens.append(sampler.pick())
            model.extend(tokens[-1])
        return tokens


def test_a_context_that_grows_reads_on_as_if_it_had_been_large(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    with closing(loaded(path)) as grown, closing(loaded(path)) as large:
        text = large.tokenize("word " * 400)
        assert len(text) > 1024
        large.read(text)

        grown.read(text[:1000])
        for token in text[1000:]:
            grown.extend(token)

        assert picked(grown) == picked(large)
        assert grown.read([*text, 1]) == len(text)


def test_a_text_as_long_as_the_context_is_read(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    with closing(loaded(path, context_tokens=1536)) as model:
        text = (model.tokenize("word " * 500))[:1536]

        assert model.read(text) == 0
        assert model.context_tokens == 1536
