"""Writing a persona as the TOML file that can be read again, edited and given away.

Its id stays behind: who reads the file says which persona it shall be.
"""

from collections.abc import Iterable

import tomlkit
from tomlkit.items import Array

from assistant.entities.persona import Persona


def persona_to_toml(persona: Persona) -> str:
    """What `persona_from_toml` reads; what is empty is left out."""
    document = tomlkit.document()
    document["name"] = persona.name
    if persona.description:
        document["description"] = persona.description
    if persona.knowledge_areas:
        document["knowledge_areas"] = _one_a_line(persona.knowledge_areas)
    if persona.behavioral_rules:
        document["behavioral_rules"] = _one_a_line(persona.behavioral_rules)
    if persona.traits:
        document["traits"] = {
            aspect: list(words) for aspect, words in persona.traits.items()
        }
    if persona.voice:
        document["voice"] = dict(persona.voice)
    if persona.example_interactions:
        document["example_interactions"] = [
            {"user": each.user, "reply": each.reply}
            for each in persona.example_interactions
        ]
    return tomlkit.dumps(document)


def _one_a_line(texts: Iterable[str]) -> Array:
    lines = tomlkit.array()
    lines.extend(texts)
    return lines.multiline(multiline=True)
