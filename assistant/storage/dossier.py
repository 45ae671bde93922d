"""Everything the file holds of one person, table by table, for handing it to them.

Reads only. What rests on the private words of others as well is left out: it is
theirs too.
"""

from collections.abc import Iterator

from assistant.entities.ids import UserId
from assistant.storage.database import Database
from assistant.storage.rows import Row

_AT_ONCE = 500
_OF = {
    "person": """
        SELECT 1 AS number, id, name, display_name, external_id, status, preferences,
               first_seen, last_seen
          FROM user
         WHERE id = :user_id
           AND 1 > :after
    """,
    "membership": """
        SELECT row_number() OVER (ORDER BY server_id) AS number, server_id, rank,
               permissions, is_active, joined_at
          FROM membership
         WHERE user_id = :user_id
           AND :after = -1
    """,
    "consent": """
        SELECT rowid AS number, id, consent_type, server_id, granted_at, revoked_at
          FROM consent
         WHERE user_id = :user_id
           AND rowid > :after
         ORDER BY rowid
         LIMIT :limit
    """,
    "conversation": """
        SELECT rowid AS number, id, title, state, server_id, channel_id, summary,
               created_at, updated_at
          FROM conversation
         WHERE user_id = :user_id
           AND rowid > :after
         ORDER BY rowid
         LIMIT :limit
    """,
    "message": """
        SELECT number, id, conversation_id, parent_id, role, content, state, scope,
               server_id, channel_id, error, model, created_at
          FROM message
         WHERE (owner_id = :user_id OR author_id = :user_id)
           AND number > :after
         ORDER BY number
         LIMIT :limit
    """,
    "attachment": """
        SELECT attachment.rowid AS number, attachment.id, attachment.message_id,
               attachment.name, attachment.kind, attachment.text
          FROM attachment
          JOIN message ON message.id = attachment.message_id
         WHERE message.owner_id = :user_id
           AND attachment.rowid > :after
         ORDER BY attachment.rowid
         LIMIT :limit
    """,
    "draft": """
        SELECT row_number() OVER (ORDER BY conversation_id) AS number,
               conversation_id, text, files, updated_at
          FROM draft
         WHERE owner_id = :user_id
           AND :after = -1
    """,
    "document": """
        SELECT rowid AS number, id, collection, title, source, media_type, size_bytes,
               sha256, scope, server_id, created_at, updated_at
          FROM document
         WHERE owner_id = :user_id
           AND rowid > :after
         ORDER BY rowid
         LIMIT :limit
    """,
    "passage": """
        SELECT passage.number, passage.id, passage.document_id, passage.position,
               passage.text
          FROM passage
          JOIN document ON document.id = passage.document_id
         WHERE document.owner_id = :user_id
           AND passage.number > :after
         ORDER BY passage.number
         LIMIT :limit
    """,
    "memory": """
        SELECT number, id, kind, term, subject, attribute, value, text, state, origin,
               message_id, quote, scope, server_id, valid_from, valid_until, created_at,
               updated_at
          FROM memory
         WHERE owner_id = :user_id
           AND number > :after
         ORDER BY number
         LIMIT :limit
    """,
    "observed": """
        SELECT number, id, channel_id, server_id, content, visibility_scope, reactions,
               created_at
          FROM observed_message
         WHERE author_id = :user_id
           AND number > :after
         ORDER BY number
         LIMIT :limit
    """,
    "insight": """
        SELECT number, id, topic_key, category, content, confidence, created_at
          FROM insight
         WHERE (topic_key = 'user:' || :user_id
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :user_id))
           AND NOT EXISTS (SELECT 1
                             FROM insight_owner
                            WHERE insight_id = insight.id
                              AND user_id <> :user_id)
           AND number > :after
         ORDER BY number
         LIMIT :limit
    """,
}
_COUNTS = """
    SELECT id, display_name AS name,
           (SELECT count(*) FROM message WHERE owner_id = user.id) AS messages,
           (SELECT count(*) FROM document WHERE owner_id = user.id) AS documents,
           (SELECT count(*) FROM memory WHERE owner_id = user.id) AS memories,
           (SELECT count(*) FROM observed_message WHERE author_id = user.id)
               AS observed,
           (SELECT count(*) FROM insight_owner WHERE user_id = user.id) AS insights
      FROM user
     WHERE :user_id IS NULL
        OR id = :user_id
     ORDER BY id
"""


class Dossier:
    """What there is of a person, whoever's terminal this is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user_id: UserId) -> Iterator[Row]:
        """Each row with the kind of thing it is, read part by part."""
        for kind, sql in _OF.items():
            after = -1
            while rows := self._part(sql, user_id, after):
                for row in rows:
                    after = row.pop("number")
                    yield {"kind": kind, **row}

    def counts(self, user_id: UserId | None) -> list[Row]:
        """How much there is of one person, or of each."""
        return self._database.query(_COUNTS, {"user_id": user_id})

    def _part(self, sql: str, user_id: UserId, after: int) -> list[Row]:
        row = {"user_id": user_id, "after": after, "limit": _AT_ONCE}
        return self._database.query(sql, row)
