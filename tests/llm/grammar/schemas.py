"""JSON schemas of every kind that is served."""

from hypothesis import strategies as st

NAMES = st.text(max_size=6)
VALUES = st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5)
COUNTS = st.integers(0, 3)


def bounded(kind: str, low: str, high: str) -> st.SearchStrategy[dict[str, object]]:
    """A kind of value with a lower bound, an upper, both or neither."""
    return st.builds(
        lambda least, more: {
            "type": kind,
            **({} if least is None else {low: least}),
            **({} if more is None else {high: (least or 0) + more}),
        },
        st.none() | COUNTS,
        st.none() | COUNTS,
    )


LEAVES = st.one_of(
    bounded("string", "minLength", "maxLength"),
    bounded("integer", "minimum", "maximum"),
    bounded("number", "minimum", "maximum"),
    bounded("integer", "exclusiveMinimum", "maximum").filter(
        lambda schema: schema.get("exclusiveMinimum") != schema.get("maximum")
    ),
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"]}),
    st.sampled_from(["date", "time", "date-time", "uuid", "email"]).map(
        lambda form: {"type": "string", "format": form}
    ),
    st.lists(VALUES, min_size=1, max_size=4).map(lambda values: {"enum": values}),
    VALUES.map(lambda value: {"const": value}),
    st.just({}),
    st.just({"$ref": "#/$defs/shared"}),
)


def objects(
    inner: st.SearchStrategy[dict[str, object]],
) -> st.SearchStrategy[dict[str, object]]:
    return st.builds(
        lambda properties, keep, others: {
            "type": "object",
            "properties": properties,
            "required": [
                name for name, kept in zip(properties, keep, strict=False) if kept
            ],
            "additionalProperties": others,
        },
        st.dictionaries(NAMES, inner, max_size=4),
        st.lists(st.booleans(), min_size=4, max_size=4),
        st.booleans(),
    )


def lists(
    inner: st.SearchStrategy[dict[str, object]],
) -> st.SearchStrategy[dict[str, object]]:
    return st.builds(
        lambda bounds, first, items: {
            **bounds,
            **({"prefixItems": first} if first else {}),
            "items": items,
        },
        bounded("array", "minItems", "maxItems"),
        st.lists(inner, max_size=2),
        inner,
    )


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        objects(inner),
        lists(inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"anyOf": some}),
    ),
    max_leaves=8,
).map(lambda schema: {**schema, "$defs": {"shared": {"type": "integer"}}})
