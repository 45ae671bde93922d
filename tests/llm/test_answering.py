import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.conversation import FinishReason
from assistant.errors import EngineError, SchemaError
from assistant.llm.answering import Task, answer
from assistant.llm.engine import Finished, Generated, Piece, Sampling
from assistant.llm.grammar import answer_meets, grammar_of
from tests.fakes.model import END, ScriptedModel

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "inhabitants": {"type": "integer"}},
    "required": ["city", "inhabitants"],
}


def answered(
    model: ScriptedModel,
    *,
    max_tokens: int = 1000,
    temperature: float = 0.0,
    schema: dict[str, object] | None = None,
    begun: str = "",
    stop_texts: tuple[str, ...] = (),
) -> list[Generated]:
    task = Task(
        prompt=["What?"],
        sampling=Sampling(max_tokens=max_tokens, temperature=temperature),
        grammar=None if schema is None else grammar_of(schema),
        begun=begun,
        stop_texts=stop_texts,
    )
    return list(answer(model, task, lambda: False))


def text_of(generated: list[Generated]) -> str:
    return "".join(each.text for each in generated if isinstance(each, Piece))


def measures_of(generated: list[Generated]) -> Finished:
    last = generated[-1]
    assert isinstance(last, Finished)
    return last


@given(st.text(min_size=1).filter(str.strip))
def test_characters_are_whole_though_every_byte_is_a_token(text: str) -> None:
    said = "A" + text

    generated = answered(ScriptedModel(said.encode()), max_tokens=10_000)

    assert text_of(generated) == said
    assert all(each.text for each in generated if isinstance(each, Piece))


@given(st.binary(max_size=80))
def test_bytes_that_are_no_text_are_marked_and_never_lost(noise: bytes) -> None:
    generated = answered(ScriptedModel(b"A" + noise + b"Z"))

    assert text_of(generated) == (b"A" + noise + b"Z").decode("utf-8", "replace")


def test_a_character_cut_off_by_the_limit_is_marked() -> None:
    generated = answered(ScriptedModel("Né".encode()), max_tokens=2)

    assert text_of(generated) == "N\ufffd"
    assert measures_of(generated).reason is FinishReason.LENGTH


def test_white_space_before_an_answer_is_left_out() -> None:
    assert text_of(answered(ScriptedModel(b"\n\n  Yes. "))) == "Yes. "


def test_white_space_stays_when_an_answer_is_gone_on_with() -> None:
    generated = answered(ScriptedModel(b" of France"), begun="The capital")

    assert text_of(generated) == " of France"


@pytest.mark.parametrize("nothing", [b"", b" \n\n "])
def test_an_answer_of_nothing_is_asked_for_again_with_another_seed(
    nothing: bytes,
) -> None:
    model = ScriptedModel(nothing, b"Here I am.")

    generated = answered(model)

    assert text_of(generated) == "Here I am."
    assert measures_of(generated).reason is FinishReason.STOP
    first, second = model.samplings
    assert first.seed != second.seed
    assert second.temperature > first.temperature
    assert measures_of(generated).reused_tokens == 0


def test_nothing_twice_is_an_empty_answer() -> None:
    model = ScriptedModel(b"\n")

    generated = answered(model)

    assert measures_of(generated).reason is FinishReason.EMPTY
    assert text_of(generated) == ""
    assert measures_of(generated).first_token_ms is None
    assert len(model.samplings) == 2


def test_having_nothing_to_add_is_no_empty_answer() -> None:
    model = ScriptedModel(b"")

    generated = answered(model, begun="All is said.")

    assert measures_of(generated).reason is FinishReason.STOP
    assert len(model.samplings) == 1


def test_going_round_in_circles_is_stopped_within_256_tokens() -> None:
    generated = answered(ScriptedModel(b"I see. " + b"Yes, it is so. " * 500))

    measures = measures_of(generated)
    assert measures.reason is FinishReason.REPETITION
    assert measures.completion_tokens <= 7 + 256


def test_nothing_but_escape_characters_is_an_error_and_is_not_shown() -> None:
    shown: list[Generated] = []
    task = Task(prompt=["?"], sampling=Sampling(max_tokens=99, temperature=0))

    with pytest.raises(EngineError, match="control characters"):
        shown.extend(answer(ScriptedModel(b"\x1b" * 50), task, lambda: False))

    assert shown == []


