"""What every engine promises; a new engine joins by a line in `ENGINES`."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from assistant.entities.conversation import FinishReason, MessageRole
from assistant.errors import EngineError
from assistant.llm.engine import (
    ChatMessage,
    Engine,
    Finished,
    Generated,
    GenerationRequest,
    Piece,
    Queued,
    Sampling,
)
from assistant.llm.grammar import answer_meets
from assistant.llm.llama import LlamaEngine
from assistant.llm.remote import RemoteEngine
from assistant.llm.wire.server import Server
from assistant.tokens import gguf_counter
from assistant.weights import bundled_weights, read_gguf
from tests.fakes.engine import ScriptedEngine
from tests.fakes.llama_server import llama_server
from tests.fakes.tiny_gguf import write_tiny_gguf

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "pets": {"type": "array", "items": {"enum": ["cat", "dog"]}, "maxItems": 3},
    },
    "required": ["name", "age", "pets"],
    "additionalProperties": False,
}
ANNA = '{"name": "Anna", "age": 31, "pets": []}'

Opener = Callable[[Path], Engine]


def scripted(_: Path) -> Engine:
    return ScriptedEngine("One two three four five six.", schema_answer=ANNA)


def tiny(folder: Path) -> Engine:
    path = write_tiny_gguf(folder / "tiny.gguf")
    return LlamaEngine("tiny", path, metadata=read_gguf(path), context_tokens=1024)


def bundled(_: Path) -> Engine:
    path = bundled_weights()
    return LlamaEngine("bundled", path, metadata=read_gguf(path), context_tokens=1024)


class Served(RemoteEngine):
    """A remote engine whose server goes when it is closed."""

    def __init__(self, weights: Path, folder: Path) -> None:
        self._server_runs = ExitStack()
        url = self._server_runs.enter_context(
            llama_server(weights, log=folder / "log", context_tokens=1024)
        )
        super().__init__(
            "served",
            Server(base_url=url, model="any"),
            context_tokens=1024,
            counter=gguf_counter(read_gguf(weights)),
        )

    def close(self) -> None:
        super().close()
        self._server_runs.close()


def served_tiny(folder: Path) -> Engine:
    return Served(write_tiny_gguf(folder / "tiny.gguf"), folder)


def served_bundled(folder: Path) -> Engine:
    return Served(bundled_weights(), folder)


ENGINES = [
    pytest.param(scripted, id="scripted"),
    pytest.param(tiny, id="tiny"),
    pytest.param(bundled, id="bundled", marks=pytest.mark.weights),
    pytest.param(served_tiny, id="served-tiny"),
    pytest.param(served_bundled, id="served-bundled", marks=pytest.mark.weights),
]


@pytest.fixture(scope="module", params=ENGINES)
def opener(request: pytest.FixtureRequest) -> Opener:
    return request.param


@pytest.fixture(scope="module")
def engine(
    opener: Opener, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with closing(opener(tmp_path_factory.mktemp("weights"))) as engine:
        yield engine


@pytest.fixture
def another(opener: Opener, tmp_path: Path) -> Iterator[Engine]:
    """One that a test may close."""
    with closing(opener(tmp_path)) as engine:
        yield engine


def chat(*contents: str) -> tuple[ChatMessage, ...]:
    roles = (MessageRole.SYSTEM, MessageRole.USER, MessageRole.ASSISTANT)
    return tuple(
        ChatMessage(role=role, content=content)
        for role, content in zip(roles, contents, strict=False)
    )


HELLO = chat("Answer briefly.", "Say hello.")


def asked(
    messages: tuple[ChatMessage, ...] = HELLO,
    *,
    max_tokens: int = 12,
    temperature: float = 0.0,
    schema: dict[str, object] | None = None,
    owner: str = "local",
) -> GenerationRequest:
    return GenerationRequest(
        messages=messages,
        sampling=Sampling(max_tokens=max_tokens, temperature=temperature, seed=1),
        schema=schema,
        owner=owner,
    )


def text_of(generated: list[Generated]) -> str:
    return "".join(each.text for each in generated if isinstance(each, Piece))


def measures_of(generated: list[Generated]) -> Finished:
    last = generated[-1]
    assert isinstance(last, Finished)
    return last


def test_an_engine_has_a_name_and_a_context(engine: Engine) -> None:
    assert engine.name
    assert engine.context_tokens > 0


def test_no_piece_of_an_answer_is_empty(engine: Engine) -> None:
    generated = list(engine.generate(asked()))

    assert all(each.text for each in generated if isinstance(each, Piece))


def test_the_measures_come_last_and_once(engine: Engine) -> None:
    generated = list(engine.generate(asked()))

    assert [each for each in generated if isinstance(each, Finished)] == generated[-1:]


def test_whoever_waits_is_told_how_many_come_first(engine: Engine) -> None:
    generated = list(engine.generate(asked()))

    assert any(isinstance(each, Piece) for each in generated)
    assert all(each.ahead >= 0 for each in generated if isinstance(each, Queued))


@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_the_pieces_join_to_valid_text(engine: Engine, temperature: float) -> None:
    text = text_of(list(engine.generate(asked(temperature=temperature, max_tokens=40))))

    assert text.encode("utf-8").decode("utf-8") == text


def test_the_measures_are_what_was_asked_and_given(engine: Engine) -> None:
    measures = measures_of(list(engine.generate(asked(max_tokens=5))))

    assert 1 <= measures.completion_tokens <= 5
    assert measures.prompt_tokens >= 1
    assert 0 <= measures.reused_tokens <= measures.prompt_tokens
    assert measures.first_token_ms is not None
    assert 0 <= measures.first_token_ms <= measures.total_ms


def test_an_answer_that_runs_into_the_limit_says_so(engine: Engine) -> None:
    measures = measures_of(list(engine.generate(asked(max_tokens=2))))

    assert measures.reason is FinishReason.LENGTH
    assert measures.completion_tokens == 2


def test_a_prompt_has_tokens_and_more_text_has_more(engine: Engine) -> None:
    short = engine.count(HELLO)
    longer = engine.count(chat("Answer briefly.", "Say hello." + " And more." * 50))

    assert 1 <= short < longer
    assert short < engine.count(chat("Answer briefly.", "Say hello.", "Hello"))


def test_an_answer_can_be_gone_on_with(engine: Engine) -> None:
    generated = list(engine.generate(asked(chat("Be kind.", "Hello?", "Hello, my"))))

    assert measures_of(generated).prompt_tokens >= 1


def test_stopping_early_leaves_the_engine_ready(engine: Engine) -> None:
    pieces = engine.generate(asked(max_tokens=200))
    assert any(isinstance(each, Piece) for each in pieces)
    pieces.close()

    assert (
        measures_of(list(engine.generate(asked(max_tokens=3)))).completion_tokens >= 1
    )


def test_stopping_before_anything_was_asked_leaves_the_engine_ready(
    engine: Engine,
) -> None:
    engine.generate(asked()).close()

    assert text_of(list(engine.generate(asked())))


def test_an_answer_to_a_schema_meets_it(engine: Engine, opener: Opener) -> None:
    if opener is served_tiny:
        pytest.skip("random weights find every gap in that server's own grammar")
    wish = chat("Answer in JSON.", "Describe Anna, who is 31.")

    generated = list(engine.generate(asked(wish, max_tokens=80, schema=PERSON)))

    text = text_of(generated)
    assert answer_meets(PERSON, text), text
    assert list(json.loads(text)) == ["name", "age", "pets"]


def test_two_who_ask_at_once_both_get_whole_answers(engine: Engine) -> None:
    # The first answer reads the whole prompt, later ones its end: near ties may differ.
    list(engine.generate(asked(max_tokens=6)))
    alone = text_of(list(engine.generate(asked(max_tokens=6))))
    answers: dict[str, list[Generated]] = {}

    def ask(owner: str) -> None:
        answers[owner] = list(engine.generate(asked(max_tokens=6, owner=owner)))

    threads = [threading.Thread(target=ask, args=(owner,)) for owner in ("ana", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(50)

    assert {owner: text_of(given) for owner, given in answers.items()} == {
        "ana": alone,
        "ben": alone,
    }
    assert all(isinstance(given[-1], Finished) for given in answers.values())


def test_a_closed_engine_refuses_and_can_be_closed_again(another: Engine) -> None:
    list(another.generate(asked(max_tokens=1)))

    another.close()
    another.close()

    with pytest.raises(EngineError):
        list(another.generate(asked()))
