"""What a person said to the assistant itself, to be thought over. Reads only.

Conversations off the record are left out, and so is everything that no person wrote.
Every read names its audience, who gets only words of their own.
"""

from dataclasses import dataclass
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.ids import ConversationId, MessageId, UserId
from assistant.storage.database import Database
from assistant.storage.observed import Stretch
from assistant.storage.rows import audience_to_row, moment_from_text, moment_to_text

_SAID = """
    SELECT message.id, message.content, message.conversation_id, message.created_at,
           iif(conversation.user_id = :reader_id, conversation.title, '') AS title
      FROM message
      JOIN conversation ON conversation.id = message.conversation_id
     WHERE :in_private
       AND message.owner_id = :reader_id
       AND message.role = 'user'
       AND message.scope = 'private'
       AND NOT conversation.is_incognito
       AND message.created_at > :since
       AND message.created_at <= :until
     ORDER BY message.created_at DESC, message.number DESC
     LIMIT :limit
"""
_NOT_EARNED = """
    SELECT message.id, message.content, message.conversation_id, message.created_at,
           iif(conversation.user_id = :reader_id, conversation.title, '') AS title
      FROM message
      JOIN conversation ON conversation.id = message.conversation_id
     WHERE :in_private
       AND message.owner_id = :reader_id
       AND message.role = 'user'
       AND message.scope = 'private'
       AND NOT conversation.is_incognito
       AND NOT EXISTS (SELECT 1
                         FROM salience_entry
                        WHERE topic_key = 'user:' || :reader_id
                          AND entry_type = 'earn'
                          AND cause = 'message:' || message.id)
     ORDER BY message.created_at, message.number
     LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """One message of somebody's own, and the conversation it stands in."""

    id: MessageId
    author_id: UserId
    content: str
    conversation_id: ConversationId
    title: str
    """Empty where it is somebody else's conversation, which they named."""

    created_at: datetime


class OwnWords:
    """The user's side of the conversations with the assistant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def said(self, stretch: Stretch, audience: Audience) -> list[OwnMessage]:
        """The newest first."""
        row = {
            "since": moment_to_text(stretch.since),
            "until": moment_to_text(stretch.until),
            "limit": stretch.limit,
        }
        return self._read(_SAID, audience, row)

    def not_earned(self, audience: Audience, *, limit: int) -> list[OwnMessage]:
        """What has earned its author's topic nothing yet, the oldest first."""
        return self._read(_NOT_EARNED, audience, {"limit": limit})

    def _read(
        self, sql: str, audience: Audience, row: dict[str, object]
    ) -> list[OwnMessage]:
        rows = self._database.query(sql, {**row, **audience_to_row(audience)})
        return [
            OwnMessage(
                id=row["id"],
                author_id=audience.user_id,
                content=row["content"],
                conversation_id=row["conversation_id"],
                title=row["title"],
                created_at=moment_from_text(row["created_at"]),
            )
            for row in rows
        ]
