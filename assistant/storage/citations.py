"""What answers quoted, at rest. Callers own the transaction."""

from collections.abc import Sequence

from assistant.entities.audience import Audience
from assistant.entities.citation import Citation
from assistant.entities.ids import MessageId
from assistant.storage.database import Database
from assistant.storage.rows import Row, audience_to_row

_ADD = """
    INSERT INTO citation (message_id, position, number, passage_id, document_id, title,
                          location, quote, is_replacement)
    VALUES (:message_id, :position, :number, :passage_id, :document_id, :title,
            :location, :quote, :is_replacement)
"""
_ADD_IF_THERE = """
    INSERT INTO citation (message_id, position, number, passage_id, document_id, title,
                          location, quote, is_replacement)
    SELECT :message_id, :position, :number, passage.id, passage.document_id, :title,
           :location, :quote, :is_replacement
      FROM passage
     WHERE passage.id = :passage_id
       AND passage.document_id = :document_id
"""
_REMOVE_OF = """
    DELETE FROM citation
     WHERE message_id = :message_id
"""
_OF = """
    SELECT citation.number, citation.passage_id, citation.document_id, citation.title,
           citation.location, citation.quote, citation.is_replacement
      FROM citation
      JOIN message ON message.id = citation.message_id
     WHERE citation.message_id = :message_id
       AND ((:in_private AND message.owner_id = :reader_id)
            OR (message.scope = 'public' AND message.server_id = :in_server))
     ORDER BY citation.position
"""


class Citations:
    """References of answers to passages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace_of(self, message_id: MessageId, citations: Sequence[Citation]) -> None:
        """Keep an answer's references, in place of those it had."""
        self._database.execute(_REMOVE_OF, {"message_id": message_id})
        for position, citation in enumerate(citations, start=1):
            self._database.execute(_ADD, _row(message_id, citation, position))

    def restore(
        self, message_id: MessageId, citation: Citation, *, position: int
    ) -> None:
        """Keep it if what it quotes is still here; else nothing is kept."""
        self._database.execute(_ADD_IF_THERE, _row(message_id, citation, position))

    def of(self, message_id: MessageId, audience: Audience) -> list[Citation]:
        """Those still there: a removed document takes its quotations along."""
        row = {"message_id": message_id, **audience_to_row(audience)}
        return [
            Citation(**found | {"is_replacement": bool(found["is_replacement"])})
            for found in self._database.query(_OF, row)
        ]


def _row(message_id: MessageId, citation: Citation, position: int) -> Row:
    return {
        "message_id": message_id,
        "position": position,
        "number": citation.number,
        "passage_id": citation.passage_id,
        "document_id": citation.document_id,
        "title": citation.title,
        "location": citation.location,
        "quote": citation.quote,
        "is_replacement": int(citation.is_replacement),
    }