def test_a_model_that_computes_no_numbers_is_an_error() -> None:
    with pytest.raises(EngineError, match="no numbers"):
        answered(ScriptedModel(b"fine", is_sane=False))


def test_an_answer_ends_where_the_template_would_go_on() -> None:
    model = ScriptedModel(b"Paris.\n### User: and Rome?")

    generated = answered(model, stop_texts=("\n### User:",))

    assert text_of(generated) == "Paris."
    assert measures_of(generated).reason is FinishReason.STOP


def test_a_prompt_beyond_the_context_is_refused_with_both_numbers() -> None:
    model = ScriptedModel(b"x", context_tokens=4)

    with pytest.raises(EngineError, match=r"5 tokens.*holds 4"):
        answered(model)


def test_an_answer_ends_where_the_context_does() -> None:
    generated = answered(ScriptedModel(b"0123456789", context_tokens=9))

    assert text_of(generated) == "0123"
    assert measures_of(generated).reason is FinishReason.LENGTH


def test_the_last_token_is_not_read_for_nothing() -> None:
    model = ScriptedModel(b"abc")

    answered(model, max_tokens=3)

    assert bytes(model.extended) == b"ab"


def test_nothing_comes_after_it_was_cancelled() -> None:
    model = ScriptedModel(b"abcdef")
    shown: list[Generated] = []
    task = Task(prompt=["?"], sampling=Sampling(max_tokens=99, temperature=0))

    shown.extend(answer(model, task, lambda: len(shown) >= 2))

    assert text_of(shown) == "ab"
    assert not any(isinstance(each, Finished) for each in shown)


@pytest.mark.parametrize("failing", [True, False])
def test_what_picks_tokens_is_freed_however_it_ends(failing: bool) -> None:
    model = ScriptedModel(b"\x1b" * 50 if failing else b"fine")

    if failing:
        with pytest.raises(EngineError):
            answered(model)
    else:
        answered(model)

    assert model.open_samplers == 0


@given(st.integers(0, 60))
def test_an_answer_to_a_schema_is_whole_at_every_limit(spare: int) -> None:
    needed = len('{"city": "", "inhabitants": 0}')
    model = ScriptedModel(
        b'{"city": "Llanfair\xf0\x9f\x8f\xb4 in Wales", "inhabitants": 3107}'
    )

    generated = answered(model, schema=CITY, max_tokens=needed + spare)

    measures = measures_of(generated)
    assert answer_meets(CITY, text_of(generated)), text_of(generated)
    assert measures.completion_tokens <= needed + spare


def test_a_limit_below_the_shortest_answer_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"needs 30 tokens at least.* room for 29"):
        answered(ScriptedModel(b"{"), schema=CITY, max_tokens=29)


@given(st.binary(max_size=60))
def test_whatever_the_model_writes_an_answer_to_a_schema_meets_it(
    noise: bytes,
) -> None:
    generated = answered(ScriptedModel(b'{"city": "' + noise), schema=CITY)

    assert answer_meets(CITY, text_of(generated)), text_of(generated)


def test_a_list_without_end_is_closed() -> None:
    numbers = {"type": "array", "items": {"type": "integer"}}

    generated = answered(ScriptedModel(b"[7" + b", 7" * 2000), schema=numbers)

    assert measures_of(generated).reason is FinishReason.REPETITION
    assert json.loads(text_of(generated))[:30] == [7] * 30


def test_an_answer_to_a_schema_can_be_gone_on_with() -> None:
    model = ScriptedModel(b'sbon", "inhabitants": 5}')

    generated = answered(model, schema=CITY, begun='{"city": "Li')

    assert text_of(generated) == 'sbon", "inhabitants": 5}'
    assert bytes(model.accepted) == b'{"city": "Li'


def test_what_does_not_fit_the_schema_cannot_be_gone_on_with() -> None:
    with pytest.raises(SchemaError, match="so far does not fit"):
        answered(ScriptedModel(b"}"), schema=CITY, begun="The city")


def test_an_end_marker_is_never_read() -> None:
    model = ScriptedModel(b"abc")

    answered(model)

    assert END not in model.extended
