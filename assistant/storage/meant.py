"""Finding what a person means: by an id, a time, a text, or where it was seen.

It reads ids and labels and removes nothing; nobody finds what is not theirs. What
hangs on the things it finds, it does not ask.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.erasure import Erasable, Item, SeenOf
from assistant.entities.ids import ServerId, UserId
from assistant.storage.database import Database
from assistant.storage.rows import (
    Row,
    audience_to_row,
    moment_from_text,
    moment_to_text,
    to_json,
)

_AT_ONCE = 500

_SEEN_OF = """
    SELECT id
      FROM observed_message
     WHERE author_id = :user_id
       AND ((:server_id IS NULL AND NOT :direct)
            OR (:direct AND server_id IS NULL)
            OR server_id = :server_id)
"""
_SEEN_ON = """
    SELECT server_id AS id
      FROM observed_message
     WHERE author_id = :user_id
       AND server_id IS NOT NULL
     UNION
    SELECT observed_message.server_id
      FROM observed_reaction
      JOIN observed_message ON observed_message.id = observed_reaction.message_id
     WHERE observed_reaction.user_id = :user_id
       AND observed_message.server_id IS NOT NULL
"""
_BETWEEN = {
    Erasable.MESSAGE: """
        SELECT id, content AS label, created_at AS at
          FROM message
         WHERE owner_id = :reader_id
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at, sequence
    """,
    Erasable.DRAFT: """
        SELECT owner_id || '/' || conversation_id AS id, text AS label,
               updated_at AS at
          FROM draft
         WHERE owner_id = :reader_id
           AND updated_at >= :since
           AND updated_at < :until
    """,
    Erasable.DOCUMENT: """
        SELECT id, title AS label, created_at AS at
          FROM document
         WHERE owner_id = :reader_id
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
    Erasable.MEMORY: """
        SELECT id, text AS label, created_at AS at
          FROM memory
         WHERE owner_id = :reader_id
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
    Erasable.OBSERVED: """
        SELECT id, content AS label, created_at AS at
          FROM observed_message
         WHERE (author_id = :reader_id OR :is_operator)
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
    Erasable.INSIGHT: """
        SELECT id, content AS label, created_at AS at
          FROM insight
         WHERE (:is_operator
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :reader_id))
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
}
# Each in parts, by a key that sorts; the text is everything a person could mean.
_TEXTS = {
    Erasable.MESSAGE: """
        SELECT message.id, message.content AS label, message.created_at AS at,
               message.content || char(10) || ifnull(message.error, '') || char(10)
               || ifnull((SELECT group_concat(name || ' ' || ifnull(text, '')
                                              || ' ' || details, char(10))
                            FROM attachment
                           WHERE attachment.message_id = message.id), '') AS text
          FROM message
         WHERE owner_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.TITLE: """
        SELECT id, title AS label, updated_at AS at,
               title || char(10) || ifnull(summary, '') AS text
          FROM conversation
         WHERE user_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.DRAFT: """
        SELECT owner_id || '/' || conversation_id AS id, text AS label,
               updated_at AS at, text || char(10) || files AS text
          FROM draft
         WHERE owner_id = :reader_id
           AND owner_id || '/' || conversation_id > :after
         ORDER BY owner_id || '/' || conversation_id
         LIMIT :limit
    """,
    Erasable.DOCUMENT: """
        SELECT id, title AS label, created_at AS at,
               title || char(10) || source || char(10) || details || char(10)
               || ifnull((SELECT group_concat(prefix || ' ' || text, char(10))
                            FROM passage
                           WHERE document_id = document.id), '') AS text
          FROM document
         WHERE owner_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.MEMORY: """
        SELECT id, text AS label, created_at AS at,
               subject || ' ' || attribute || ' ' || value || char(10) || text
               || char(10) || quote AS text
          FROM memory
         WHERE owner_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.SUMMARY: """
        SELECT summary.id, summary.text AS label, summary.created_at AS at,
               summary.text
          FROM summary
          JOIN conversation ON conversation.id = summary.conversation_id
         WHERE conversation.user_id = :reader_id
           AND summary.id > :after
         ORDER BY summary.id
         LIMIT :limit
    """,
    Erasable.OBSERVED: """
        SELECT id, content AS label, created_at AS at, content AS text
          FROM observed_message
         WHERE (author_id = :reader_id OR :is_operator)
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.INSIGHT: """
        SELECT id, content AS label, created_at AS at,
               content || char(10) || metadata AS text
          FROM insight
         WHERE (:is_operator
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :reader_id))
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.TOPIC: """
        SELECT key AS id, key AS label, created_at AS at,
               key || char(10) || metadata AS text
          FROM topic
         WHERE :is_operator
           AND category = 'subject'
           AND key > :after
         ORDER BY key
         LIMIT :limit
    """,
}
_BY_PREFIX = {
    Erasable.CONVERSATION: """
        SELECT id, title AS label, updated_at AS at
          FROM conversation
         WHERE user_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.MESSAGE: """
        SELECT id, content AS label, created_at AS at
          FROM message
         WHERE owner_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.DOCUMENT: """
        SELECT id, title AS label, created_at AS at
          FROM document
         WHERE owner_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.MEMORY: """
        SELECT id, text AS label, created_at AS at
          FROM memory
         WHERE owner_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.OBSERVED: """
        SELECT id, content AS label, created_at AS at
          FROM observed_message
         WHERE (author_id = :reader_id OR :is_operator)
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.INSIGHT: """
        SELECT id, content AS label, created_at AS at
          FROM insight
         WHERE (:is_operator
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :reader_id))
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
}
_OWN = """
    SELECT 'message' AS kind, id
      FROM message
     WHERE owner_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'conversation', id
      FROM conversation
     WHERE user_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'title', id
      FROM conversation
     WHERE user_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'draft', owner_id || '/' || conversation_id
      FROM draft
     WHERE owner_id = :reader_id
       AND owner_id || '/' || conversation_id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'document', id
      FROM document
     WHERE owner_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'memory', id
      FROM memory
     WHERE owner_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'observed', id
      FROM observed_message
     WHERE (author_id = :reader_id OR :is_operator)
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'insight', id
      FROM insight
     WHERE (:is_operator
            OR id IN (SELECT insight_id
                        FROM insight_owner
                       WHERE user_id = :reader_id))
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'summary', summary.id
      FROM summary
      JOIN conversation ON conversation.id = summary.conversation_id
     WHERE conversation.user_id = :reader_id
       AND summary.id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'topic', key
      FROM topic
     WHERE :is_operator
       AND key IN (SELECT value FROM json_each(:ids))
