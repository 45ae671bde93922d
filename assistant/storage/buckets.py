"""Token buckets at rest. Callers own the transaction."""

from dataclasses import dataclass
from datetime import datetime

from assistant.storage.database import Database
from assistant.storage.rows import moment_from_text, moment_to_text

_FIND = """
    SELECT tokens, filled_at
      FROM token_bucket
     WHERE class = :class
       AND subject = :subject
"""
_PUT = """
    INSERT INTO token_bucket (class, subject, tokens, filled_at)
    VALUES (:class, :subject, :tokens, :filled_at)
    ON CONFLICT (class, subject) DO UPDATE
       SET tokens = excluded.tokens,
           filled_at = excluded.filled_at
"""


@dataclass(frozen=True, slots=True)
class Level:
    """How full a bucket was, and when."""

    tokens: float
    filled_at: datetime


class Buckets:
    """What may still be asked for, by class and subject."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, kind: str, subject: str) -> Level | None:
        rows = self._database.query(_FIND, {"class": kind, "subject": subject})
        if not rows:
            return None
        return Level(rows[0]["tokens"], moment_from_text(rows[0]["filled_at"]))

    def put(self, kind: str, subject: str, level: Level) -> None:
        row = {
            "class": kind,
            "subject": subject,
            "tokens": level.tokens,
            "filled_at": moment_to_text(level.filled_at),
        }
        self._database.execute(_PUT, row)
