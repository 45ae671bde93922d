"""Where a `$ref` leads, as long as it leads to another place in the same schema."""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from assistant.llm.grammar.limits import Schema, refusal


def find_referred(schema: Schema, pointer: str, where: str) -> object:
    """What stands at a pointer such as `#/$defs/person`."""
    if pointer != "#" and not pointer.startswith("#/"):
        raise refusal(
            f"{pointer[:80]!r} is outside it; only '#/...' is followed", where
        )
    found: object = schema
    for step in unquote(pointer[1:]).split("/")[1:]:
        found = _below(found, step.replace("~1", "/").replace("~0", "~"))
        if found is None:
            raise refusal(f"nothing is at {pointer[:80]!r}", where)
    return found


def _below(value: object, step: str) -> object:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, Sequence) and not isinstance(value, str) and step.isdigit():
        return value[int(step)] if int(step) < len(value) else None
    return None
