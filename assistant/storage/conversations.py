"""Conversations at rest. Callers own the transaction.

Every read names its audience: the owner, in private places; or whoever is in the
channel of the server where the conversation is held.
"""

from collections.abc import Sequence
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation
from assistant.entities.ids import ConversationId
from assistant.errors import NotFoundError
from assistant.storage.conversation_rows import (
    conversation_from_row,
    conversation_to_row,
)
from assistant.storage.database import Database
from assistant.storage.rows import audience_to_row, moment_to_text, to_json

_ADD = """
    INSERT INTO conversation (id, user_id, title, state, head_id, server_id,
                              channel_id, summary, message_count, total_tokens,
                              forked_from, pinned_at, is_incognito, persona_id,
                              created_at, updated_at)
    VALUES (:id, :user_id, :title, :state, :head_id, :server_id,
            :channel_id, :summary, :message_count, :total_tokens,
            :forked_from, :pinned_at, :is_incognito, :persona_id,
            :created_at, :updated_at)
"""
_BY_ID = """
    SELECT id, user_id, title, state, head_id, server_id, channel_id, summary,
           message_count, total_tokens, forked_from, pinned_at, is_incognito,
           persona_id, created_at, updated_at
      FROM conversation
     WHERE id = :id
       AND ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND server_id = :in_server AND channel_id = :in_channel))
"""
_BY_PREFIX = """
    SELECT id, user_id, title, state, head_id, server_id, channel_id, summary,
           message_count, total_tokens, forked_from, pinned_at, is_incognito,
           persona_id, created_at, updated_at
      FROM conversation
     WHERE substr(id, 1, length(:prefix)) = :prefix
       AND ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND server_id = :in_server AND channel_id = :in_channel))
     ORDER BY id
     LIMIT :limit
"""
_EXISTS = """
    SELECT 1 AS found
      FROM conversation
     WHERE id = :id
"""
_RECENT = """
    SELECT id, user_id, title, state, head_id, server_id, channel_id, summary,
           message_count, total_tokens, forked_from, pinned_at, is_incognito,
           persona_id, created_at, updated_at
      FROM conversation
     WHERE ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND server_id = :in_server AND channel_id = :in_channel))
       AND (:include_archived OR state <> 'archived')
       AND (:include_others OR state = 'archived')
       AND (:before_time IS NULL
            OR (updated_at, id) < (:before_time, :before_id))
     ORDER BY updated_at DESC, id DESC
     LIMIT :limit
"""
_PINNED = """
    SELECT id, user_id, title, state, head_id, server_id, channel_id, summary,
           message_count, total_tokens, forked_from, pinned_at, is_incognito,
           persona_id, created_at, updated_at
      FROM conversation
     WHERE ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND server_id = :in_server AND channel_id = :in_channel))
       AND pinned_at IS NOT NULL
       AND state <> 'archived'
     ORDER BY pinned_at, id
"""
_TITLES = """
    SELECT id, title
      FROM conversation
     WHERE ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND server_id = :in_server AND channel_id = :in_channel))
     ORDER BY updated_at DESC, id DESC
"""
_BY_IDS = """
    SELECT conversation.id, user_id, title, state, head_id, server_id, channel_id,
           summary, message_count, total_tokens, forked_from, pinned_at, is_incognito,
           persona_id, created_at, updated_at
      FROM json_each(:ids) AS wanted
      JOIN conversation ON conversation.id = wanted.value
     WHERE ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND server_id = :in_server AND channel_id = :in_channel))
     ORDER BY wanted.key
"""
_FORKS = """
    SELECT origin.conversation_id AS origin_id, count(*) AS forks
      FROM conversation
      JOIN message AS origin ON origin.id = conversation.forked_from
     WHERE conversation.forked_from IS NOT NULL
       AND ((:in_private AND user_id = :reader_id)
            OR (NOT :in_private
                AND conversation.server_id = :in_server
                AND conversation.channel_id = :in_channel))
     GROUP BY origin.conversation_id
"""
_TIE = """
    UPDATE conversation
       SET forked_from = (SELECT id FROM message WHERE id = :forked_from),
           persona_id = (SELECT id FROM persona WHERE id = :persona_id)
     WHERE id = :id
"""
_UPDATE = """
    UPDATE conversation
       SET title = :title,
           state = :state,
           head_id = :head_id,
           summary = :summary,
           message_count = :message_count,
           total_tokens = :total_tokens,
           pinned_at = :pinned_at,
           is_incognito = :is_incognito,
           persona_id = :persona_id,
           updated_at = :updated_at
     WHERE id = :id
"""
_DELETE = """
    DELETE FROM conversation
     WHERE id = :id
"""
_PAUSE_IDLE = """
    UPDATE conversation
       SET state = 'paused'
     WHERE state = 'active'
       AND updated_at < :before
"""


