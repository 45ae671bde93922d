"""Our messages as they stand elsewhere, at rest. Callers own the transaction."""

from dataclasses import dataclass

from assistant.entities.ids import ChannelId, MessageId, UserId
from assistant.storage.database import Database
from assistant.storage.rows import Row

_ADD = """
    INSERT INTO delivery (source, external_id, message_id, channel_id, position)
    VALUES (:source, :external_id, :message_id, :channel_id, :position)
    ON CONFLICT (source, external_id) DO UPDATE
       SET message_id = excluded.message_id,
           position = excluded.position
"""
_FIND = """
    SELECT delivery.source, delivery.external_id, delivery.message_id,
           delivery.channel_id, delivery.position, message.owner_id
      FROM delivery
      JOIN message ON message.id = delivery.message_id
     WHERE delivery.source = :source
       AND delivery.external_id = :external_id
"""
_OF = """
    SELECT delivery.source, delivery.external_id, delivery.message_id,
           delivery.channel_id, delivery.position, message.owner_id
      FROM delivery
      JOIN message ON message.id = delivery.message_id
     WHERE delivery.message_id = :message_id
     ORDER BY delivery.source, delivery.position
"""
_REMOVE = """
    DELETE FROM delivery
     WHERE source = :source
       AND external_id = :external_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One part of one of our messages, in another service's channel."""

    source: str
    """The service: `discord`."""

    external_id: str
    message_id: MessageId
    channel_id: ChannelId
    owner_id: UserId
    """Whose message it is, here as there."""

    position: int = 1


class Deliveries:
    """Which message there is which message here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, delivery: Delivery) -> None:
        self._database.execute(
            _ADD,
            {
                "source": delivery.source,
                "external_id": delivery.external_id,
                "message_id": delivery.message_id,
                "channel_id": delivery.channel_id,
                "position": delivery.position,
            },
        )

    def find(self, source: str, external_id: str) -> Delivery | None:
        row = {"source": source, "external_id": external_id}
        rows = self._database.query(_FIND, row)
        return _from_row(rows[0]) if rows else None

    def of(self, message_id: MessageId) -> list[Delivery]:
        """Everywhere it stands, part by part."""
        rows = self._database.query(_OF, {"message_id": message_id})
        return [_from_row(row) for row in rows]

    def remove(self, source: str, external_id: str) -> None:
        row = {"source": source, "external_id": external_id}
        self._database.execute(_REMOVE, row)


def _from_row(row: Row) -> Delivery:
    return Delivery(
        source=row["source"],
        external_id=row["external_id"],
        message_id=row["message_id"],
        channel_id=row["channel_id"],
        owner_id=row["owner_id"],
        position=row["position"],
    )
