"""Topics at rest, and where each came up. Callers own the transaction.

A topic's name may give away what was talked about, so whoever lists topics names an
audience; what reflects over them reads them whole.
"""

from collections.abc import Iterable, Iterator

from assistant.entities.audience import Audience
from assistant.entities.ids import TopicKey, UserId
from assistant.entities.reflection import Circle, Topic, TopicCategory
from assistant.storage.database import Database
from assistant.storage.reflection_rows import topic_from_row, topic_to_row
from assistant.storage.rows import Row, audience_to_row

_ADD = """
    INSERT INTO topic (key, category, created_at, metadata)
    VALUES (:key, :category, :created_at, :metadata)
    ON CONFLICT (key) DO NOTHING
"""
_CAME_UP = """
    INSERT INTO topic_place (topic_key, server_id, owner_id)
    VALUES (:key, :server_id, :owner_id)
    ON CONFLICT DO NOTHING
"""
_BY_KEY = """
    SELECT key, category, created_at, metadata
      FROM topic
     WHERE key = :key
"""
_CIRCLES = """
    SELECT server_id, owner_id
      FROM topic_place
     WHERE topic_key = :key
     ORDER BY server_id, owner_id
"""
_ALL_CIRCLES = """
    SELECT DISTINCT server_id, owner_id
      FROM topic_place
     ORDER BY server_id, owner_id
"""
_DYADS = """
    SELECT topic.key, topic.category, topic.created_at, topic.metadata
      FROM topic_place
      JOIN topic ON topic.key = topic_place.topic_key
     WHERE topic.category = 'dyad'
       AND topic_place.server_id IS :server_id
       AND topic_place.owner_id IS :owner_id
       AND (topic.key LIKE 'dyad:' || :user_id || ':%'
            OR topic.key LIKE 'dyad:%:' || :user_id)
     ORDER BY topic.key
"""
_SUBJECTS = """
    SELECT topic.key, topic.category, topic.created_at, topic.metadata
      FROM topic_place
      JOIN topic ON topic.key = topic_place.topic_key
     WHERE topic.category = 'subject'
       AND topic_place.server_id IS :server_id
       AND topic_place.owner_id IS :owner_id
     ORDER BY topic.key
"""
_VISIBLE = """
    SELECT key, category, created_at, metadata
      FROM topic
     WHERE (:category IS NULL OR category = :category)
       AND EXISTS (SELECT 1
                     FROM topic_place
                    WHERE topic_key = topic.key
                      AND (server_id = :in_server
                           OR (:in_private AND owner_id = :reader_id)))
     ORDER BY key
"""


class Topics:
    """What can be thought about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def came_up(self, topic: Topic, circle: Circle) -> None:
        """Note it, and where; a second time changes nothing."""
        self._database.execute(_ADD, topic_to_row(topic))
        self._database.execute(_CAME_UP, {"key": topic.key, **_place(circle)})

    def find(self, key: TopicKey) -> Topic | None:
        return next(_topics(self._database.query(_BY_KEY, {"key": key})), None)

    def circles(self, key: TopicKey) -> list[Circle]:
        """Everywhere it came up; each is thought about by itself."""
        return _circles(self._database.query(_CIRCLES, {"key": key}))

    def all_circles(self) -> list[Circle]:
        """Everywhere anything came up."""
        return _circles(self._database.query(_ALL_CIRCLES))

    def dyads_of(self, user_id: UserId, circle: Circle) -> list[Topic]:
        """Those that a person is one half of there."""
        row = {"user_id": user_id, **_place(circle)}
        dyads = [*_topics(self._database.query(_DYADS, row))]
        return [dyad for dyad in dyads if user_id in dyad.ids]

    def subjects(self, circle: Circle) -> list[Topic]:
        """What is talked about there."""
        return [*_topics(self._database.query(_SUBJECTS, _place(circle)))]

    def visible(
        self, audience: Audience, *, category: TopicCategory | None = None
    ) -> list[Topic]:
        """Those that came up where this audience may see it."""
        row = {
            "category": category.value if category else None,
            **audience_to_row(audience),
        }
        return [*_topics(self._database.query(_VISIBLE, row))]


def _place(circle: Circle) -> Row:
    return {"server_id": circle.server_id, "owner_id": circle.owner_id}


def _circles(rows: Iterable[Row]) -> list[Circle]:
    return [
        Circle(server_id=row["server_id"], owner_id=row["owner_id"]) for row in rows
    ]


def _topics(rows: Iterable[Row]) -> Iterator[Topic]:
    return map(topic_from_row, rows)