class Conversations:
    """Threads of messages, without the messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, conversation: Conversation) -> None:
        self._database.execute(_ADD, conversation_to_row(conversation))

    def find(
        self, conversation_id: ConversationId, audience: Audience
    ) -> Conversation | None:
        row = {"id": conversation_id, **audience_to_row(audience)}
        rows = self._database.query(_BY_ID, row)
        return conversation_from_row(rows[0]) if rows else None

    def get(self, conversation_id: ConversationId, audience: Audience) -> Conversation:
        """It, or the same error for what is not there and what may not be seen."""
        conversation = self.find(conversation_id, audience)
        if conversation is None:
            raise NotFoundError(f"No conversation {conversation_id}")
        return conversation

    def exists(self, conversation_id: ConversationId) -> bool:
        """Whether the id is taken, by anyone's conversation; it tells no more."""
        return bool(self._database.query(_EXISTS, {"id": conversation_id}))

    def starting_with(
        self, prefix: str, audience: Audience, *, limit: int = 2
    ) -> list[Conversation]:
        """Those whose id begins so; two are enough to know it is not unique."""
        row = {"prefix": prefix, "limit": limit, **audience_to_row(audience)}
        return [conversation_from_row(r) for r in self._database.query(_BY_PREFIX, row)]

    def latest(self, audience: Audience) -> Conversation | None:
        """The one that changed last and is not archived."""
        newest = self.recent(audience, limit=1)
        return newest[0] if newest else None

    def recent(
        self,
        audience: Audience,
        *,
        limit: int,
        include_archived: bool = False,
        only_archived: bool = False,
        before: Conversation | None = None,
    ) -> list[Conversation]:
        """The last changed first; `before` goes on where an earlier list ended."""
        row = {
            "limit": limit,
            "include_archived": int(include_archived or only_archived),
            "include_others": int(not only_archived),
            "before_time": moment_to_text(before.updated_at) if before else None,
            "before_id": before.id if before else None,
            **audience_to_row(audience),
        }
        return [conversation_from_row(r) for r in self._database.query(_RECENT, row)]

    def pinned(self, audience: Audience) -> list[Conversation]:
        """Those that stay on top, in the order in which they were pinned."""
        rows = self._database.query(_PINNED, audience_to_row(audience))
        return [conversation_from_row(row) for row in rows]

    def titled(
        self, words: Sequence[str], audience: Audience, *, limit: int
    ) -> list[Conversation]:
        """Those whose title has all the words, in any case; the last changed first."""
        wanted = [word.casefold() for word in words]
        ids = [
            row["id"]
            for row in self._database.query(_TITLES, audience_to_row(audience))
            if all(word in row["title"].casefold() for word in wanted)
        ]
        row = {"ids": to_json(ids[:limit]), **audience_to_row(audience)}
        return [conversation_from_row(r) for r in self._database.query(_BY_IDS, row)]

    def forks(self, audience: Audience) -> dict[ConversationId, int]:
        """How many others were begun from each; those without are left out."""
        rows = self._database.query(_FORKS, audience_to_row(audience))
        return {row["origin_id"]: row["forks"] for row in rows}

    def tie(self, conversation: Conversation) -> None:
        """Point to its origin and its persona as far as they are in this file."""
        self._database.execute(_TIE, conversation_to_row(conversation))

    def update(self, conversation: Conversation) -> None:
        """Keep what may change; not whose it is, where it is held and when it began."""
        if not self._database.execute(_UPDATE, conversation_to_row(conversation)):
            raise NotFoundError(f"No conversation {conversation.id}")

    def delete(self, conversation_id: ConversationId) -> None:
        """Gone for good, and all that was said in it."""
        if not self._database.execute(_DELETE, {"id": conversation_id}):
            raise NotFoundError(f"No conversation {conversation_id}")

    def pause_idle(self, before: datetime) -> int:
        """Pause the active ones that have not changed since; returns how many."""
        return self._database.execute(_PAUSE_IDLE, {"before": moment_to_text(before)})
