"""Removing rows for good, by ids. Callers own the transaction.

The schema takes index entries and vectors along with their rows. What is to go, and
whether it may, was decided before.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.entities.erasure import Erasable, Ids
from assistant.entities.ids import LOCAL_USER, NOBODY
from assistant.storage.database import Database
from assistant.storage.rows import Row, to_json

_REMOVE = {
    Erasable.SUMMARY: """
        DELETE FROM summary
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.INSIGHT: """
        DELETE FROM insight
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.TOPIC: """
        DELETE FROM topic
         WHERE key IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.OBSERVED: """
        DELETE FROM observed_message
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.MEMORY: """
        DELETE FROM memory
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.MESSAGE: """
        DELETE FROM message
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.CONVERSATION: """
        DELETE FROM conversation
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
    Erasable.DRAFT: """
        DELETE FROM draft
         WHERE owner_id || '/' || conversation_id IN (SELECT value
                                                        FROM json_each(:ids))
    """,
    Erasable.DOCUMENT: """
        DELETE FROM document
         WHERE id IN (SELECT value FROM json_each(:ids))
    """,
}
_COUNTS = {
    "attachments": """
        SELECT count(*) AS rows
          FROM attachment
         WHERE message_id IN (SELECT value FROM json_each(:message))
    """,
    "passages": """
        SELECT count(*) AS rows
          FROM passage
         WHERE document_id IN (SELECT value FROM json_each(:document))
    """,
    "citations": """
        SELECT count(*) AS rows
          FROM citation
         WHERE message_id IN (SELECT value FROM json_each(:message))
            OR document_id IN (SELECT value FROM json_each(:document))
    """,
    "reversals": """
        SELECT count(*) AS rows
          FROM reversal
         WHERE memory_id IN (SELECT value FROM json_each(:memory))
    """,
    "uses": """
        SELECT count(*) AS rows
          FROM memory_use
         WHERE memory_id IN (SELECT value FROM json_each(:memory))
            OR message_id IN (SELECT value FROM json_each(:message))
    """,
    "vectors": """
        SELECT count(*) AS rows
          FROM vector
         WHERE (kind = 'message'
                AND number IN (SELECT number
                                 FROM message
                                WHERE id IN (SELECT value
                                               FROM json_each(:message))))
            OR (kind = 'passage'
                AND number IN (SELECT number
                                 FROM passage
                                WHERE document_id IN (SELECT value
                                                        FROM json_each(:document))))
            OR (kind = 'memory'
                AND number IN (SELECT number
                                 FROM memory
                                WHERE id IN (SELECT value FROM json_each(:memory))))
            OR (kind = 'insight'
                AND number IN (SELECT number
                                 FROM insight
                                WHERE id IN (SELECT value FROM json_each(:insight))))
            OR (kind = 'observed'
                AND number IN (SELECT number
                                 FROM observed_message
                                WHERE id IN (SELECT value
                                               FROM json_each(:observed))))
    """,
}
_FORGET_EDGES = """
    DELETE FROM depends_on
     WHERE (kind = :kind AND id IN (SELECT value FROM json_each(:ids)))
        OR (source_kind = :kind AND source_id IN (SELECT value FROM json_each(:ids)))
"""
_BLANK_CONSOLIDATIONS = """
    UPDATE consolidation
       SET new_insights = '[]',
           detail = ''
     WHERE id IN (SELECT consolidation_id
                    FROM reversal
                   WHERE memory_id IN (SELECT value FROM json_each(:ids)))
"""
_DROP_TARGETS = """
    UPDATE layer_run
       SET targets = (SELECT json_group_array(target.value)
                        FROM json_each(layer_run.targets) AS target
                       WHERE target.value NOT IN (SELECT value
                                                    FROM json_each(:ids)))
     WHERE EXISTS (SELECT 1
                     FROM json_each(layer_run.targets) AS target
                    WHERE target.value IN (SELECT value FROM json_each(:ids)))
"""
_REVIVE = """
    UPDATE OR IGNORE memory
       SET state = 'current'
     WHERE id IN (SELECT value FROM json_each(:ids))
       AND state = 'merged'
"""
_REWRITE = """
    UPDATE message
       SET content = :content,
           sources = '[]'
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_DROP_QUOTES = """
    DELETE FROM citation
     WHERE message_id IN (SELECT value FROM json_each(:ids))
