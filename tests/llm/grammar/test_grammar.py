import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SchemaError
from assistant.llm.grammar import Grammar, Matcher, answer_meets, grammar_of
from assistant.llm.grammar.syntax import Char, Choice, Node, Repeat, Row, Rule, Text
from tests.llm.grammar.schemas import NAMES, SCHEMAS, VALUES


def said(grammar: Grammar, choose: random.Random) -> str:
    """Some text of the grammar."""
    texts: list[str] = []
    pending: list[Node] = [grammar.rules["root"]]
    while pending:
        match pending.pop():
            case Text(text):
                texts.append(text)
            case Char(ranges):
                low, high = choose.choice(ranges)
                texts.append(chr(choose.randint(ord(low), ord(high))))
            case Row(parts):
                pending += reversed(parts)
            case Choice(options):
                pending.append(choose.choice(options))
            case Repeat(part, least, most):
                more = choose.randint(0, 3 if most is None else min(3, most - least))
                pending += [part] * (least + more)
            case Rule(name):
                pending.append(grammar.rules[name])
    return "".join(texts)


@given(SCHEMAS, st.randoms(use_true_random=False))
def test_whatever_the_grammar_allows_meets_the_schema(
    schema: dict[str, object], choose: random.Random
) -> None:
    text = said(grammar_of(schema), choose)

    assert answer_meets(schema, text), text


@given(SCHEMAS, st.randoms(use_true_random=False))
def test_a_text_is_followed_to_its_end(
    schema: dict[str, object], choose: random.Random
) -> None:
    grammar = grammar_of(schema)
    text = said(grammar, choose)
    matcher = Matcher(grammar)

    assert matcher.feed(text) == len(text)
    assert matcher.may_end
    assert matcher.missing == 0
    assert matcher.shortest_end() == ""


@given(SCHEMAS, st.randoms(use_true_random=False), st.data())
def test_a_text_cut_off_anywhere_can_be_closed(
    schema: dict[str, object], choose: random.Random, data: st.DataObject
) -> None:
    grammar = grammar_of(schema)
    text = said(grammar, choose)
    begun = text[: data.draw(st.integers(0, len(text)))]
    matcher = Matcher(grammar)
    matcher.feed(begun)

    end = matcher.shortest_end()

    assert len(end) == matcher.missing
    assert answer_meets(schema, begun + end), begun + end


@given(SCHEMAS, st.text(max_size=20))
def test_what_does_not_fit_is_not_taken(schema: dict[str, object], text: str) -> None:
    matcher = Matcher(grammar_of(schema))

    taken = text[: matcher.feed(text)]

    assert answer_meets(schema, taken + matcher.shortest_end())


def test_going_back_forgets_what_was_fed() -> None:
    matcher = Matcher(grammar_of({"type": "array", "items": {"type": "integer"}}))
    matcher.feed("[1")
    mark = matcher.mark()
    matcher.feed(", 2]")

    matcher.go_back(mark)

    assert not matcher.may_end
    assert matcher.feed(", 3]") == 4


TREE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#"}},
    },
    "required": ["name", "children"],
}


def test_a_schema_may_refer_to_itself() -> None:
    matcher = Matcher(grammar_of(TREE))
    begun = '{"name": "a", "children": [{"name": "b", "children": [{"name": "'
    matcher.feed(begun)

    assert answer_meets(TREE, begun + matcher.shortest_end())


def test_a_choice_told_apart_by_a_word_is_served() -> None:
    schema = {
        "oneOf": [
            {
                "type": "object",
                "properties": {"kind": {"const": kind}, "size": {"type": "integer"}},
                "required": ["kind"],
            }
            for kind in ("cat", "dog")
        ]
    }

    text = said(grammar_of(schema), random.Random(1))

    assert answer_meets(schema, text)


def test_several_schemas_at_once_are_met_together() -> None:
    schema = {
        "allOf": [
            {"$ref": "#/$defs/named"},
            {"properties": {"age": {"type": "integer"}}, "required": ["age"]},
        ],
        "$defs": {
            "named": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            }
        },
    }

    matcher = Matcher(grammar_of(schema))

    assert json.loads(matcher.shortest_end()) == {"name": "", "age": 0}


def test_what_pydantic_says_of_an_optional_field_is_served() -> None:
    schema = {
        "$defs": {
            "Pet": {
                "properties": {"kind": {"enum": ["cat", "dog"], "type": "string"}},
                "required": ["kind"],
                "title": "Pet",
                "type": "object",
            }
        },
        "properties": {
            "name": {"title": "Name", "type": "string"},
            "pet": {
                "anyOf": [{"$ref": "#/$defs/Pet"}, {"type": "null"}],
                "default": None,
            },
        },
        "required": ["name"],
        "title": "Person",
        "type": "object",
    }

    for seed in range(30):
        assert answer_meets(schema, said(grammar_of(schema), random.Random(seed)))


