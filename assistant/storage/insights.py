"""Insights at rest. Callers own the transaction.

Every read names its audience, and the wall is in the statement: what rests on public
words is seen on their server; what rests on private ones is seen, in private places, by
somebody who is every one of their owners, and by nobody else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.ids import ChannelId, InsightId, TopicKey
from assistant.entities.reflection import Insight
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.reflection_rows import insight_from_row, insight_to_row
from assistant.storage.rows import Row, audience_to_row, moment_to_text, to_json

_ADD = """
    INSERT INTO insight (id, topic_key, category, content, sources_scope_max, server_id,
                         layer_run_id, supersedes, is_superseded, is_stale, confidence,
                         strength, metadata, created_at, expires_at)
    VALUES (:id, :topic_key, :category, :content, :sources_scope_max, :server_id,
            :layer_run_id, :supersedes, :is_superseded, :is_stale, :confidence,
            :strength, :metadata, :created_at, :expires_at)
"""
_ADD_OWNER = """
    INSERT INTO insight_owner (insight_id, user_id)
    VALUES (:insight_id, :user_id)
"""
_SUPERSEDE = """
    UPDATE insight
       SET is_superseded = 1
     WHERE id = :id
"""
_DELETE = """
    DELETE FROM insight
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_DELETE_EXPIRED = """
    DELETE FROM insight
     WHERE expires_at <= :now
"""
_BY_ID = """
    SELECT id, topic_key, category, content, sources_scope_max, server_id,
           layer_run_id, supersedes, is_superseded, is_stale, confidence, strength,
           metadata, created_at, expires_at,
           (SELECT json_group_array(user_id)
              FROM insight_owner
             WHERE insight_id = insight.id) AS owners
      FROM insight
     WHERE id = :id
       AND ((sources_scope_max = 'public' AND +server_id = :in_server)
            OR (:in_private
                AND sources_scope_max <> 'public'
                AND EXISTS (SELECT 1
                              FROM insight_owner
                             WHERE insight_id = insight.id
                               AND user_id = :reader_id)
                AND NOT EXISTS (SELECT 1
                                  FROM insight_owner
                                 WHERE insight_id = insight.id
                                   AND user_id <> :reader_id)))
"""
_BY_PREFIX = """
    SELECT id, topic_key, category, content, sources_scope_max, server_id,
           layer_run_id, supersedes, is_superseded, is_stale, confidence, strength,
           metadata, created_at, expires_at,
           (SELECT json_group_array(user_id)
              FROM insight_owner
             WHERE insight_id = insight.id) AS owners
      FROM insight
     WHERE substr(id, 1, length(:prefix)) = :prefix
       AND ((sources_scope_max = 'public' AND +server_id = :in_server)
            OR (:in_private
                AND sources_scope_max <> 'public'
                AND EXISTS (SELECT 1
                              FROM insight_owner
                             WHERE insight_id = insight.id
                               AND user_id = :reader_id)
                AND NOT EXISTS (SELECT 1
                                  FROM insight_owner
                                 WHERE insight_id = insight.id
                                   AND user_id <> :reader_id)))
     ORDER BY id
     LIMIT :limit
"""
_BROWSE = """
    SELECT id, topic_key, category, content, sources_scope_max, server_id,
           layer_run_id, supersedes, is_superseded, is_stale, confidence, strength,
           metadata, created_at, expires_at,
           (SELECT json_group_array(user_id)
              FROM insight_owner
             WHERE insight_id = insight.id) AS owners
      FROM insight
     WHERE (:topic_key IS NULL OR topic_key = :topic_key)
       AND (:category IS NULL OR category = :category)
       AND (:with_former OR (NOT is_superseded AND NOT is_stale))
       AND (expires_at IS NULL OR expires_at > :now)
       AND ((sources_scope_max = 'public' AND +server_id = :in_server)
            OR (:in_private
                AND sources_scope_max <> 'public'
                AND EXISTS (SELECT 1
                              FROM insight_owner
                             WHERE insight_id = insight.id
                               AND user_id = :reader_id)
                AND NOT EXISTS (SELECT 1
                                  FROM insight_owner
                                 WHERE insight_id = insight.id
                                   AND user_id <> :reader_id)))
     ORDER BY created_at DESC, number DESC
     LIMIT :limit
"""
_BY_WORDS = """
    SELECT insight.number, -bm25(insight_text) AS score
      FROM insight_text
      JOIN insight ON insight.number = insight_text.rowid
     WHERE insight_text MATCH :words
       AND NOT insight.is_superseded
       AND NOT insight.is_stale
       AND (insight.expires_at IS NULL OR insight.expires_at > :now)
       AND ((insight.sources_scope_max = 'public' AND +insight.server_id = :in_server)
            OR (:in_private
                AND insight.sources_scope_max <> 'public'
                AND EXISTS (SELECT 1
                              FROM insight_owner
                             WHERE insight_owner.insight_id = insight.id
                               AND insight_owner.user_id = :reader_id)
                AND NOT EXISTS (SELECT 1
                                  FROM insight_owner
                                 WHERE insight_owner.insight_id = insight.id
                                   AND insight_owner.user_id <> :reader_id)))
     ORDER BY bm25(insight_text), insight.number DESC
     LIMIT :limit
"""
_VISIBLE = """
    SELECT number
      FROM insight
     WHERE NOT is_superseded
       AND NOT is_stale
       AND (expires_at IS NULL OR expires_at > :now)
       AND ((sources_scope_max = 'public' AND +server_id = :in_server)
            OR (:in_private
                AND sources_scope_max <> 'public'
                AND EXISTS (SELECT 1
                              FROM insight_owner
                             WHERE insight_id = insight.id
                               AND user_id = :reader_id)
                AND NOT EXISTS (SELECT 1
                                  FROM insight_owner
                                 WHERE insight_id = insight.id
                                   AND user_id <> :reader_id)))
     ORDER BY number
"""
_BY_NUMBER = """
    SELECT insight.number, insight.id, insight.topic_key, insight.category,
           insight.content, insight.sources_scope_max, insight.server_id,
           insight.layer_run_id, insight.supersedes, insight.is_superseded,
           insight.is_stale, insight.confidence, insight.strength, insight.metadata,
           insight.created_at, insight.expires_at,
           (SELECT json_group_array(user_id)
              FROM insight_owner
             WHERE insight_id = insight.id) AS owners
      FROM json_each(:numbers) AS wanted
      JOIN insight ON insight.number = wanted.value
     WHERE NOT insight.is_superseded
       AND NOT insight.is_stale
       AND (insight.expires_at IS NULL OR insight.expires_at > :now)
       AND ((insight.sources_scope_max = 'public' AND +insight.server_id = :in_server)
            OR (:in_private
                AND insight.sources_scope_max <> 'public'
                AND EXISTS (SELECT 1
                              FROM insight_owner
                             WHERE insight_owner.insight_id = insight.id
                               AND insight_owner.user_id = :reader_id)
                AND NOT EXISTS (SELECT 1
                                  FROM insight_owner
                                 WHERE insight_owner.insight_id = insight.id
                                   AND insight_owner.user_id <> :reader_id)))
     ORDER BY wanted.key
"""
# All that an insight was made of, however far back, was said where it may be read.
_OVERHEARD = """
    WITH RECURSIVE source (insight_id, kind, id) AS (
        SELECT depends_on.id, depends_on.source_kind, depends_on.source_id
          FROM depends_on
         WHERE depends_on.kind = 'insight'
           AND depends_on.id IN (SELECT value FROM json_each(:ids))
         UNION
        SELECT source.insight_id, depends_on.source_kind, depends_on.source_id
          FROM source
          JOIN depends_on
            ON depends_on.kind = source.kind
           AND depends_on.id = source.id
    )
    SELECT source.insight_id AS id
      FROM source
      LEFT JOIN observed_message
        ON source.kind = 'observed'
       AND observed_message.id = source.id
       AND observed_message.visibility_scope = 'public'
      LEFT JOIN message
        ON source.kind = 'message'
       AND message.id = source.id
       AND message.scope = 'public'
      LEFT JOIN memory
        ON source.kind = 'memory'
       AND memory.id = source.id
       AND memory.scope = 'public'
      LEFT JOIN channel
        ON channel.id = coalesce(observed_message.channel_id, message.channel_id,
                                 memory.channel_id)
       AND (channel.id IN (SELECT value FROM json_each(:channels))
            OR (channel.kind = 'thread'
                AND channel.category_id IN (SELECT value FROM json_each(:channels))))
     GROUP BY source.insight_id
    HAVING min(source.kind = 'insight' OR channel.id IS NOT NULL)
       AND max(source.kind <> 'insight')
"""


