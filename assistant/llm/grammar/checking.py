"""Whether an answer is what its JSON schema asks for, by the book."""

import json
from typing import TYPE_CHECKING

from assistant.llm.grammar.limits import Schema, refusal, refuse_oversized

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def check_schema(schema: object) -> Schema:
    """The same schema, or a refusal where it is none."""
    from jsonschema import SchemaError as InvalidSchemaError

    known = refuse_oversized(schema)
    try:
        _kind(known).check_schema(dict(known))
    except InvalidSchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        raise refusal(f"it is not valid: {error.message[:200]}", where) from error
    return known


def answer_meets(schema: Schema, text: str) -> bool:
    """Whether the text is JSON, and valid."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return fits(schema, value)


def fits(schema: Schema, value: object) -> bool:
    """Whether a value is valid. References outside the schema are never followed."""
    from jsonschema import ValidationError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        # An empty registry: the default one would fetch what a `$ref` names. Its
        # stubs leave out that a validator takes one.
        _kind(schema)(dict(schema), registry=Registry()).validate(value)  # type: ignore[arg-type]
    except (ValidationError, Unresolvable, RecursionError):
        return False
    return True


def _kind(schema: Schema) -> "type[Validator]":
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    return validator_for(schema, default=Draft202012Validator)