def nested(levels: int) -> dict[str, object]:
    schema: dict[str, object] = {"type": "integer"}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


def circular() -> dict[str, object]:
    schema: dict[str, object] = {"type": "array"}
    schema["items"] = schema
    return schema


def doubling(levels: int) -> dict[str, object]:
    """Small as it stands, and beyond counting once it is spelt out."""
    schema: dict[str, object] = {"type": "integer"}
    for _ in range(levels):
        schema = {"anyOf": [{}, {}], "properties": {"a": schema}}
    return schema


REFUSED = {
    "no object": ([], "not a JSON object"),
    "no schema": ({"type": "text"}, "not valid"),
    "too deep": (nested(33), "levels deep"),
    "endless": (circular(), "levels deep"),
    "too large": ({"enum": ["x" * 70_000]}, "are accepted"),
    "not JSON": ({"const": {1, 2}}, "not JSON"),
    "not a number": ({"const": float("nan")}, "not JSON"),
    "half a character": ({"const": "\ud800"}, "not JSON"),
    "a pattern": ({"type": "string", "pattern": "(a+)+$"}, "'pattern'"),
    "unique items": ({"type": "array", "uniqueItems": True}, "'uniqueItems'"),
    "a negation": ({"not": {}}, "'not'"),
    "multiples": ({"type": "integer", "multipleOf": 3}, "'multipleOf'"),
    "elsewhere": ({"$ref": "https://example.org/x.json"}, "is outside it"),
    "a file": ({"$ref": "file:///etc/passwd"}, "is outside it"),
    "nowhere": ({"$ref": "#/$defs/none"}, "nothing is at"),
    "itself": ({"$ref": "#"}, "refers to itself"),
    "itself, in a choice": (
        {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        "refers to itself",
    ),
    "itself, in two steps": (
        {
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"anyOf": [{"$ref": "#/$defs/b"}]},
                "b": {"$ref": "#/$defs/a"},
            },
        },
        "refers to itself",
    ),
    "itself, and more": ({"$ref": "#", "type": "object"}, "too large"),
    "itself, all of it": ({"allOf": [{"$ref": "#"}]}, "too large"),
    "without end": (
        {
            "type": "object",
            "properties": {"next": {"$ref": "#"}},
            "required": ["next"],
        },
        "never end",
    ),
    "without end, if chosen": (
        {
            "properties": {"list": {"$ref": "#/$defs/list"}},
            "$defs": {
                "list": {
                    "type": "object",
                    "properties": {"next": {"$ref": "#/$defs/list"}},
                    "required": ["next"],
                }
            },
        },
        "never end",
    ),
    "nothing": ({"properties": {"a": False}, "required": ["a"]}, "nothing is allowed"),
    "no value": ({"type": "string", "enum": [1, 2]}, "none of its values"),
    "no number": ({"type": "integer", "minimum": 2, "maximum": 1}, "no number"),
    "no length": ({"type": "string", "minLength": 2, "maxLength": 1}, "no text"),
    "no list": ({"type": "array", "minItems": 2, "maxItems": 1}, "no list"),
    "an overlap": (
        {"oneOf": [{"type": "integer"}, {"type": "number"}]},
        "may overlap",
    ),
    "a contradiction": (
        {"allOf": [{"minimum": 1, "type": "integer"}, {"minimum": 2}]},
        "said twice",
    ),
    "a closed door": (
        {
            "allOf": [
                {"properties": {"a": {}}, "additionalProperties": False},
                {"properties": {"b": {}}},
            ]
        },
        "additionalProperties",
    ),
    "a long answer": ({"type": "string", "minLength": 20_000}, "20,002 characters"),
    "too much to spell out": (doubling(14), "too large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_served_is_refused_in_one_clear_line(name: str) -> None:
    schema, why = REFUSED[name]

    with pytest.raises(SchemaError, match=why) as refused:
        grammar_of(schema)

    assert "\n" not in str(refused.value)


@given(
    st.recursive(
        VALUES | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "properties", "items", "$ref", "anyOf", "allOf", "enum"]
                )
                | NAMES,
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_odd_schemas_are_served_or_refused_and_nothing_else(schema: object) -> None:
    try:
        grammar = grammar_of(schema)
    except SchemaError:
        return

    assert answer_meets(schema, Matcher(grammar).shortest_end())  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "{", "nul", "[1,]", '{"a": 1} x', "[" * 100_000])
def test_what_is_no_json_meets_no_schema(text: str) -> None:
    assert not answer_meets({}, text)


def test_an_answer_of_the_wrong_kind_does_not_meet_a_schema() -> None:
    assert answer_meets({"type": "integer"}, "7")
    assert not answer_meets({"type": "integer"}, '"7"')


def test_a_reference_is_never_fetched() -> None:
    assert not answer_meets({"$ref": "http://127.0.0.1:9/schema.json"}, "1")
