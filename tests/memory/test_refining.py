"""A model's reading of a message adds what the words bear out, and nothing else."""

import json
from contextlib import closing

import pytest

from assistant.entities.memory import MemoryKind, MemoryOrigin, MemoryState
from assistant.llm.engine import Priority
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.learning import CAPTURE, Learning, to_learn
from assistant.memory.refining import Refining
from tests.fakes.engine import ScriptedEngine
from tests.knowledge.building import mint
from tests.storage.building import ME, Talk, clock

SAID = (
    "After my accident in March I walk with a stick, so stairs are hard for me. "
    "I live in Porto. What shall I cook?"
)
STICK = {"kind": "fact", "value": "a stick", "quote": "I walk with a stick"}


def a_learning(desk: MemoryDesk, engine: ScriptedEngine, *, tier: int = 2) -> Learning:
    refining = Refining(is_able=lambda: tier >= 2, engine=lambda: engine)
    return Learning(desk=desk, capture=Capture(desk=desk), refining=refining)


def reading(*facts: dict[str, str]) -> ScriptedEngine:
    return ScriptedEngine(schema_answer=json.dumps({"facts": facts}))


def learn(learning: Learning, talk: Talk, text: str = SAID) -> list[str]:
    message = talk.say(text)
    job = to_learn(CAPTURE, message.id, ME, mint=mint, clock=clock)
    with learning.desk.database.transaction():
        learning.desk.jobs.enqueue(job)
    for _ in learning.work():
        pass
    assert learning.desk.database.query("SELECT id FROM job") == []
    found = learning.desk.memories.of_message(message.id, ME)
    return [m.text for m in found if m.origin is MemoryOrigin.MODEL]


def test_what_the_words_bear_out_is_added_as_they_were_said(desk, talk: Talk) -> None:
    engine = reading(STICK)

    added = learn(a_learning(desk, engine), talk)

    assert added == [
        "After my accident in March I walk with a stick, so stairs are hard for me"
    ]
    assert engine.requests[0].priority is Priority.BACKGROUND
    assert engine.requests[0].schema is not None
    assert "cook" not in engine.requests[0].messages[-1].content


@pytest.mark.parametrize(
    "fact",
    [
        {**STICK, "quote": "I walk with two sticks"},
        {**STICK, "value": "a wheelchair"},
        {**STICK, "quote": "I live in Rome"},
        {**STICK, "quote": "What shall I cook?", "value": "cook"},
        {**STICK, "value": ""},
        {"kind": "fact"},
        {**STICK, "quote": "I live in Porto", "value": "Porto"},
    ],
)
def test_what_the_words_do_not_bear_out_is_dropped(desk, talk: Talk, fact) -> None:
    assert learn(a_learning(desk, reading(fact)), talk) == []


@pytest.mark.parametrize("kind", ["note", "", None, ["fact"]])
def test_a_kind_that_nobody_asked_for_is_a_plain_fact(desk, talk: Talk, kind) -> None:
    added = learn(a_learning(desk, reading({**STICK, "kind": kind})), talk)

    assert len(added) == 1
    (model_s,) = [
        each
        for each in desk.memories.of_message("talk-1", ME)
        if each.origin is MemoryOrigin.MODEL
    ]
    assert model_s.kind is MemoryKind.FACT


@pytest.mark.parametrize("answer", ["", "{", "[]", '{"facts": 3}', "null"])
def test_an_answer_that_broke_off_adds_nothing(desk, talk: Talk, answer: str) -> None:
    engine = ScriptedEngine(schema_answer=answer or " ")

    assert learn(a_learning(desk, engine), talk) == []


def test_a_small_model_is_not_asked(desk, talk: Talk) -> None:
    engine = reading(STICK)

    assert learn(a_learning(desk, engine, tier=1), talk) == []
    assert engine.requests == []


def test_a_quoted_falsehood_is_not_shown_to_the_model(desk, talk: Talk) -> None:
    lie = "I walk with a stick since my accident in March 2020"
    engine = reading({**STICK, "quote": lie})

    text = f"> {lie}\n\nTranslate this: {lie}"
    assert learn(a_learning(desk, engine), talk, text) == []
    assert engine.requests == []


def test_it_adds_and_never_replaces(desk, talk: Talk) -> None:
    learning = a_learning(desk, reading(STICK))
    learn(learning, talk)

    learn(learning, talk)

    states = [m.state for m in desk.memories.of_message("talk-1", ME)]
    assert set(states) == {MemoryState.CURRENT}


def test_whoever_types_stops_it_and_it_begins_anew(desk, talk: Talk) -> None:
    learning = a_learning(desk, reading(STICK))
    message = talk.say(SAID)
    job = to_learn(CAPTURE, message.id, ME, mint=mint, clock=clock)
    with desk.database.transaction():
        desk.jobs.enqueue(job)

    with closing(learning.work()) as parts:
        next(parts)  # the rules
        next(parts)  # the model has begun
    assert [row["state"] for row in desk.database.query("SELECT state FROM job")] == [
        "queued"
    ]
    for _ in learning.work():
        pass

    texts = [memory.text for memory in desk.memories.of_message(message.id, ME)]
    assert len(texts) == 2


def test_a_one_shot_question_never_waits_for_a_model(desk, talk: Talk) -> None:
    engine = reading(STICK)
    learning = a_learning(desk, engine)
    job = to_learn(CAPTURE, talk.say(SAID).id, ME, mint=mint, clock=clock)
    with desk.database.transaction():
        desk.jobs.enqueue(job)

    assert [kept.memory.text for kept in learning.drain()] == ["I live in Porto"]
    assert engine.requests == []
