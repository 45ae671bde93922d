"""A real server that we did not write: llama-cpp-python's own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import validate

from assistant.config.settings import ChatSettings
from assistant.entities.conversation import FinishReason, MessageRole
from assistant.errors import RemoteModelError
from assistant.llm.engine import (
    ChatMessage,
    Finished,
    GenerationRequest,
    Piece,
    Sampling,
)
from assistant.llm.remote import RemoteEngine
from assistant.llm.wire.server import Server, checked_url
from assistant.tokens import fallback_counter
from assistant.weights import bundled_weights
from tests.fakes.llama_server import llama_server
from tests.fakes.tiny_gguf import write_tiny_gguf


def engine_at(url: str, model: str = "any") -> RemoteEngine:
    return RemoteEngine(
        "far",
        Server(base_url=checked_url(url), model=model),
        context_tokens=2048,
        counter=fallback_counter(),
    )


def asking(*said: str, max_tokens: int = 16, **more) -> GenerationRequest:
    roles = (MessageRole.USER, MessageRole.ASSISTANT) * len(said)
    messages = [
        ChatMessage(role=role, content=text)
        for role, text in zip(roles, said, strict=False)
    ]
    sampling = Sampling(max_tokens=max_tokens, temperature=0.0, seed=1)
    return GenerationRequest(messages=tuple(messages), sampling=sampling, **more)


CAPITAL = GenerationRequest(
    messages=(
        ChatMessage(role=MessageRole.SYSTEM, content=ChatSettings().system_prompt),
        ChatMessage(role=MessageRole.USER, content="What is the capital of France?"),
    ),
    sampling=Sampling(max_tokens=32, temperature=0.0),
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    tiny = write_tiny_gguf(folder / "tiny.gguf")
    with llama_server(tiny, log=folder / "log") as url:
        yield url


def test_a_real_server_lists_its_model(url: str) -> None:
    (listed,) = engine_at(url).models()

    assert listed.model.endswith("tiny.gguf")


def test_a_real_server_answers(url: str) -> None:
    *pieces, last = engine_at(url).generate(asking("Hello"))

    assert isinstance(last, Finished)
    assert last.reason in {FinishReason.LENGTH, FinishReason.STOP, FinishReason.EMPTY}
    assert last.prompt_tokens > 0
    assert all(piece.text for piece in pieces if isinstance(piece, Piece))


def test_a_real_server_that_refuses_our_first_words_for_a_schema_still_meets_it(
    url: str,
) -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["cat", "dog"]}},
        "required": ["kind"],
    }
    engine = engine_at(url)
    for _ in range(2):
        generated = engine.generate(asking("Hello", max_tokens=64, schema=schema))
        text = "".join(piece.text for piece in generated if isinstance(piece, Piece))
        validate(json.loads(text), schema)


def test_a_real_server_that_is_given_too_much_fails_in_one_line(url: str) -> None:
    with pytest.raises(RemoteModelError) as caught:
        list(engine_at(url).generate(asking("hello " * 5000)))

    assert "longer than the server can take" in caught.value.hint


def test_a_real_server_takes_the_next_question_after_one_was_dropped(
    url: str,
) -> None:
    engine = engine_at(url)
    for _ in range(5):
        generated = engine.generate(asking("Hello", max_tokens=1000))
        while not isinstance(next(generated), Piece):
            pass
        generated.close()

    *_, last = engine.generate(asking("Hello"))
    assert isinstance(last, Finished)


@pytest.mark.weights
def test_a_real_server_with_real_weights_knows_a_capital(tmp_path: Path) -> None:
    with llama_server(bundled_weights(), log=tmp_path / "log") as url:
        generated = list(engine_at(url).generate(CAPITAL))

    text = "".join(piece.text for piece in generated if isinstance(piece, Piece))
    assert "Paris" in text
