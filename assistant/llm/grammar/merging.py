"""Several schemas that hold at once as one, and whether two exclude each other."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from assistant.llm.grammar.limits import Schema, refusal

_REMARKS = frozenset(
    {
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
        "$defs",
        "definitions",
        "$schema",
        "$id",
        "discriminator",
    }
)
_Join: TypeAlias = Callable[[object, object], object]


def merged(one: Schema, other: Schema, where: str) -> Schema:
    """A schema that is met by what meets both."""
    _refuse_closed(one, other, where)
    _refuse_closed(other, one, where)
    both = dict(one)
    for keyword, value in other.items():
        if keyword in both and keyword not in _REMARKS and both[keyword] != value:
            if keyword not in _JOINS:
                raise refusal(f"{keyword!r} is said twice, differently", where)
            both[keyword] = _JOINS[keyword](both[keyword], value)
        else:
            both[keyword] = value
    return both


def _join_properties(one: object, other: object) -> object:
    first, second = as_mapping(one), as_mapping(other)
    shared = {
        name: {"allOf": [first[name], second[name]]} for name in first.keys() & second
    }
    return {**first, **second, **shared}


def _join_required(one: object, other: object) -> object:
    return list(dict.fromkeys([*as_list(one), *as_list(other)]))


def _join_types(one: object, other: object) -> object:
    allowed = [kind for kind in as_list(one) if kind in as_list(other)]
    if "number" in as_list(one) and "integer" in as_list(other):
        allowed.append("integer")
    if "integer" in as_list(one) and "number" in as_list(other):
        allowed.append("integer")
    return list(dict.fromkeys(allowed))


_JOINS: Mapping[str, _Join] = {
    "properties": _join_properties,
    "required": _join_required,
    "type": _join_types,
}


def _refuse_closed(closed: Schema, other: Schema, where: str) -> None:
    """`additionalProperties` sees only the properties beside it."""
    if closed.get("additionalProperties", True) in (True, {}):
        return
    if as_mapping(other.get("properties")).keys() - as_mapping(
        closed.get("properties")
    ):
        raise refusal("'additionalProperties' beside other properties", where)


def without(schema: Schema, *keywords: str) -> Schema:
    """The schema less some of its keywords."""
    return {key: value for key, value in schema.items() if key not in keywords}


def asks_something(schema: Schema) -> bool:
    """Whether anything but remarks is left in it."""
    return not schema.keys() <= _REMARKS


def as_list(value: object) -> list[object]:
    """A list, where one value may stand for itself."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return [value]


def as_mapping(value: object) -> Schema:
    """A mapping; nothing at all where there is none."""
    return value if isinstance(value, Mapping) else {}


def refuse_overlap(choices: Sequence[Schema], where: str) -> None:
    """Refuse a `oneOf` where one answer could meet two of the choices."""
    for one, other in combinations(choices, 2):
        if not _exclude(one, other):
            raise refusal("choices of 'oneOf' may overlap; use 'anyOf'", where)


def _exclude(one: Schema, other: Schema) -> bool:
    """Whether nothing can meet both, as far as can be seen at a glance."""
    if _kinds(one).isdisjoint(_kinds(other)):
        return True
    first, second = allowed_values(one), allowed_values(other)
    if first is not None and second is not None:
        return not any(value in second for value in first)
    return _are_objects(one, other) and _differ_by_a_property(one, other)


def allowed_values(schema: Schema) -> list[object] | None:
    """What `const` and `enum` leave; None when neither says anything."""
    if "const" in schema:
        return [schema["const"]]
    return as_list(schema["enum"]) if "enum" in schema else None


def _differ_by_a_property(one: Schema, other: Schema) -> bool:
    required = set(map(str, as_list(one.get("required", ())))) & set(
        map(str, as_list(other.get("required", ())))
    )
    mine, theirs = (
        as_mapping(one.get("properties")),
        as_mapping(other.get("properties")),
    )
    return any(
        _exclude(as_mapping(mine.get(name)), as_mapping(theirs.get(name)))
        for name in required
    )


def _are_objects(*schemas: Schema) -> bool:
    return all(as_list(schema.get("type")) == ["object"] for schema in schemas)


_EVERY_KIND = frozenset({"object", "array", "string", "number", "boolean", "null"})


def _kinds(schema: Schema) -> frozenset[str]:
    if "type" not in schema:
        return _EVERY_KIND
    kinds = map(str, as_list(schema["type"]))
    return frozenset("number" if kind == "integer" else kind for kind in kinds)
