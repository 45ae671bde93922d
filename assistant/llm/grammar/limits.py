"""What of a JSON schema is served, and the one line that refuses the rest."""

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from assistant.errors import SchemaError

Schema: TypeAlias = Mapping[str, object]

DEEPEST = 32
_LARGEST_BYTES = 64 * 1024
_UNSERVED = frozenset(
    {
        "pattern",
        "patternProperties",
        "propertyNames",
        "multipleOf",
        "uniqueItems",
        "contains",
        "minContains",
        "maxContains",
        "minProperties",
        "maxProperties",
        "not",
        "if",
        "then",
        "else",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedItems",
        "unevaluatedProperties",
        "$dynamicRef",
        "$recursiveRef",
    }
)
_HARMLESS = {"uniqueItems": False, "minProperties": 0}


def refusal(why: str, where: str = "") -> SchemaError:
    """The error for a schema that cannot be served."""
    place = f" (at {where})" if where else ""
    return SchemaError(f"The JSON schema cannot be served: {why}{place}")


def refuse_oversized(schema: object) -> Schema:
    """The same schema, unless it is none, or too deep or too large to look into."""
    if not isinstance(schema, Mapping):
        raise refusal("it is not a JSON object")
    if _is_deeper(schema, DEEPEST):
        raise refusal(f"it is more than {DEEPEST} levels deep")
    try:
        written = json.dumps(schema, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise refusal(f"it is not JSON: {error}") from error
    if len(written) > _LARGEST_BYTES:
        raise refusal(
            f"it is {len(written):,} bytes long; {_LARGEST_BYTES:,} are accepted"
        )
    return schema


def refuse_unserved(schema: Schema, where: str) -> None:
    """Refuse keywords that cannot be held to while an answer is written."""
    for keyword in schema:
        if keyword in _UNSERVED and schema[keyword] != _HARMLESS.get(keyword, schema):
            raise refusal(f"{keyword!r} is not supported", where)


def _is_deeper(value: object, deepest: int) -> bool:
    level: list[object] = [value]
    for _ in range(deepest + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
