"""One setting's value, from TOML or from text, in the type the setting has.

It says what was expected; which setting, and where it was set, is the caller's.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import get_origin

_WORDS: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def from_toml(kind: object, value: object) -> object:
    """The value as the setting has it; ValueError says what was expected."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice(kind, value)
    if get_origin(kind) is tuple:
        return _texts(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"expects {_described(kind)}, not {_shown(value)}")
    return value


def from_text(kind: object, text: str) -> object:
    """What was typed, as the setting has it; ValueError says what was expected."""
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if parse := _PARSERS.get(kind):
        try:
            return parse(text.strip())
        except (ValueError, KeyError):
            raise ValueError(f"expects {_described(kind)}, not {text!r}") from None
    return from_toml(kind, text)


def _choice(kind: type[StrEnum], value: object) -> StrEnum:
    if isinstance(value, str) and value.strip().lower() in list(kind):
        return kind(value.strip().lower())
    raise ValueError(f"is {_shown(value)}; choose from {', '.join(kind)}")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"expects a list of texts, not {_shown(value)}")
    return tuple(value)


def _described(kind: object) -> str:
    return _EXPECTED.get(kind, str(kind))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _CONTAINERS.get(type(value)) or repr(value)


_EXPECTED: Mapping[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
}
_CONTAINERS: Mapping[type, str] = {dict: "a table", list: "a list"}
_PARSERS: Mapping[object, Callable[[str], object]] = {
    bool: lambda text: _WORDS[text.lower()],
    int: int,
    float: float,
}