"""


class Meant:
    """What is there to be forgotten, as somebody points at it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def starting_with(
        self, prefix: str, audience: Audience, *, operator: bool
    ) -> list[Item]:
        """Whatever of the reader's has an id that begins so; two of a kind suffice."""
        row = {
            "prefix": prefix,
            "is_operator": int(operator),
            **audience_to_row(audience),
        }
        return [
            _item(kind, found)
            for kind, sql in _BY_PREFIX.items()
            for found in self._database.query(sql, row)
        ]

    def between(
        self, since: datetime, until: datetime, audience: Audience, *, operator: bool
    ) -> list[Item]:
        """What came in the meantime; `until` is the first moment that does not count.

        An operator keeps the file, and answers for what was observed in it.
        """
        row = {
            "since": moment_to_text(since),
            "until": moment_to_text(until),
            "is_operator": int(operator),
            **audience_to_row(audience),
        }
        return [
            _item(kind, found)
            for kind, sql in _BETWEEN.items()
            for found in self._database.query(sql, row)
        ]

    def texts(
        self, audience: Audience, *, operator: bool
    ) -> Iterator[tuple[Item, str]]:
        """Everything with words of the reader's own, and all the words it has."""
        for kind, sql in _TEXTS.items():
            row: Row = {
                "after": "",
                "limit": _AT_ONCE,
                "is_operator": int(operator),
                **audience_to_row(audience),
            }
            while rows := self._database.query(sql, row):
                for found in rows:
                    yield _item(kind, found), found["text"]
                row = {**row, "after": rows[-1]["id"]}

    def own(
        self, ids: Iterable[str], audience: Audience, *, operator: bool
    ) -> set[tuple[Erasable, str]]:
        """Those of the ids that the reader may have forgotten, as what they are."""
        row = {
            "ids": to_json(sorted(ids)),
            "is_operator": int(operator),
            **audience_to_row(audience),
        }
        rows = self._database.query(_OWN, row)
        return {(Erasable(found["kind"]), found["id"]) for found in rows}

    def seen_of(self, target: SeenOf) -> set[str]:
        """Messages observed of a person in the places meant."""
        row = {
            "user_id": target.user_id,
            "server_id": target.server_id,
            "direct": int(target.direct),
        }
        return self._ids(_SEEN_OF, row)

    def seen_on(self, user_id: UserId) -> set[ServerId]:
        """The servers on which something a person said or did was observed."""
        return {ServerId(each) for each in self._ids(_SEEN_ON, {"user_id": user_id})}

    def _ids(self, sql: str, row: Row) -> set[str]:
        return {found["id"] for found in self._database.query(sql, row)}


def _item(kind: Erasable, row: Row) -> Item:
    return Item(
        kind=kind,
        id=row["id"],
        label=row["label"],
        at=moment_from_text(row["at"]) if row["at"] else None,
    )
