"""The ledger of salience at rest: lines are added and never changed.

Callers own the transaction. The balance is the sum of the lines; the file itself keeps
it in step, so that it need not be added up each time.
"""

from collections.abc import Iterable
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.ids import LayerRunId, TopicKey
from assistant.entities.reflection import Balance, SalienceEntry
from assistant.storage.database import Database
from assistant.storage.reflection_rows import (
    balance_from_row,
    entry_from_row,
    entry_to_row,
)
from assistant.storage.rows import (
    audience_to_row,
    moment_from_text,
    moment_to_text,
    to_json,
)

_ADD = """
    INSERT INTO salience_entry (id, topic_key, entry_type, amount, evaporated, reason,
                                cause, run_id, created_at)
    VALUES (:id, :topic_key, :entry_type, :amount, :evaporated, :reason, :cause,
            :run_id, :created_at)
    ON CONFLICT (topic_key, entry_type, cause) DO NOTHING
"""
_IS_BOOKED = """
    SELECT EXISTS (SELECT 1
                     FROM salience_entry
                    WHERE topic_key = :topic_key
                      AND entry_type = :entry_type
                      AND cause = :cause) AS found
"""
_BALANCE = """
    SELECT ifnull(sum(balance), 0) AS balance
      FROM topic_balance
     WHERE topic_key = :topic_key
"""
_RICHEST = """
    SELECT topic.key, topic.category, topic.created_at, topic.metadata,
           topic_balance.balance
      FROM topic_balance
      JOIN topic ON topic.key = topic_balance.topic_key
     WHERE (topic.category = :name OR topic.key = :name)
       AND topic_balance.balance > 0
     ORDER BY topic_balance.balance DESC, topic.key
"""
_VISIBLE = """
    SELECT topic.key, topic.category, topic.created_at, topic.metadata,
           topic_balance.balance
      FROM topic_balance
      JOIN topic ON topic.key = topic_balance.topic_key
     WHERE EXISTS (SELECT 1
                     FROM topic_place
                    WHERE topic_place.topic_key = topic.key
                      AND (topic_place.server_id = :in_server
                           OR (:in_private AND topic_place.owner_id = :reader_id)))
     ORDER BY topic_balance.balance DESC, topic.key
     LIMIT :limit
"""
_ENTRIES = """
    SELECT id, topic_key, entry_type, amount, evaporated, reason, cause, run_id,
           created_at
      FROM salience_entry
     WHERE topic_key = :topic_key
       AND EXISTS (SELECT 1
                     FROM topic_place
                    WHERE topic_place.topic_key = salience_entry.topic_key
                      AND (topic_place.server_id = :in_server
                           OR (:in_private AND topic_place.owner_id = :reader_id)))
     ORDER BY created_at DESC, id DESC
     LIMIT :limit
"""
_OF_RUN = """
    SELECT id, topic_key, entry_type, amount, evaporated, reason, cause, run_id,
           created_at
      FROM salience_entry
     WHERE run_id = :run_id
     ORDER BY created_at, id
"""
_IDLE = """
    SELECT topic_key, earned_at, faded_at
      FROM topic_balance
     WHERE balance > 0
       AND earned_at <> ''
       AND earned_at < :earned_before
       AND faded_at < :faded_before
     ORDER BY topic_key
"""
_BALANCES = """
    SELECT topic_key, balance
      FROM topic_balance
     WHERE topic_key IN (SELECT value FROM json_each(:keys))
"""
# What a message earned is under its own id, and so is what came of that for others.
# Only topics that can have earned by it are looked at, each by its index.
_EARNED_BY = """
    WITH said (id, author_id, channel_id, server_id) AS (
        SELECT id, author_id, channel_id, server_id
          FROM observed_message
         WHERE id IN (SELECT value FROM json_each(:ids))
         UNION ALL
        SELECT id, owner_id, NULL, NULL
          FROM message
         WHERE id IN (SELECT value FROM json_each(:ids))
           AND role = 'user'
    ),
    about (id, key) AS (
        SELECT id, 'user:' || author_id
          FROM said
         UNION ALL
        SELECT id, 'channel:' || channel_id
          FROM said
         WHERE server_id IS NOT NULL
         UNION ALL
        SELECT id, 'server:' || server_id
          FROM said
         WHERE server_id IS NOT NULL
         UNION ALL
        SELECT said.id, topic.key
          FROM said
          JOIN topic_place
            ON topic_place.server_id = said.server_id
            OR (said.server_id IS NULL AND topic_place.owner_id = said.author_id)
          JOIN topic ON topic.key = topic_place.topic_key
         WHERE topic.category = 'subject'
            OR (topic.category = 'dyad'
                AND (topic.key LIKE 'dyad:' || said.author_id || ':%'
                     OR topic.key LIKE 'dyad:%:' || said.author_id))
    ),
    stretch (id, key, low, high) AS (
        SELECT id, key, 'message:' || id, 'message:' || id
          FROM about
         UNION ALL
        SELECT id, key, 'message:' || id || ':', 'message:' || id || ';'
          FROM about
         UNION ALL
        SELECT id, key, 'message:' || id || '|', 'message:' || id || '}'
          FROM about
         UNION ALL
        SELECT id, key, 'reaction:' || id || ':', 'reaction:' || id || ';'
          FROM about
    )
    SELECT stretch.id, stretch.key AS topic_key, sum(salience_entry.amount) AS amount
      FROM stretch
     CROSS JOIN salience_entry
        ON salience_entry.topic_key = stretch.key
       AND salience_entry.entry_type = 'earn'
       AND salience_entry.cause BETWEEN stretch.low AND stretch.high
     GROUP BY stretch.id, stretch.key
    HAVING sum(salience_entry.amount) > 0
     ORDER BY stretch.id, stretch.key
"""
_OUT_OF_STEP = """
    SELECT count(*) AS topics
      FROM topic_salience
      JOIN topic_balance ON topic_balance.topic_key = topic_salience.topic_key
     WHERE topic_salience.balance <> topic_balance.balance
"""