class Insights:
    """What thinking things over gave, current or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, insight: Insight) -> None:
        self._database.execute(_ADD, insight_to_row(insight))
        for owner in sorted(insight.reach.owners):
            row = {"insight_id": insight.id, "user_id": owner}
            self._database.execute(_ADD_OWNER, row)

    def supersede(self, insight_id: InsightId) -> None:
        """It stays readable, and is found by no search."""
        if not self._database.execute(_SUPERSEDE, {"id": insight_id}):
            raise NotFoundError(f"No insight {insight_id}")

    def delete(self, ids: Iterable[InsightId]) -> int:
        """With their index entries, vectors and edges."""
        return self._database.execute(_DELETE, {"ids": to_json(list(ids))})

    def delete_expired(self, now: datetime) -> int:
        """Drop those whose time is over; how many there were."""
        return self._database.execute(_DELETE_EXPIRED, {"now": moment_to_text(now)})

    def find(self, insight_id: InsightId, audience: Audience) -> Insight | None:
        row = {"id": insight_id, **audience_to_row(audience)}
        rows = self._database.query(_BY_ID, row)
        return insight_from_row(rows[0]) if rows else None

    def get(self, insight_id: InsightId, audience: Audience) -> Insight:
        """It, or the same error for what is not there and what may not be seen."""
        insight = self.find(insight_id, audience)
        if insight is None:
            raise NotFoundError(f"No insight {insight_id}")
        return insight

    def starting_with(
        self, prefix: str, audience: Audience, *, limit: int
    ) -> list[Insight]:
        """Those whose ids begin so, current or not."""
        row = {"prefix": prefix, "limit": limit, **audience_to_row(audience)}
        rows = self._database.query(_BY_PREFIX, row)
        return [insight_from_row(each) for each in rows]

    def active(
        self,
        audience: Audience,
        *,
        now: datetime,
        topic_key: TopicKey | None = None,
        category: str | None = None,
        limit: int = 100,
    ) -> list[Insight]:
        """Those that hold now, the newest first."""
        wanted = {"topic_key": topic_key, "category": category, "limit": limit}
        return self._browse(audience, {**wanted, "with_former": 0}, now=now)

    def history(
        self,
        audience: Audience,
        *,
        now: datetime,
        topic_key: TopicKey | None = None,
        category: str | None = None,
        limit: int = 100,
    ) -> list[Insight]:
        """The same with those that newer ones replaced."""
        wanted = {"topic_key": topic_key, "category": category, "limit": limit}
        return self._browse(audience, {**wanted, "with_former": 1}, now=now)

    def by_words(
        self, words: str, audience: Audience, *, now: datetime, limit: int
    ) -> dict[int, float]:
        """Scores by number, higher is better; `words` as the full text takes them."""
        row = {"words": words, "limit": limit}
        return {
            each["number"]: each["score"]
            for each in self._query(_BY_WORDS, audience, row, now=now)
        }

    def visible(self, audience: Audience, *, now: datetime) -> list[int]:
        """The numbers of all that hold now, for a search among them."""
        return [row["number"] for row in self._query(_VISIBLE, audience, {}, now=now)]

    def by_number(
        self, numbers: Sequence[int], audience: Audience, *, now: datetime
    ) -> dict[int, Insight]:
        """Those that hold now and that this audience may see."""
        row = {"numbers": to_json(list(numbers))}
        return {
            each["number"]: insight_from_row(each)
            for each in self._query(_BY_NUMBER, audience, row, now=now)
        }

    def overheard(
        self,
        ids: Sequence[InsightId],
        channels: Iterable[ChannelId],
        audience: Audience,
    ) -> list[Insight]:
        """Those of them that rest only on what was said in these channels."""
        row = {"ids": to_json(list(ids)), "channels": to_json(sorted(channels))}
        resting = {each["id"] for each in self._database.query(_OVERHEARD, row)}
        found = [self.find(each, audience) for each in ids if each in resting]
        return [each for each in found if each is not None]

    def _browse(self, audience: Audience, row: Row, *, now: datetime) -> list[Insight]:
        rows = self._query(_BROWSE, audience, row, now=now)
        return [insight_from_row(each) for each in rows]

    def _query(
        self, sql: str, audience: Audience, row: Row, *, now: datetime
    ) -> list[Row]:
        given = {**row, "now": moment_to_text(now), **audience_to_row(audience)}
        return self._database.query(sql, given)
