"""Drafts at rest, one for each conversation. Callers own the transaction.

A draft is its writer's alone: nobody reads one in a place that others see.
"""

import json
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.draft import Draft
from assistant.entities.ids import ConversationId
from assistant.entities.turn import TextFile
from assistant.storage.database import Database
from assistant.storage.rows import Row, audience_to_row, moment_to_text, to_json

_PUT = """
    INSERT INTO draft (owner_id, conversation_id, text, files, updated_at)
    VALUES (:reader_id, :conversation_id, :text, :files, :updated_at)
    ON CONFLICT (owner_id, conversation_id) DO UPDATE
       SET text = excluded.text,
           files = excluded.files,
           updated_at = excluded.updated_at
"""
_FIND = """
    SELECT text, files
      FROM draft
     WHERE conversation_id = :conversation_id
       AND owner_id = :reader_id
       AND :in_private
"""
_REMOVE = """
    DELETE FROM draft
     WHERE conversation_id = :conversation_id
       AND owner_id = :reader_id
"""
_EXISTS = """
    SELECT 1 AS found
      FROM conversation
     WHERE id = :conversation_id
"""


class Drafts:
    """What people have begun to write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        conversation_id: ConversationId | None,
        draft: Draft,
        audience: Audience,
        *,
        at: datetime,
    ) -> None:
        """Keep a draft in place of the one before; of a gone conversation, none."""
        row = _row(conversation_id, audience)
        if conversation_id is not None and not self._database.query(_EXISTS, row):
            return
        files = [{"name": file.name, "text": file.text} for file in draft.files]
        self._database.execute(
            _PUT,
            row
            | {
                "text": draft.text,
                "files": to_json(files),
                "updated_at": moment_to_text(at),
            },
        )

    def find(
        self, conversation_id: ConversationId | None, audience: Audience
    ) -> Draft | None:
        rows = self._database.query(_FIND, _row(conversation_id, audience))
        return _draft(rows[0]) if rows else None

    def remove(
        self, conversation_id: ConversationId | None, audience: Audience
    ) -> None:
        self._database.execute(_REMOVE, _row(conversation_id, audience))


def _row(conversation_id: ConversationId | None, audience: Audience) -> Row:
    return {"conversation_id": conversation_id or "", **audience_to_row(audience)}


def _draft(row: Row) -> Draft:
    files = tuple(TextFile(**file) for file in json.loads(row["files"]))
    return Draft(text=row["text"], files=files)
