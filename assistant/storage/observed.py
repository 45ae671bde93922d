"""Observed messages at rest, with their reactions. Callers own the transaction.

Every read names its audience: what was public is seen on its server and nowhere else,
what was said in a direct message by whoever said it, in private places.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.ids import ChannelId, MessageId, ServerId, UserId
from assistant.entities.reflection import ObservedMessage, Visibility
from assistant.storage.database import Database
from assistant.storage.reflection_rows import observed_from_row, observed_to_row
from assistant.storage.rows import Row, audience_to_row, moment_to_text, to_json

_ADD = """
    INSERT INTO observed_message (id, channel_id, server_id, author_id, reply_to,
                                  content, visibility_scope, reactions, created_at,
                                  edited_at, ingested_at)
    VALUES (:id, :channel_id, :server_id, :author_id, :reply_to, :content,
            :visibility_scope, :reactions, :created_at, :edited_at, :ingested_at)
    ON CONFLICT (id) DO NOTHING
"""
_ORIGIN = """
    SELECT author_id, channel_id, server_id, visibility_scope
      FROM observed_message
     WHERE id = :id
"""
_EDIT = """
    UPDATE observed_message
       SET content = :content,
           edited_at = :edited_at
     WHERE id = :id
       AND content <> :content
       AND (edited_at IS NULL OR edited_at < :edited_at)
"""
_ADD_REACTION = """
    INSERT INTO observed_reaction (message_id, user_id, emoji)
    VALUES (:message_id, :user_id, :emoji)
    ON CONFLICT DO NOTHING
"""
_REMOVE_REACTION = """
    DELETE FROM observed_reaction
     WHERE message_id = :message_id
       AND user_id = :user_id
       AND emoji = :emoji
"""
_BY_ID = """
    SELECT id, channel_id, server_id, author_id, reply_to, content, visibility_scope,
           reactions, created_at, edited_at, ingested_at
      FROM observed_message
     WHERE id = :id
       AND ((visibility_scope = 'public' AND +server_id = :in_server)
            OR (:in_private AND visibility_scope = 'dm' AND +author_id = :reader_id))
"""
_BY_AUTHOR = """
    SELECT id, channel_id, server_id, author_id, reply_to, content, visibility_scope,
           reactions, created_at, edited_at, ingested_at
      FROM observed_message
     WHERE author_id = :author_id
       AND created_at > :since
       AND created_at <= :until
       AND ((visibility_scope = 'public' AND +server_id = :in_server)
            OR (:in_private AND visibility_scope = 'dm' AND +author_id = :reader_id))
     ORDER BY created_at DESC, number DESC
     LIMIT :limit
"""
_IN_CHANNEL = """
    SELECT id, channel_id, server_id, author_id, reply_to, content, visibility_scope,
           reactions, created_at, edited_at, ingested_at
      FROM observed_message
     WHERE channel_id = :channel_id
       AND created_at > :since
       AND created_at <= :until
       AND ((visibility_scope = 'public' AND +server_id = :in_server)
            OR (:in_private AND visibility_scope = 'dm' AND +author_id = :reader_id))
     ORDER BY created_at DESC, number DESC
     LIMIT :limit
"""
_HERE = """
    SELECT id, channel_id, server_id, author_id, reply_to, content, visibility_scope,
           reactions, created_at, edited_at, ingested_at
      FROM observed_message
     WHERE created_at > :since
       AND created_at <= :until
       AND ((visibility_scope = 'public' AND server_id = :in_server)
            OR (:in_private AND visibility_scope = 'dm' AND author_id = :reader_id))
     ORDER BY created_at DESC, number DESC
     LIMIT :limit
"""
# What one of the two said in reply to the other, and what was replied to.
_BETWEEN = """
    WITH exchange (reply, answered) AS (
        SELECT reply.id, answered.id
          FROM observed_message AS reply
          JOIN observed_message AS answered ON answered.id = reply.reply_to
         WHERE (reply.author_id = :first_id AND +answered.author_id = :second_id)
            OR (reply.author_id = :second_id AND +answered.author_id = :first_id)
    )
    SELECT id, channel_id, server_id, author_id, reply_to, content, visibility_scope,
           reactions, created_at, edited_at, ingested_at
      FROM observed_message
     WHERE id IN (SELECT reply FROM exchange UNION SELECT answered FROM exchange)
       AND created_at > :since
       AND created_at <= :until
       AND ((visibility_scope = 'public' AND +server_id = :in_server)
            OR (:in_private AND visibility_scope = 'dm' AND +author_id = :reader_id))
     ORDER BY created_at DESC, number DESC
     LIMIT :limit
"""
_BY_WORDS = """
    SELECT observed_message.id, observed_message.channel_id,
           observed_message.server_id, observed_message.author_id,
           observed_message.reply_to, observed_message.content,
           observed_message.visibility_scope, observed_message.reactions,
           observed_message.created_at, observed_message.edited_at,
           observed_message.ingested_at
      FROM observed_text
      JOIN observed_message ON observed_message.number = observed_text.rowid
     WHERE observed_text MATCH :words
       AND observed_message.created_at > :since
       AND observed_message.created_at <= :until
       AND ((observed_message.visibility_scope = 'public'
             AND +observed_message.server_id = :in_server)
            OR (:in_private
                AND observed_message.visibility_scope = 'dm'
                AND +observed_message.author_id = :reader_id))
     ORDER BY bm25(observed_text), observed_message.number DESC
     LIMIT :limit
