"""What was typed, as a command wants it: words stay words.

Typer asks pydantic about every value, even about one that nobody gave, and its
import costs a start 60 ms. Here only what has to be converted is handed on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args, get_origin

# Typer keeps these classes of its own to itself.
_Annotation: TypeAlias = Any
_Command: TypeAlias = Any
_Context: TypeAlias = Any
_Conversion: TypeAlias = Any
_Parameter: TypeAlias = Any


def spare_conversions(command: _Command) -> None:
    """Let a command, and those below it that are known, convert only what must be."""
    parameters = command.get_params
    command.get_params = lambda context: list(map(_spared, parameters(context)))
    for below in getattr(command, "commands", {}).values():
        if below is not None:
            spare_conversions(below)


def _spared(parameter: _Parameter) -> _Parameter:
    if not isinstance(parameter.get_runtime_param, _Sparing):
        parameter.get_runtime_param = _Sparing(parameter.get_runtime_param)
    return parameter


@dataclass(frozen=True, slots=True)
class _Sparing:
    """Stands before Typer's conversion of one parameter, which is made when needed."""

    conversion: Callable[[], _Conversion]

    def __call__(self) -> "_Sparing":
        return self

    def coerce(self, value: object, *, param: _Parameter, ctx: _Context) -> object:
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if _is(value, param.type_descriptor.annotation):
            return value
        return self.conversion().coerce(value, param=param, ctx=ctx)


def _is(value: object, wanted: _Annotation) -> bool:
    """Whether it is already what is wanted: one such value, or several."""
    several: _Annotation = get_origin(wanted)
    if several is list:
        return isinstance(value, list | tuple) and all(
            _is(each, *get_args(wanted)) for each in value
        )
    return isinstance(wanted, type) and isinstance(value, wanted)