"""
_JOBS = """
    SELECT id, key, payload, ifnull(error, '') AS error, state = 'running' AS is_running
      FROM job
"""
_REMOVE_JOBS = """
    DELETE FROM job
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_REMOVE_TRACES = """
    DELETE FROM span
     WHERE trace_id IN (SELECT span.trace_id
                          FROM span, json_each(span.counts) AS counted
                         WHERE counted.value IN (SELECT value FROM json_each(:ids)))
"""
_SOURCES_OF = """
    SELECT source
      FROM document_source
     WHERE document_id IN (SELECT value FROM json_each(:ids))
     UNION
    SELECT source
      FROM document
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_UNREFERENCED = """
    DELETE FROM user
     WHERE id = :id
       AND id <> :local
       AND NOT EXISTS (SELECT 1 FROM conversation WHERE user_id = :id)
       AND NOT EXISTS (SELECT 1 FROM message WHERE owner_id = :id)
       AND NOT EXISTS (SELECT 1 FROM document WHERE owner_id = :id)
       AND NOT EXISTS (SELECT 1 FROM document_source WHERE owner_id = :id)
       AND NOT EXISTS (SELECT 1 FROM memory WHERE owner_id = :id)
"""
_ANONYMISE = """
    UPDATE user
       SET name = :name,
           display_name = :display_name,
           external_id = NULL,
           preferences = '{}',
           status = CASE WHEN id = :local THEN status ELSE 'deleted' END
     WHERE id = :id
"""
# Everybody's who was forgotten, and so nobody's.
_NOBODY = """
    INSERT INTO user (id, name, display_name, status, preferences, first_seen,
                      last_seen)
    SELECT :nobody, 'forgotten', 'Someone', 'deleted', '{}',
           '1970-01-01T00:00:00.000000+00:00', '1970-01-01T00:00:00.000000+00:00'
      FROM user
     WHERE id = :id
       AND id <> :local
       AND EXISTS (SELECT 1 FROM conversation WHERE user_id = :id)
    ON CONFLICT (id) DO NOTHING
"""
_HAND_OVER = """
    UPDATE conversation
       SET user_id = :nobody
     WHERE user_id = :id
       AND user_id <> :local
"""
_UNNAME_WATCHERS = """
    UPDATE watched_channel
       SET by_id = :nobody
     WHERE by_id = :id
       AND by_id <> :local
"""
_UNNAME_OWNERS = """
    UPDATE server
       SET owner_id = NULL
     WHERE owner_id = :id
"""
_EMPTY_BUCKETS = """
    DELETE FROM token_bucket
     WHERE subject <> :local
       AND (subject = :id OR subject LIKE '%:' || :id)
"""
_PEOPLE = """
    SELECT id
      FROM user
     WHERE id <> :local
     ORDER BY id
"""
_LEAVE = """
    DELETE FROM membership
     WHERE user_id = :id
"""
_TAKE_BACK_REACTIONS = """
    DELETE FROM observed_reaction
     WHERE user_id = :id
"""
_WITHDRAW = """
    DELETE FROM consent
     WHERE user_id = :id
"""
_SETTLE = "PRAGMA wal_checkpoint(TRUNCATE)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job, as far as it may name what is to go."""

    id: str
    words: str
    """Its key, its error and every text in its payload, one a line."""

    is_running: bool


