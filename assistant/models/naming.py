"""What a model is called: a word that is easy to type and taken only once."""

import re
from collections.abc import Callable
from typing import TypeAlias

from assistant.errors import UsageError

_AWKWARD = re.compile(r"[^a-z0-9._]+")
_LONGEST = 80


IsTaken: TypeAlias = Callable[[str], bool]


def name_for(typed: str | None, *said: str, is_taken: IsTaken) -> str:
    """The name a person chose, or one made of what the file or server says."""
    if typed is not None:
        return chosen_name(typed, is_taken=is_taken)
    return free_name(*said, is_taken=is_taken)


def chosen_name(typed: str, *, is_taken: IsTaken) -> str:
    """The name itself; refuses one that is taken or cannot be typed back."""
    is_word = typed.isprintable() and not any(map(str.isspace, typed))
    if not typed or not is_word or typed.startswith("-") or len(typed) > _LONGEST:
        raise UsageError(
            f"A model's name is one word of at most {_LONGEST} characters that does "
            "not begin with '-'"
        )
    if is_taken(typed):
        raise UsageError(
            f"There is a model called {typed} already",
            hint="Choose another name with --name, or see: hearth models list",
        )
    return typed


def free_name(*said: str, is_taken: IsTaken) -> str:
    """A word made of what is said, with a number if it is taken."""
    words = (_AWKWARD.sub("-", one.lower()).strip("-.") for one in said)
    name = "-".join(word for word in words if word)[:_LONGEST].strip("-.") or "model"
    number, free = 1, name
    while is_taken(free):
        number += 1
        free = f"{name}-{number}"
    return free