"""
# Only public words, and only of channels that may be read; a thread is its channel's.
_OVERHEARD = """
    SELECT observed_message.id, observed_message.channel_id,
           observed_message.server_id, observed_message.author_id,
           observed_message.reply_to, observed_message.content,
           observed_message.visibility_scope, observed_message.reactions,
           observed_message.created_at, observed_message.edited_at,
           observed_message.ingested_at
      FROM observed_text
      JOIN observed_message ON observed_message.number = observed_text.rowid
      JOIN channel ON channel.id = observed_message.channel_id
     WHERE observed_text MATCH :words
       AND observed_message.visibility_scope = 'public'
       AND +observed_message.server_id = :in_server
       AND NOT :in_private
       AND (channel.id IN (SELECT value FROM json_each(:channels))
            OR (channel.kind = 'thread'
                AND channel.category_id IN (SELECT value FROM json_each(:channels))))
     ORDER BY bm25(observed_text), observed_message.number DESC
     LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose a message is and where it was said; none of its words."""

    author_id: UserId
    channel_id: ChannelId
    server_id: ServerId | None
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How far back to read, and how much at most, the newest first."""

    since: datetime
    until: datetime
    limit: int


class Observed:
    """What was said in channels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, message: ObservedMessage) -> bool:
        """False when it is there already."""
        return bool(self._database.execute(_ADD, observed_to_row(message)))

    def origin(self, message_id: MessageId) -> Origin | None:
        rows = self._database.query(_ORIGIN, {"id": message_id})
        if not rows:
            return None
        row = rows[0]
        return Origin(
            author_id=row["author_id"],
            channel_id=row["channel_id"],
            server_id=row["server_id"],
            visibility=Visibility(row["visibility_scope"]),
        )

    def edit(self, message_id: MessageId, content: str, at: datetime) -> bool:
        """False when it is not there, or a later edit is, or the same words are."""
        row = {"id": message_id, "content": content, "edited_at": moment_to_text(at)}
        return bool(self._database.execute(_EDIT, row))

    def add_reaction(self, message_id: MessageId, user_id: UserId, emoji: str) -> bool:
        """False when it counts already."""
        row = {"message_id": message_id, "user_id": user_id, "emoji": emoji}
        return bool(self._database.execute(_ADD_REACTION, row))

    def remove_reaction(
        self, message_id: MessageId, user_id: UserId, emoji: str
    ) -> bool:
        row = {"message_id": message_id, "user_id": user_id, "emoji": emoji}
        return bool(self._database.execute(_REMOVE_REACTION, row))

    def find(self, message_id: MessageId, audience: Audience) -> ObservedMessage | None:
        row = {"id": message_id, **audience_to_row(audience)}
        return next(_messages(self._database.query(_BY_ID, row)), None)

    def by_author(
        self, author_id: UserId, stretch: Stretch, audience: Audience
    ) -> list[ObservedMessage]:
        return self._read(_BY_AUTHOR, stretch, audience, author_id=author_id)

    def in_channel(
        self, channel_id: ChannelId, stretch: Stretch, audience: Audience
    ) -> list[ObservedMessage]:
        return self._read(_IN_CHANNEL, stretch, audience, channel_id=channel_id)

    def between(
        self, two: tuple[UserId, UserId], stretch: Stretch, audience: Audience
    ) -> list[ObservedMessage]:
        """What two people answered each other, and what that answered."""
        first, second = two
        return self._read(_BETWEEN, stretch, audience, first_id=first, second_id=second)

    def here(self, stretch: Stretch, audience: Audience) -> list[ObservedMessage]:
        """Everything that this audience may see."""
        return self._read(_HERE, stretch, audience)

    def by_words(
        self, words: str, stretch: Stretch, audience: Audience
    ) -> list[ObservedMessage]:
        """The best first; `words` as the full text takes them."""
        return self._read(_BY_WORDS, stretch, audience, words=words)

    def overheard(
        self,
        words: str,
        channels: Iterable[ChannelId],
        audience: Audience,
        *,
        limit: int,
    ) -> list[ObservedMessage]:
        """The best of what was said in these channels of the audience's server."""
        row = {
            "words": words,
            "channels": to_json(sorted(channels)),
            "limit": limit,
            **audience_to_row(audience),
        }
        return list(_messages(self._database.query(_OVERHEARD, row)))

    def _read(
        self, sql: str, stretch: Stretch, audience: Audience, **params: object
    ) -> list[ObservedMessage]:
        row = {
            **params,
            "since": moment_to_text(stretch.since),
            "until": moment_to_text(stretch.until),
            "limit": stretch.limit,
            **audience_to_row(audience),
        }
        return list(_messages(self._database.query(sql, row)))


def _messages(rows: Iterable[Row]) -> Iterator[ObservedMessage]:
    return map(observed_from_row, rows)
