"""Reading a persona from the TOML file that a person wrote.

Whatever is unknown or of the wrong kind is refused by name. Ids are not in the
file: whoever reads it says which persona it shall be.
"""

import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from assistant.entities.ids import PersonaId
from assistant.entities.persona import Exchange, Persona
from assistant.errors import UsageError


def persona_from_toml(text: str, *, id: PersonaId, origin: str) -> Persona:
    """The persona; a UsageError names the file and what is wrong in it."""
    try:
        return Persona(id=id, **_fields(text))
    except ValueError as error:
        raise UsageError(
            f"{origin}: {error}",
            hint="One to begin with: hearth personas export teacher",
        ) from error


def _fields(text: str) -> dict[str, Any]:
    fields = tomllib.loads(text)
    for name in fields:
        if name not in _READERS:
            raise ValueError(f"there is no {name!r}{_meant(name)}")
    if "name" not in fields:
        raise ValueError("it has no name")
    return {name: _read(name, value) for name, value in fields.items()}


def _read(name: str, value: object) -> object:
    try:
        return _READERS[name](value)
    except TypeError as error:
        raise ValueError(f"{name} expects {error}") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text in quotes")
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError("a list of texts")
    return tuple(one.strip() for one in value if one.strip())


def _traits(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError("a table of lists of texts")
    return {aspect: _texts(words) for aspect, words in value.items()}


def _voice(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise TypeError("a table of texts")
    return {aspect: _text(word) for aspect, word in value.items()}


def _exchanges(value: object) -> tuple[Exchange, ...]:
    expected = TypeError("tables, each with a user and a reply")
    if not isinstance(value, list):
        raise expected
    exchanges = []
    for each in value:
        if not isinstance(each, dict) or each.keys() != {"user", "reply"}:
            raise expected
        exchanges.append(Exchange(user=_text(each["user"]), reply=_text(each["reply"])))
    return tuple(exchanges)


_READERS: Mapping[str, Callable[[object], object]] = {
    "name": _text,
    "description": _text,
    "traits": _traits,
    "voice": _voice,
    "knowledge_areas": _texts,
    "behavioral_rules": _texts,
    "example_interactions": _exchanges,
}


def _meant(name: str) -> str:
    close = get_close_matches(name, _READERS, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