class Removal:
    """What goes, and the traces of it in what stays."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, erased: Ids) -> dict[str, int]:
        """What goes along with these rows without being named."""
        row = {
            kind.value: to_json(sorted(erased.get(kind, ())))
            for kind in (
                Erasable.MESSAGE,
                Erasable.DOCUMENT,
                Erasable.MEMORY,
                Erasable.INSIGHT,
                Erasable.OBSERVED,
            )
        }
        return {
            name: int(self._database.query(sql, row)[0]["rows"])
            for name, sql in _COUNTS.items()
        }

    def remove(self, erased: Ids) -> dict[str, int]:
        """The rows themselves, and every edge that names them; how many went."""
        went: dict[str, int] = {}
        memories = _ids(erased.get(Erasable.MEMORY, ()))
        self._database.execute(_BLANK_CONSOLIDATIONS, memories)
        topics = _ids(erased.get(Erasable.TOPIC, ()))
        self._database.execute(_DROP_TARGETS, topics)
        for kind, sql in _REMOVE.items():
            if gone := erased.get(kind):
                went[kind.plural] = self._database.execute(sql, _ids(gone))
                self._database.execute(_FORGET_EDGES, {"kind": kind, **_ids(gone)})
        self.forget_edges("cache", erased.get(Erasable.MESSAGE, ()))
        return went

    def forget_edges(self, kind: str, ids: Iterable[str]) -> None:
        """Nothing is known any more to be made of these."""
        self._database.execute(_FORGET_EDGES, {"kind": kind, **_ids(ids)})

    def revive(self, memories: Iterable[str]) -> None:
        """Merged memories count by themselves again, where nothing else does."""
        self._database.execute(_REVIVE, _ids(memories))

    def rewrite(self, messages: Iterable[str], content: str) -> None:
        """Put a sentence of ours in the place of answers, and drop their quotes."""
        self._database.execute(_REWRITE, {"content": content, **_ids(messages)})
        self._database.execute(_DROP_QUOTES, _ids(messages))

    def tasks(self) -> list[Task]:
        """Every job, with all it says."""
        return [
            Task(
                id=row["id"],
                words="\n".join((row["key"], row["error"], _strings(row["payload"]))),
                is_running=bool(row["is_running"]),
            )
            for row in self._database.query(_JOBS)
        ]

    def remove_tasks(self, jobs: Iterable[str]) -> None:
        self._database.execute(_REMOVE_JOBS, _ids(jobs))

    def remove_traces(self, ids: Iterable[str]) -> None:
        """Whole traces that name one of these."""
        self._database.execute(_REMOVE_TRACES, _ids(ids))

    def sources_of(self, documents: Iterable[str]) -> set[str]:
        """Where these documents were found."""
        rows = self._database.query(_SOURCES_OF, _ids(documents))
        return {row["source"] for row in rows}

    def remove_person(self, user_id: str) -> int:
        """The row itself; whether there was one.

        Conversations that others need are nobody's from then on. Only the person at
        the terminal stays, since it is whoever sits there.
        """
        known = self.anonymise(user_id)
        row = {"id": user_id, "local": LOCAL_USER, "nobody": NOBODY}
        self._database.execute(_NOBODY, row)
        for sql in (_HAND_OVER, _UNNAME_WATCHERS, _UNNAME_OWNERS, _EMPTY_BUCKETS):
            self._database.execute(sql, row)
        for sql in (_LEAVE, _TAKE_BACK_REACTIONS, _WITHDRAW):
            self._database.execute(sql, {"id": user_id})
        self._database.execute(_UNREFERENCED, row)
        return known

    def people(self) -> list[str]:
        """The ids of all there are but the person at the terminal."""
        rows = self._database.query(_PEOPLE, {"local": LOCAL_USER})
        return [row["id"] for row in rows]

    def anonymise(self, user_id: str) -> int:
        """No name and no id of another system any more; whether there was one."""
        is_local = user_id == LOCAL_USER
        return self._database.execute(
            _ANONYMISE,
            {
                "id": user_id,
                "local": LOCAL_USER,
                "name": LOCAL_USER if is_local else "forgotten",
                "display_name": "You" if is_local else "Someone",
            },
        )

    def settle(self) -> bool:
        """Empty the journal into the file; False while somebody else reads it."""
        return not self._database.query(_SETTLE)[0]["busy"]


def _ids(ids: Iterable[str]) -> Row:
    return {"ids": to_json(sorted(ids))}


def _strings(payload: str) -> str:
    """Every text in a JSON value, unescaped, one a line."""

    def walk(value: object) -> Iterable[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            for key, each in value.items():
                yield str(key)
                yield from walk(each)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each)

    return "\n".join(walk(json.loads(payload)))
