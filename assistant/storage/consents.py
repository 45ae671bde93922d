"""What people agreed to, at rest. Callers own the transaction.

A yes that was taken back stays as a record of when it held.
"""

from datetime import datetime

from assistant.entities.consent import Consent
from assistant.entities.ids import ConsentId, ServerId, UserId
from assistant.storage.database import Database
from assistant.storage.rows import (
    Row,
    moment_from_text,
    moment_to_text,
    optional_moment_from_text,
    optional_moment_to_text,
)

_ADD = """
    INSERT INTO consent (id, user_id, consent_type, server_id, granted_at, revoked_at)
    VALUES (:id, :user_id, :consent_type, :server_id, :granted_at, :revoked_at)
"""
_OPEN = """
    SELECT id, user_id, consent_type, server_id, granted_at, revoked_at
      FROM consent
     WHERE user_id = :user_id
       AND consent_type = :consent_type
       AND (:server_id IS NULL OR server_id = :server_id)
       AND revoked_at IS NULL
"""
# The last word counts, of those for the place and for everywhere; a no before a yes.
_LAST_WORD = """
    SELECT id, user_id, consent_type, server_id, granted_at, revoked_at
      FROM consent
     WHERE user_id = :user_id
       AND consent_type = :consent_type
       AND (server_id IS NULL OR server_id = :server_id)
     ORDER BY ifnull(revoked_at, granted_at) DESC, revoked_at IS NULL
     LIMIT 1
"""
_REVOKE = """
    UPDATE consent
       SET revoked_at = max(granted_at, :at)
     WHERE id = :id
"""
_TAKE_BACK_REACTIONS = """
    DELETE FROM observed_reaction
     WHERE user_id = :user_id
       AND message_id IN (SELECT id
                            FROM observed_message
                           WHERE server_id IS :server_id)
"""
_ALL = """
    SELECT id, user_id, consent_type, server_id, granted_at, revoked_at
      FROM consent
     WHERE (:user_id IS NULL OR user_id = :user_id)
     ORDER BY granted_at, id
"""


class Consents:
    """Who agreed to what, and where."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, consent: Consent) -> None:
        self._database.execute(_ADD, _to_row(consent))

    def open_ones(
        self, user_id: UserId, consent_type: str, server_id: ServerId | None
    ) -> list[Consent]:
        """What holds for exactly this server; without one, for any and everywhere."""
        row = _of(user_id, consent_type, server_id)
        return [_from_row(found) for found in self._database.query(_OPEN, row)]

    def last_word(
        self, user_id: UserId, consent_type: str, server_id: ServerId | None
    ) -> Consent | None:
        """What was last said about this place, given or taken back."""
        row = _of(user_id, consent_type, server_id)
        found = self._database.query(_LAST_WORD, row)
        return _from_row(found[0]) if found else None

    def revoke(self, consent_id: ConsentId, *, at: datetime) -> None:
        self._database.execute(_REVOKE, {"id": consent_id, "at": moment_to_text(at)})

    def take_back_reactions(self, user_id: UserId, server_id: ServerId | None) -> None:
        """What a person gave there, or in direct messages, was never seen."""
        row = {"user_id": user_id, "server_id": server_id}
        self._database.execute(_TAKE_BACK_REACTIONS, row)

    def all(self, user_id: UserId | None = None) -> list[Consent]:
        """Everything that was ever agreed to, by one person or by all."""
        return [_from_row(r) for r in self._database.query(_ALL, {"user_id": user_id})]


def _of(user_id: UserId, consent_type: str, server_id: ServerId | None) -> Row:
    return {"user_id": user_id, "consent_type": consent_type, "server_id": server_id}


def _to_row(consent: Consent) -> Row:
    return {
        **_of(consent.user_id, consent.consent_type, consent.server_id),
        "id": consent.id,
        "granted_at": moment_to_text(consent.granted_at),
        "revoked_at": optional_moment_to_text(consent.revoked_at),
    }


def _from_row(row: Row) -> Consent:
    return Consent(
        id=row["id"],
        user_id=row["user_id"],
        consent_type=row["consent_type"],
        server_id=row["server_id"],
        granted_at=moment_from_text(row["granted_at"]),
        revoked_at=optional_moment_from_text(row["revoked_at"]),
    )