class Salience:
    """Lines of the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: SalienceEntry) -> bool:
        """False when its cause has counted already; nothing is added then."""
        return bool(self._database.execute(_ADD, entry_to_row(entry)))

    def is_booked(self, entry: SalienceEntry) -> bool:
        """Whether its cause has counted already."""
        row = entry_to_row(entry)
        wanted = {name: row[name] for name in ("topic_key", "entry_type", "cause")}
        return bool(self._database.query(_IS_BOOKED, wanted)[0]["found"])

    def balance(self, key: TopicKey) -> float:
        rows = self._database.query(_BALANCE, {"topic_key": key})
        return float(rows[0]["balance"])

    def balances(self, keys: Iterable[TopicKey]) -> dict[TopicKey, float]:
        """Of those that have a ledger."""
        rows = self._database.query(_BALANCES, {"keys": to_json(list(keys))})
        return {row["topic_key"]: float(row["balance"]) for row in rows}

    def richest(self, name: str) -> list[Balance]:
        """Those of a category, or the one of that key, with something to spend."""
        return [
            balance_from_row(row)
            for row in self._database.query(_RICHEST, {"name": name})
        ]

    def visible(self, audience: Audience, *, limit: int) -> list[Balance]:
        """Balances of topics that came up where this audience may see it."""
        row = {"limit": limit, **audience_to_row(audience)}
        return [balance_from_row(each) for each in self._database.query(_VISIBLE, row)]

    def entries(
        self, key: TopicKey, audience: Audience, *, limit: int
    ) -> list[SalienceEntry]:
        """The newest first."""
        row = {"topic_key": key, "limit": limit, **audience_to_row(audience)}
        return [entry_from_row(each) for each in self._database.query(_ENTRIES, row)]

    def of_run(self, run_id: LayerRunId) -> list[SalienceEntry]:
        """What a run spent, and what of it stayed."""
        rows = self._database.query(_OF_RUN, {"run_id": run_id})
        return [entry_from_row(row) for row in rows]

    def idle(
        self, *, earned_before: datetime, faded_before: datetime
    ) -> list[tuple[TopicKey, datetime, datetime | None]]:
        """Topics that nobody spoke of since, when they last earned, and last faded."""
        rows = self._database.query(
            _IDLE,
            {
                "earned_before": moment_to_text(earned_before),
                "faded_before": moment_to_text(faded_before),
            },
        )
        return [
            (
                TopicKey(row["topic_key"]),
                moment_from_text(row["earned_at"]),
                moment_from_text(row["faded_at"]) if row["faded_at"] else None,
            )
            for row in rows
        ]

    def earned_by(self, ids: Iterable[str]) -> list[tuple[str, TopicKey, float]]:
        """What messages, and reactions to them, were worth to each topic."""
        rows = self._database.query(_EARNED_BY, {"ids": to_json(sorted(ids))})
        return [
            (row["id"], TopicKey(row["topic_key"]), float(row["amount"]))
            for row in rows
        ]

    def out_of_step(self) -> int:
        """Topics whose balance is not the sum; never any, unless something broke."""
        return int(self._database.query(_OUT_OF_STEP)[0]["topics"])
