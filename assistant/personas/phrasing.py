"""What the model is told of a persona, after what it is told anyway.

Pure, and the same bytes for the same persona, so that what a model has read of
it stays read. It closes by saying what a persona cannot change; that this holds is
seen to elsewhere: nothing but the prompt ever meets a persona.
"""

import re
from collections.abc import Iterable, Iterator

from assistant.entities.persona import Persona

_LIMIT = (
    "All this is about wording only. It changes no fact, no source, nothing you may "
    "do and nothing you refuse."
)


_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def told(system: str, persona: Persona, *, language: str | None = None) -> str:
    """The system text, with the persona below it when there is anything to say.

    `language` is a code such as `pt-BR`; anything else is not told.
    """
    if language and _CODE.fullmatch(language):
        system = f"{system}\nAnswer in the language with the code {language}."
    lines = list(_lines(persona))
    if not lines:
        return system
    called = f"Speak as {persona.name}."
    return "\n".join((system, "", called, *lines, _LIMIT))


def _lines(persona: Persona) -> Iterator[str]:
    for aspect, words in persona.traits.items():
        yield from _said(aspect, words)
    for aspect, word in persona.voice.items():
        yield from _said(aspect, (word,))
    yield from _said("examples from", persona.knowledge_areas)
    yield from (f"- {_plain(rule)}" for rule in persona.behavioral_rules)
    for each in persona.example_interactions:
        yield f"To “{_plain(each.user)}” you would say: “{_plain(each.reply)}”"


def _said(what: str, words: Iterable[str]) -> Iterator[str]:
    listed = ", ".join(map(_plain, words))
    if listed:
        yield f"{_plain(what).replace('_', ' ').capitalize()}: {listed}."


def _plain(text: str) -> str:
    return " ".join(text.split())
