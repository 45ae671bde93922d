"""Notes on stretches of conversations at rest. Callers own the transaction.

They hang on the messages they quote: when one goes or changes, its notes are stale,
and stale notes are never read. Every read names its audience, who gets notes only on
conversations they may open, of words they may read.
"""

import json

from assistant.entities.audience import Audience
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.window import Fold
from assistant.storage.database import Database
from assistant.storage.rows import (
    Row,
    audience_to_row,
    moment_from_text,
    moment_to_text,
    to_json,
)

_REMOVE = """
    DELETE FROM summary
     WHERE conversation_id = :conversation_id
       AND last_id = :last_id
"""
_ADD = """
    INSERT INTO summary (id, conversation_id, first_id, last_id, text, tokens,
                         created_at)
    VALUES (:id, :conversation_id, :first_id, :last_id, :text, :tokens, :created_at)
"""
_DEPEND = """
    INSERT INTO depends_on (kind, id, source_kind, source_id)
    SELECT 'summary', :id, 'message', value
      FROM json_each(:sources)
"""
_FRESH = """
    SELECT summary.id, summary.conversation_id, summary.first_id, summary.last_id,
           summary.text, summary.tokens, summary.created_at,
           (SELECT json_group_array(source_id)
              FROM depends_on
             WHERE depends_on.kind = 'summary'
               AND depends_on.id = summary.id) AS sources
      FROM summary
      JOIN conversation ON conversation.id = summary.conversation_id
     WHERE summary.conversation_id = :conversation_id
       AND (:last_id IS NULL OR summary.last_id = :last_id)
       AND NOT summary.is_stale
       AND ((:in_private AND conversation.user_id = :reader_id)
            OR (NOT :in_private
                AND conversation.server_id = :in_server
                AND conversation.channel_id = :in_channel))
       AND NOT EXISTS (SELECT 1
                         FROM depends_on
                         JOIN message ON message.id = depends_on.source_id
                        WHERE depends_on.kind = 'summary'
                          AND depends_on.id = summary.id
                          AND ((:in_private AND message.owner_id = :reader_id)
                               OR (message.scope = 'public'
                                   AND message.server_id = :in_server)) IS NOT TRUE)
"""


class Summaries:
    """Folds of conversations; only those that still hold are ever given out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, fold: Fold) -> None:
        """Keep it in the place of an earlier one that ended at the same message."""
        row = {
            "id": fold.id,
            "conversation_id": fold.conversation_id,
            "first_id": fold.first_id,
            "last_id": fold.last_id,
            "text": fold.text,
            "tokens": fold.tokens,
            "created_at": moment_to_text(fold.created_at),
        }
        ends = {"conversation_id": fold.conversation_id, "last_id": fold.last_id}
        self._database.execute(_REMOVE, ends)
        self._database.execute(_ADD, row)
        self._database.execute(
            _DEPEND, {"id": fold.id, "sources": to_json(fold.sources)}
        )

    def find(
        self,
        conversation_id: ConversationId,
        last_id: MessageId,
        audience: Audience,
    ) -> Fold | None:
        """The one that ends at this message."""
        found = self._fresh(conversation_id, last_id, audience)
        return found[0] if found else None

    def of(self, conversation_id: ConversationId, audience: Audience) -> list[Fold]:
        """Those of all branches."""
        return self._fresh(conversation_id, None, audience)

    def _fresh(
        self,
        conversation_id: ConversationId,
        last_id: MessageId | None,
        audience: Audience,
    ) -> list[Fold]:
        row = {
            "conversation_id": conversation_id,
            "last_id": last_id,
            **audience_to_row(audience),
        }
        return [_fold_from_row(row) for row in self._database.query(_FRESH, row)]


def _fold_from_row(row: Row) -> Fold:
    return Fold(
        id=row["id"],
        conversation_id=row["conversation_id"],
        first_id=row["first_id"],
        last_id=row["last_id"],
        text=row["text"],
        tokens=row["tokens"],
        sources=tuple(json.loads(row["sources"])),
        created_at=moment_from_text(row["created_at"]),
    )
