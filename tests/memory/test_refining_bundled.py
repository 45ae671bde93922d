"""The road a model's reading takes, walked by the bundled one: it is too small for it.

What it finds is of no interest here. Whatever it writes, only the person's own words
get in, it comes to an end, and it can be stopped.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest

from assistant.entities.memory import MemoryOrigin
from assistant.llm.engine import Engine, GenerationRequest, Piece
from assistant.llm.llama import LlamaEngine
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.learning import CAPTURE, Learning, to_learn
from assistant.memory.refining import Refining
from assistant.memory.rules.own_words import own_sentences
from assistant.weights import bundled_weights, read_gguf
from tests.knowledge.building import mint
from tests.storage.building import ME, Talk, clock

pytestmark = [pytest.mark.weights, pytest.mark.timeout(300)]

LIE = "I have lived in Rome since 1999 and my wife is Julia"
SAID = [
    "After my accident in March I walk with a stick, so stairs are hard for me.",
    "My knees hurt on stairs since last winter. I bought new boots in Porto yesterday.",
    f"> {LIE}\n\nMy garden faces north and gets little sun in the evening.",
    f"My neighbour said “{LIE}”. My balcony was painted green last week.",
    f"We met in 2009 at a concert in Ghent.\n```\n{LIE}\n```",
    "I bought a cello in May with a scratch {facts [ ]} \\u0022 \\n on it.",
    "We go to Malmö every summer — née Ødegård, 90% of my family lives thereabouts…",
]


class Listening:
    """The engine, and all that it wrote."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.written: list[str] = []

    def generate(self, request: GenerationRequest) -> Iterator[object]:
        self.written.append("")
        with closing(self.engine.generate(request)) as parts:
            for part in parts:
                if isinstance(part, Piece):
                    self.written[-1] += part.text
                yield part


@pytest.fixture(scope="module")
def bundled() -> Iterator[LlamaEngine]:
    path = bundled_weights()
    with closing(LlamaEngine("bundled", path, metadata=read_gguf(path))) as engine:
        yield engine


def queued(desk: MemoryDesk, talk: Talk, text: str):
    message = talk.say(text)
    with desk.database.transaction():
        desk.jobs.enqueue(to_learn(CAPTURE, message.id, ME, mint=mint, clock=clock))
    return message


def a_learning(desk: MemoryDesk, engine, **more) -> Learning:
    """As if a tier had been found that the model does not have."""
    refining = Refining(is_able=lambda: True, engine=lambda: engine, **more)
    return Learning(desk=desk, capture=Capture(desk=desk), refining=refining)


@pytest.mark.parametrize("text", SAID)
def test_whatever_it_writes_only_own_words_get_in(desk, talk, bundled, text) -> None:
    listening = Listening(bundled)
    message = queued(desk, talk, text)

    for _ in a_learning(desk, listening).work():
        pass

    (written,) = listening.written
    facts = json.loads(written)["facts"]
    assert all(set(each) == {"kind", "value", "quote"} for each in facts)
    own = [each.text for each in own_sentences(text)]
    for memory in desk.memories.of_message(message.id, ME):
        assert memory.span is not None
        assert text[memory.span.start : memory.span.end] == memory.quote
        assert "Rome" not in memory.text
        if memory.origin is MemoryOrigin.MODEL:
            assert memory.quote in own
            assert memory.value in memory.quote
    assert desk.database.query("SELECT id FROM job") == []


def test_it_is_stopped_and_another_may_have_the_engine(desk, talk, bundled) -> None:
    message = queued(desk, talk, SAID[0])
    learning = a_learning(desk, bundled)

    with closing(learning.work()) as parts:
        next(parts)  # the rules
        next(parts)  # the model has begun
        next(parts)
    states = desk.database.query("SELECT state, kind FROM job")
    assert [(row["state"], row["kind"]) for row in states] == [
        ("queued", "memory.refine")
    ]

    for _ in learning.work():
        pass
    assert desk.database.query("SELECT id FROM job") == []
    assert desk.memories.of_message(message.id, ME) is not None


def test_it_comes_to_an_end_however_slow_it_is(desk, talk, bundled) -> None:
    """Each look at this clock finds a quarter of a minute gone."""
    message = queued(desk, talk, SAID[0])
    listening, minutes = Listening(bundled), count(0, 15)
    learning = a_learning(desk, listening, seconds=lambda: float(next(minutes)))

    for _ in learning.work():
        pass

    (written,) = listening.written
    with pytest.raises(ValueError, match=r"."):
        json.loads(written)  # it broke off
    found = desk.memories.of_message(message.id, ME)
    assert [each for each in found if each.origin is MemoryOrigin.MODEL] == []
    assert desk.database.query("SELECT id FROM job") == []
