"""Removing rows for good, and the record of it. Callers own the transaction.

The schema takes index entries and vectors along with their rows. The record holds
ids and counts, so that a restored copy can forget the same again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.entities.erasure import Erasable, ErasureRecord, Ids
from assistant.entities.ids import LOCAL_USER
from assistant.storage.database import Database
from assistant.storage.rows import Row, moment_from_text, moment_to_text, to_json

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
_BRANCHES = """
    SELECT id, conversation_id, parent_id, owner_id, role, scope, content
      FROM message
     WHERE conversation_id IN (
               SELECT conversation_id
                 FROM message
                WHERE id IN (SELECT value FROM json_each(:ids)))
        OR conversation_id IN (SELECT value FROM json_each(:conversations))
     ORDER BY conversation_id, sequence
"""
_ADOPT = """
    UPDATE message
       SET parent_id = :parent_id
     WHERE id = :id
"""
_CONVERSATIONS = """
    SELECT id, user_id, server_id, title, head_id
      FROM conversation
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_MEND = """
    UPDATE conversation
       SET title = :title,
           head_id = :head_id,
           summary = NULL,
           message_count = (SELECT count(*)
                              FROM message
                             WHERE conversation_id = :id
                               AND id NOT IN (SELECT value FROM json_each(:gone)))
     WHERE id = :id
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
_RECORD = """
    INSERT INTO erasure (id, at, by_id, kind, erased, counts)
    VALUES (:id, :at, :by_id, :kind, :erased, :counts)
    ON CONFLICT (id) DO NOTHING
"""
_RECORDS = """
    SELECT id, at, by_id, kind, erased, counts
      FROM erasure
     ORDER BY at, id
"""
_SETTLE = "PRAGMA wal_checkpoint(TRUNCATE)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as a part of its tree."""

    id: str
    conversation_id: str
    parent_id: str | None
    owner_id: str
    role: str
    scope: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a conversation says of its messages: its name, and where one reads on."""

    id: str
    user_id: str
    server_id: str | None
    """Where it is held, if others can open it too."""

    title: str
    head_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job, as far as it may name what is to go."""

    id: str
    words: str
    """Its key, its error and every text in its payload, one a line."""

    is_running: bool


class Erasures:
    """Removal for good, by ids, and the ledger of it."""

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

    def branches(
        self, messages: Iterable[str], conversations: Iterable[str]
    ) -> list[Said]:
        """Everything said in these conversations, and in those of the messages."""
        row = {"conversations": to_json(sorted(conversations)), **_ids(messages)}
        return [Said(**found) for found in self._database.query(_BRANCHES, row)]

    def threads(self, conversations: Iterable[str]) -> list[Thread]:
        rows = self._database.query(_CONVERSATIONS, _ids(conversations))
        return [Thread(**row) for row in rows]

    def adopt(self, message_id: str, parent_id: str | None) -> None:
        """Hang a message on another one."""
        row = {"id": message_id, "parent_id": parent_id}
        self._database.execute(_ADOPT, row)

    def mend(self, thread: Thread, *, gone: Iterable[str]) -> None:
        """Put a conversation in order from which messages go."""
        self._database.execute(
            _MEND,
            {
                "id": thread.id,
                "title": thread.title,
                "head_id": thread.head_id,
                "gone": to_json(sorted(gone)),
            },
        )

    def remove_person(self, user_id: str) -> int:
        """The row itself; an empty one stays where others' conversations need it.

        Whether there was one.
        """
        known = self.anonymise(user_id)
        row = {"id": user_id, "local": LOCAL_USER}
        for sql in (_LEAVE, _TAKE_BACK_REACTIONS, _WITHDRAW):
            self._database.execute(sql, {"id": user_id})
        self._database.execute(_UNREFERENCED, row)
        return known

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

    def add(self, record: ErasureRecord) -> None:
        """Note that it happened; noting it again changes nothing."""
        self._database.execute(_RECORD, _record_to_row(record))

    def all(self) -> list[ErasureRecord]:
        """In the order in which things were forgotten."""
        return [_record_from_row(row) for row in self._database.query(_RECORDS)]

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


def _record_to_row(record: ErasureRecord) -> Row:
    roots = {kind.value: sorted(ids) for kind, ids in record.roots.items() if ids}
    return {
        "id": record.id,
        "at": moment_to_text(record.at),
        "by_id": record.by,
        "kind": record.kind,
        "erased": to_json({"roots": roots, "with_copies": record.with_copies}),
        "counts": to_json(dict(record.counts)),
    }


def _record_from_row(row: Row) -> ErasureRecord:
    erased = json.loads(row["erased"])
    return ErasureRecord(
        id=row["id"],
        at=moment_from_text(row["at"]),
        by=row["by_id"],
        kind=row["kind"],
        roots={Erasable(kind): frozenset(ids) for kind, ids in erased["roots"].items()},
        with_copies=erased["with_copies"],
        counts=json.loads(row["counts"]),
    )
