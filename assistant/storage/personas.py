"""Personas at rest. Callers own the transaction.

At most one is in use; the schema sees to that. A conversation whose persona is
removed stays, without one.
"""

import json
from datetime import datetime

from assistant.entities.ids import PersonaId
from assistant.entities.persona import Exchange, Persona
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.rows import Row, moment_to_text, to_json

_PUT = """
    INSERT INTO persona (id, name, description, traits, voice, knowledge_areas,
                         behavioral_rules, example_interactions, created_at,
                         updated_at)
    VALUES (:id, :name, :description, :traits, :voice, :knowledge_areas,
            :behavioral_rules, :example_interactions, :at, :at)
        ON CONFLICT (id) DO UPDATE
       SET name = excluded.name,
           description = excluded.description,
           traits = excluded.traits,
           voice = excluded.voice,
           knowledge_areas = excluded.knowledge_areas,
           behavioral_rules = excluded.behavioral_rules,
           example_interactions = excluded.example_interactions,
           updated_at = max(created_at, excluded.updated_at)
"""
_REMOVE = """
    DELETE FROM persona
     WHERE id = :id
"""
_BY_ID = """
    SELECT id, name, description, traits, voice, knowledge_areas, behavioral_rules,
           example_interactions
      FROM persona
     WHERE id = :id
"""
_ALL = """
    SELECT id, name, description, traits, voice, knowledge_areas, behavioral_rules,
           example_interactions
      FROM persona
     ORDER BY name
"""
_IN_USE = """
    SELECT id, name, description, traits, voice, knowledge_areas, behavioral_rules,
           example_interactions
      FROM persona
     WHERE is_in_use = 1
"""
_USE_NONE = """
    UPDATE persona
       SET is_in_use = 0
     WHERE is_in_use = 1
"""
_USE = """
    UPDATE persona
       SET is_in_use = 1
     WHERE id = :id
"""


class Personas:
    """The personas of one file, by name, whatever its capitals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, persona: Persona, *, at: datetime) -> None:
        """Keep it, in place of the one with its id."""
        self._database.execute(
            _PUT, {**persona_to_row(persona), "at": moment_to_text(at)}
        )

    def remove(self, persona_id: PersonaId) -> None:
        if not self._database.execute(_REMOVE, {"id": persona_id}):
            raise NotFoundError(f"No persona {persona_id}")

    def find(self, persona_id: PersonaId) -> Persona | None:
        rows = self._database.query(_BY_ID, {"id": persona_id})
        return persona_from_row(rows[0]) if rows else None

    def all(self) -> list[Persona]:
        """By name."""
        return [persona_from_row(row) for row in self._database.query(_ALL)]

    def in_use(self) -> Persona | None:
        """The one that answers where no other was chosen."""
        rows = self._database.query(_IN_USE)
        return persona_from_row(rows[0]) if rows else None

    def use(self, persona_id: PersonaId) -> None:
        """From now on this one answers."""
        self._database.execute(_USE_NONE)
        if not self._database.execute(_USE, {"id": persona_id}):
            raise NotFoundError(f"No persona {persona_id}")


def persona_to_row(persona: Persona) -> Row:
    examples = [
        {"user": each.user, "reply": each.reply}
        for each in persona.example_interactions
    ]
    return {
        "id": persona.id,
        "name": persona.name,
        "description": persona.description,
        "traits": to_json(persona.traits),
        "voice": to_json(persona.voice),
        "knowledge_areas": to_json(persona.knowledge_areas),
        "behavioral_rules": to_json(persona.behavioral_rules),
        "example_interactions": to_json(examples),
    }


def persona_from_row(row: Row) -> Persona:
    traits = json.loads(row["traits"])
    return Persona(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        traits={aspect: tuple(words) for aspect, words in traits.items()},
        voice=json.loads(row["voice"]),
        knowledge_areas=tuple(json.loads(row["knowledge_areas"])),
        behavioral_rules=tuple(json.loads(row["behavioral_rules"])),
        example_interactions=tuple(
            Exchange(user=each["user"], reply=each["reply"])
            for each in json.loads(row["example_interactions"])
        ),
    )
