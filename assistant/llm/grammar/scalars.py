"""Grammars of strings and numbers within the bounds a schema sets them."""

from fractions import Fraction

from assistant.llm.grammar.limits import Schema, refusal
from assistant.llm.grammar.numerals import Bounds, integers, numbers
from assistant.llm.grammar.syntax import Node
from assistant.llm.grammar.values import FORMATS, string

_SIGNS = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}


def kinds_meant(schema: Schema) -> list[object]:
    """What is meant where no `type` is said, judging by the other keywords."""
    return [kind for kind, signs in _SIGNS.items() if any(s in schema for s in signs)]


def text_or_number(kind: str, schema: Schema, where: str) -> Node:
    """A string, a number or an integer."""
    if kind == "string":
        return _string(schema, where)
    bounds = _bounds(schema)
    node = integers(bounds) if kind == "integer" else numbers(bounds)
    if node is None:
        raise refusal("no number of few digits lies between its bounds", where)
    return node


def _string(schema: Schema, where: str) -> Node:
    least, most = as_count(schema, "minLength"), as_count(schema, "maxLength")
    form = FORMATS.get(str(schema.get("format")))
    if form is not None and least is None and most is None:
        return form
    if most is not None and (least or 0) > most:
        raise refusal("no text is so long and so short", where)
    return string(least or 0, most)


def _bounds(schema: Schema) -> Bounds:
    low, high = _number(schema, "minimum"), _number(schema, "maximum")
    above, below = (
        _number(schema, "exclusiveMinimum"),
        _number(schema, "exclusiveMaximum"),
    )
    is_above = above is not None and (low is None or above >= low)
    is_below = below is not None and (high is None or below <= high)
    return Bounds(
        low=above if is_above else low,
        high=below if is_below else high,
        above=is_above,
        below=is_below,
    )


def _number(schema: Schema, keyword: str) -> Fraction | None:
    value = schema.get(keyword)
    return Fraction(value) if isinstance(value, int | float) else None


def as_count(schema: Schema, keyword: str) -> int | None:
    """A number of items or characters; 2.0 counts as 2."""
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else None
