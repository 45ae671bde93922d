"""A persona: a way of saying things, as data.

It holds words about wording. What is true, what may be looked up and what is
refused cannot be written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from assistant.entities.ids import PersonaId

DEFAULT = PersonaId("builtin-hearth")
"""Answers where nobody else was chosen."""

LONGEST_NAME = 40
LONGEST = 4000
"""Characters of a whole persona: it is read by the model before every answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Something a person might say, and how the persona would put the answer."""

    user: str
    reply: str

    def __post_init__(self) -> None:
        if not self.user.strip() or not self.reply.strip():
            raise ValueError("an example needs both a user's words and a reply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who seems to be answering."""

    id: PersonaId
    name: str
    description: str = ""
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What it is like, by aspect: `personality` is patient, encouraging."""

    voice: Mapping[str, str] = field(default_factory=dict)
    """How it sounds: `tone` is warm."""

    knowledge_areas: tuple[str, ...] = ()
    """What it likes to draw its examples from."""

    behavioral_rules: tuple[str, ...] = ()
    example_interactions: tuple[Exchange, ...] = ()

    def __post_init__(self) -> None:
        if self.name != self.name.strip() or not self.name.isprintable():
            raise ValueError("a persona's name is one line of letters")
        if not 1 <= len(self.name) <= LONGEST_NAME:
            raise ValueError(f"a persona's name has 1 to {LONGEST_NAME} letters")
        if self.length > LONGEST:
            raise ValueError(
                f"the persona has {self.length} characters; {LONGEST} are the most, "
                "because the model reads all of them before every answer"
            )

    @property
    def length(self) -> int:
        """Characters it takes to say all this."""
        texts = [
            self.name,
            self.description,
            *chain(self.traits, *self.traits.values()),
            *chain(self.voice, self.voice.values()),
            *self.knowledge_areas,
            *self.behavioral_rules,
            *(each.user + each.reply for each in self.example_interactions),
        ]
        return sum(map(len, texts))
