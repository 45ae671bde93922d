"""Runs a chat template that nobody vouches for.

It may do what real ones do: look at messages and write text. It may not reach
out or multiply; a loop without end is caught in the preflight's child process.
"""

import json
from collections.abc import Callable, Mapping
from operator import mod, mul
from typing import Any, TypeAlias

from jinja2 import Environment, TemplateError, TemplateRuntimeError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LONGEST_TEMPLATE = 128 * 1024
_LONGEST_RANGE = 1000
_LONGEST_PROMPT = 64 * 1024 * 1024
_FILTERS = frozenset(
    {
        "batch",
        "capitalize",
        "count",
        "d",
        "default",
        "dictsort",
        "e",
        "escape",
        "first",
        "float",
        "groupby",
        "int",
        "items",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "replace",
        "reverse",
        "round",
        "safe",
        "select",
        "selectattr",
        "slice",
        "sort",
        "string",
        "sum",
        "title",
        "trim",
        "unique",
        "upper",
    }
)
_GROWING_METHODS = frozenset(
    {"center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"}
)
_FAILURES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)

Rendering: TypeAlias = Callable[[Mapping[str, object]], str]


def compile_template(source: str) -> Rendering:
    """What the template makes of its variables. Raises jinja2's `TemplateError`."""
    if len(source) > _LONGEST_TEMPLATE:
        raise TemplateError(f"it is {len(source):,} characters long")
    template = _ENVIRONMENT.from_string(source)

    def render(variables: Mapping[str, object]) -> str:
        room = _LONGEST_PROMPT
        pieces: list[str] = []
        try:
            for piece in template.generate(variables):
                room -= len(piece)
                if room < 0:
                    raise TemplateError("it writes without end")
                pieces.append(piece)
        except _FAILURES as error:
            raise TemplateError(str(error)) from error
        return "".join(pieces)

    return render


class _Generation(Extension):
    """A tag that only training looks at."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, less what lets a short template write a long text."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.loopcontrols", _Generation],
        )
        self.binop_table = {
            **self.binop_table,
            "*": _numbers_only(mul),
            "**": _refused,
            "%": _numbers_only(mod),
        }
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters["tojson"] = _to_json
        self.globals = {
            "namespace": self.globals["namespace"],
            "range": _range,
            "raise_exception": _complain,
        }

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        return attr not in _GROWING_METHODS and super().is_safe_attribute(
            obj, attr, value
        )


def _numbers_only(operate: Callable[[Any, Any], object]) -> Callable[..., object]:
    def checked(left: object, right: object) -> object:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise SecurityError("it multiplies text")
        return operate(left, right)

    return checked


def _refused(*_: object) -> object:
    raise SecurityError("it raises to a power")


def _range(*ends: int) -> range:
    numbers = range(*ends)
    if len(numbers) > _LONGEST_RANGE:
        raise SecurityError(f"it counts to {len(numbers):,}")
    return numbers


def _complain(message: object) -> object:
    """What templates call when they cannot take the messages."""
    raise TemplateRuntimeError(str(message))


def _to_json(value: object, indent: int | None = None) -> str:
    # Jinja2's own would write markup characters as escapes.
    return json.dumps(value, ensure_ascii=False, indent=indent and min(indent, 8))


_ENVIRONMENT = _Environment()
