"""Finding what an erasure reaches: rows of a person, of a time, and what hangs on them.

It reads ids across every table of people's words and removes nothing. It runs inside
an erasure, which was allowed before; so only what a person looks for has an audience.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.erasure import Erasable, Item, SeenOf
from assistant.entities.ids import MessageId, ServerId, UserId
from assistant.storage.database import Database
from assistant.storage.rows import (
    Row,
    audience_to_row,
    moment_from_text,
    moment_to_text,
    to_json,
)

_AT_ONCE = 500

_OF_PERSON = {
    Erasable.MESSAGE: """
        SELECT id
          FROM message
         WHERE owner_id = :user_id
            OR author_id = :user_id
    """,
    Erasable.DRAFT: """
        SELECT owner_id || '/' || conversation_id AS id
          FROM draft
         WHERE owner_id = :user_id
    """,
    Erasable.DOCUMENT: """
        SELECT id
          FROM document
         WHERE owner_id = :user_id
    """,
    Erasable.MEMORY: """
        SELECT id
          FROM memory
         WHERE owner_id = :user_id
    """,
    Erasable.OBSERVED: """
        SELECT id
          FROM observed_message
         WHERE author_id = :user_id
    """,
    Erasable.INSIGHT: """
        SELECT insight_id AS id
          FROM insight_owner
         WHERE user_id = :user_id
    """,
    Erasable.TOPIC: """
        SELECT key AS id
          FROM topic
         WHERE key = 'user:' || :user_id
            OR (category = 'dyad' AND instr(key || ':', ':' || :user_id || ':'))
    """,
}
_EMPTY_CONVERSATIONS = """
    SELECT id
      FROM conversation
     WHERE user_id = :user_id
       AND NOT EXISTS (SELECT 1
                         FROM message
                        WHERE message.conversation_id = conversation.id)
"""
_SEEN_OF = """
    SELECT id
      FROM observed_message
     WHERE author_id = :user_id
       AND ((:server_id IS NULL AND NOT :direct)
            OR (:direct AND server_id IS NULL)
            OR server_id = :server_id)
"""
_BETWEEN = {
    Erasable.MESSAGE: """
        SELECT id, content AS label, created_at AS at
          FROM message
         WHERE owner_id = :reader_id
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at, sequence
    """,
    Erasable.DRAFT: """
        SELECT owner_id || '/' || conversation_id AS id, text AS label,
               updated_at AS at
          FROM draft
         WHERE owner_id = :reader_id
           AND updated_at >= :since
           AND updated_at < :until
    """,
    Erasable.DOCUMENT: """
        SELECT id, title AS label, created_at AS at
          FROM document
         WHERE owner_id = :reader_id
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
    Erasable.MEMORY: """
        SELECT id, text AS label, created_at AS at
          FROM memory
         WHERE owner_id = :reader_id
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
    Erasable.OBSERVED: """
        SELECT id, content AS label, created_at AS at
          FROM observed_message
         WHERE (author_id = :reader_id OR :is_operator)
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
    Erasable.INSIGHT: """
        SELECT id, content AS label, created_at AS at
          FROM insight
         WHERE (:is_operator
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :reader_id))
           AND created_at >= :since
           AND created_at < :until
         ORDER BY created_at
    """,
}
# Each in parts, by a key that sorts; the text is everything a person could mean.
_TEXTS = {
    Erasable.MESSAGE: """
        SELECT message.id, message.content AS label, message.created_at AS at,
               message.content || char(10) || ifnull(message.error, '') || char(10)
               || ifnull((SELECT group_concat(name || ' ' || ifnull(text, '')
                                              || ' ' || details, char(10))
                            FROM attachment
                           WHERE attachment.message_id = message.id), '') AS text
          FROM message
         WHERE owner_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.TITLE: """
        SELECT id, title AS label, updated_at AS at,
               title || char(10) || ifnull(summary, '') AS text
          FROM conversation
         WHERE user_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.DRAFT: """
        SELECT owner_id || '/' || conversation_id AS id, text AS label,
               updated_at AS at, text || char(10) || files AS text
          FROM draft
         WHERE owner_id = :reader_id
           AND owner_id || '/' || conversation_id > :after
         ORDER BY owner_id || '/' || conversation_id
         LIMIT :limit
    """,
    Erasable.DOCUMENT: """
        SELECT id, title AS label, created_at AS at,
               title || char(10) || source || char(10) || details || char(10)
               || ifnull((SELECT group_concat(prefix || ' ' || text, char(10))
                            FROM passage
                           WHERE document_id = document.id), '') AS text
          FROM document
         WHERE owner_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.MEMORY: """
        SELECT id, text AS label, created_at AS at,
               subject || ' ' || attribute || ' ' || value || char(10) || text
               || char(10) || quote AS text
          FROM memory
         WHERE owner_id = :reader_id
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.SUMMARY: """
        SELECT summary.id, summary.text AS label, summary.created_at AS at,
               summary.text
          FROM summary
          JOIN conversation ON conversation.id = summary.conversation_id
         WHERE conversation.user_id = :reader_id
           AND summary.id > :after
         ORDER BY summary.id
         LIMIT :limit
    """,
    Erasable.OBSERVED: """
        SELECT id, content AS label, created_at AS at, content AS text
          FROM observed_message
         WHERE (author_id = :reader_id OR :is_operator)
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.INSIGHT: """
        SELECT id, content AS label, created_at AS at,
               content || char(10) || metadata AS text
          FROM insight
         WHERE (:is_operator
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :reader_id))
           AND id > :after
         ORDER BY id
         LIMIT :limit
    """,
    Erasable.TOPIC: """
        SELECT key AS id, key AS label, created_at AS at,
               key || char(10) || metadata AS text
          FROM topic
         WHERE :is_operator
           AND category = 'subject'
           AND key > :after
         ORDER BY key
         LIMIT :limit
    """,
}
_BY_PREFIX = {
    Erasable.CONVERSATION: """
        SELECT id, title AS label, updated_at AS at
          FROM conversation
         WHERE user_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.MESSAGE: """
        SELECT id, content AS label, created_at AS at
          FROM message
         WHERE owner_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.DOCUMENT: """
        SELECT id, title AS label, created_at AS at
          FROM document
         WHERE owner_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.MEMORY: """
        SELECT id, text AS label, created_at AS at
          FROM memory
         WHERE owner_id = :reader_id
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.OBSERVED: """
        SELECT id, content AS label, created_at AS at
          FROM observed_message
         WHERE (author_id = :reader_id OR :is_operator)
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
    Erasable.INSIGHT: """
        SELECT id, content AS label, created_at AS at
          FROM insight
         WHERE (:is_operator
                OR id IN (SELECT insight_id
                            FROM insight_owner
                           WHERE user_id = :reader_id))
           AND substr(id, 1, length(:prefix)) = :prefix
         LIMIT 2
    """,
}
_OWN = """
    SELECT 'message' AS kind, id
      FROM message
     WHERE owner_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'conversation', id
      FROM conversation
     WHERE user_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'title', id
      FROM conversation
     WHERE user_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'draft', owner_id || '/' || conversation_id
      FROM draft
     WHERE owner_id = :reader_id
       AND owner_id || '/' || conversation_id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'document', id
      FROM document
     WHERE owner_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'memory', id
      FROM memory
     WHERE owner_id = :reader_id
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'observed', id
      FROM observed_message
     WHERE (author_id = :reader_id OR :is_operator)
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'insight', id
      FROM insight
     WHERE (:is_operator
            OR id IN (SELECT insight_id
                        FROM insight_owner
                       WHERE user_id = :reader_id))
       AND id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'summary', summary.id
      FROM summary
      JOIN conversation ON conversation.id = summary.conversation_id
     WHERE conversation.user_id = :reader_id
       AND summary.id IN (SELECT value FROM json_each(:ids))
     UNION ALL
    SELECT 'topic', key
      FROM topic
     WHERE :is_operator
       AND key IN (SELECT value FROM json_each(:ids))
"""
_MESSAGES_OF = """
    SELECT id
      FROM message
     WHERE conversation_id IN (SELECT value FROM json_each(:ids))
"""
# What followed a message until its speaker spoke again: the answer, tools, versions.
_TURNS = """
    WITH RECURSIVE below (id, conversation_id) AS (
        SELECT id, conversation_id
          FROM message
         WHERE id IN (SELECT value FROM json_each(:ids))
         UNION
        SELECT child.id, child.conversation_id
          FROM below
          JOIN message AS child
            ON child.conversation_id = below.conversation_id
           AND child.parent_id = below.id
         WHERE child.role <> 'user'
    )
    SELECT id
      FROM below
"""
# A fork copies messages as they were, under other ids.
_COPIES = """
    SELECT copy.id
      FROM message
      JOIN message AS copy
        ON copy.owner_id = message.owner_id
       AND copy.created_at = message.created_at
       AND copy.role = message.role
       AND copy.content = message.content
       AND copy.conversation_id <> message.conversation_id
     WHERE message.id IN (SELECT value FROM json_each(:ids))
"""
_EMPTIED = """
    SELECT DISTINCT conversation_id AS id
      FROM message
     WHERE id IN (SELECT value FROM json_each(:ids))
       AND conversation_id NOT IN (
               SELECT conversation_id
                 FROM message
                WHERE id NOT IN (SELECT value FROM json_each(:ids)))
"""
_PASSAGES_OF = """
    SELECT id
      FROM passage
     WHERE document_id IN (SELECT value FROM json_each(:ids))
"""
_MEMORIES_FROM = """
    SELECT id
      FROM memory
     WHERE message_id IN (SELECT value FROM json_each(:messages))
        OR (message_id IS NULL
            AND conversation_id IN (SELECT value FROM json_each(:conversations)))
"""
# A subject is a word that people used; it goes with the last of them.
_SUBJECTS_OF = """
    SELECT key AS id
      FROM topic
     WHERE category = 'subject'
       AND key IN (SELECT topic_key
                     FROM salience_entry
                    WHERE cause IN (SELECT 'message:' || value
                                      FROM json_each(:ids)))
       AND key NOT IN (SELECT topic_key
                         FROM salience_entry
                        WHERE entry_type = 'earn'
                          AND cause NOT IN (SELECT 'message:' || value
                                              FROM json_each(:ids)))
"""
_SEEN_ON = """
    SELECT server_id AS id
      FROM observed_message
     WHERE author_id = :user_id
       AND server_id IS NOT NULL
     UNION
    SELECT observed_message.server_id
      FROM observed_reaction
      JOIN observed_message ON observed_message.id = observed_reaction.message_id
     WHERE observed_reaction.user_id = :user_id
       AND observed_message.server_id IS NOT NULL
"""
_INSIGHTS_ON = """
    SELECT id
      FROM insight
     WHERE topic_key IN (SELECT value FROM json_each(:ids))
"""
_SUMMARIES_OF = """
    SELECT id
      FROM summary
     WHERE conversation_id IN (SELECT value FROM json_each(:conversations))
        OR conversation_id IN (SELECT conversation_id
                                 FROM message
                                WHERE id IN (SELECT value FROM json_each(:messages)))
"""
_MADE_OF = """
    SELECT depends_on.kind, depends_on.id, depends_on.source_kind,
           depends_on.source_id, memory.message_id, source.state AS source_state
      FROM json_each(:ids) AS wanted
      JOIN depends_on
        ON depends_on.source_kind = :source_kind
       AND depends_on.source_id = wanted.value
      LEFT JOIN memory
        ON depends_on.kind = 'memory'
       AND memory.id = depends_on.id
      LEFT JOIN memory AS source
        ON depends_on.source_kind = 'memory'
       AND source.id = depends_on.source_id
"""
_EARLIER_WORDINGS = """
    SELECT depends_on.source_id AS id
      FROM depends_on
      JOIN memory ON memory.id = depends_on.source_id
     WHERE depends_on.kind = 'memory'
       AND depends_on.id IN (SELECT value FROM json_each(:ids))
       AND depends_on.source_kind = 'memory'
       AND memory.state IN ('merged', 'superseded')
"""
_MERGED_INTO = """
    SELECT depends_on.source_id AS id
      FROM depends_on
      JOIN memory ON memory.id = depends_on.source_id
     WHERE depends_on.kind = 'memory'
       AND depends_on.id IN (SELECT value FROM json_each(:ids))
       AND depends_on.source_kind = 'memory'
       AND memory.state = 'merged'
       AND memory.id NOT IN (SELECT value FROM json_each(:ids))
"""
_SAID_AGAIN = """
    SELECT DISTINCT message.id, message.owner_id, message.server_id,
           message.channel_id, message.scope
      FROM depends_on
      JOIN message ON message.id = depends_on.source_id
     WHERE depends_on.kind = 'memory'
       AND depends_on.id IN (SELECT value FROM json_each(:memories))
       AND depends_on.source_kind = 'message'
       AND message.id NOT IN (SELECT value FROM json_each(:messages))
       AND message.role = 'user'
"""
_QUOTING = """
    SELECT message_id AS id
      FROM citation
     WHERE document_id IN (SELECT value FROM json_each(:documents))
     UNION
    SELECT memory_use.message_id
      FROM memory_use
      JOIN memory ON memory.id = memory_use.memory_id
      JOIN message ON message.id = memory_use.message_id
     WHERE memory_use.memory_id IN (SELECT value FROM json_each(:memories))
       AND (instr(lower(message.content), lower(memory.value))
            OR instr(lower(message.content), lower(memory.text)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Something that was made of a row, and what else it stands on."""

    kind: str
    id: str
    source_kind: str
    message_id: str | None
    """A memory's own source."""

    source_state: str | None
    """The state of the memory it was made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAgain:
    """A message that stays, and says too what a memory that goes was made of."""

    message_id: MessageId
    audience: Audience
    """Its owner, where it was said."""


class Reach:
    """What is there to be forgotten, and what hangs on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_person(self, user_id: UserId) -> dict[Erasable, set[str]]:
        """Their words, and what was thought about them."""
        row = {"user_id": user_id}
        found = {kind: self._ids(sql, row) for kind, sql in _OF_PERSON.items()}
        found[Erasable.CONVERSATION] = self._ids(_EMPTY_CONVERSATIONS, row)
        return found

    def seen_of(self, target: SeenOf) -> set[str]:
        """Messages observed of a person in the places meant."""
        row = {
            "user_id": target.user_id,
            "server_id": target.server_id,
            "direct": int(target.direct),
        }
        return self._ids(_SEEN_OF, row)

    def seen_on(self, user_id: UserId) -> set[ServerId]:
        """The servers on which something a person said or did was observed."""
        return {ServerId(each) for each in self._ids(_SEEN_ON, {"user_id": user_id})}

    def between(
        self, since: datetime, until: datetime, audience: Audience, *, operator: bool
    ) -> list[Item]:
        """What came in the meantime; `until` is the first moment that does not count.

        An operator keeps the file, and answers for what was observed in it.
        """
        row = {
            "since": moment_to_text(since),
            "until": moment_to_text(until),
            "is_operator": int(operator),
            **audience_to_row(audience),
        }
        return [
            _item(kind, found)
            for kind, sql in _BETWEEN.items()
            for found in self._database.query(sql, row)
        ]

    def texts(
        self, audience: Audience, *, operator: bool
    ) -> Iterator[tuple[Item, str]]:
        """Everything with words of the reader's own, and all the words it has."""
        for kind, sql in _TEXTS.items():
            row: Row = {
                "after": "",
                "limit": _AT_ONCE,
                "is_operator": int(operator),
                **audience_to_row(audience),
            }
            while rows := self._database.query(sql, row):
                for found in rows:
                    yield _item(kind, found), found["text"]
                row = {**row, "after": rows[-1]["id"]}

    def starting_with(
        self, prefix: str, audience: Audience, *, operator: bool
    ) -> list[Item]:
        """Whatever of the reader's has an id that begins so; two of a kind suffice."""
        row = {
            "prefix": prefix,
            "is_operator": int(operator),
            **audience_to_row(audience),
        }
        return [
            _item(kind, found)
            for kind, sql in _BY_PREFIX.items()
            for found in self._database.query(sql, row)
        ]

    def own(
        self, ids: Iterable[str], audience: Audience, *, operator: bool
    ) -> set[tuple[Erasable, str]]:
        """Those of the ids that the reader may have forgotten, as what they are."""
        row = {
            "ids": to_json(sorted(ids)),
            "is_operator": int(operator),
            **audience_to_row(audience),
        }
        rows = self._database.query(_OWN, row)
        return {(Erasable(found["kind"]), found["id"]) for found in rows}

    def messages_of(self, conversations: Iterable[str]) -> set[str]:
        return self._among(_MESSAGES_OF, conversations)

    def turns(self, messages: Iterable[str]) -> set[str]:
        """These, and what was answered to them."""
        return self._among(_TURNS, messages)

    def copies(self, messages: Iterable[str]) -> set[str]:
        """The same messages in other conversations."""
        return self._among(_COPIES, messages)

    def emptied(self, messages: Iterable[str]) -> set[str]:
        """Conversations in which nothing else was said."""
        return self._among(_EMPTIED, messages)

    def passages_of(self, documents: Iterable[str]) -> set[str]:
        return self._among(_PASSAGES_OF, documents)

    def subjects_of(self, messages: Iterable[str]) -> set[str]:
        """Topics that only these messages spoke of."""
        return self._among(_SUBJECTS_OF, messages)

    def insights_on(self, topics: Iterable[str]) -> set[str]:
        return self._among(_INSIGHTS_ON, topics)

    def memories_from(
        self, messages: Iterable[str], conversations: Iterable[str]
    ) -> set[str]:
        """Those that were taken from words said there."""
        return self._ids(_MEMORIES_FROM, _said_in(messages, conversations))

    def summaries_of(
        self, messages: Iterable[str], conversations: Iterable[str]
    ) -> set[str]:
        """All notes on these conversations; they are quickly made anew."""
        return self._ids(_SUMMARIES_OF, _said_in(messages, conversations))

    def made_of(self, source_kind: str, ids: Iterable[str]) -> list[Made]:
        """What was made of these directly."""
        row = {"source_kind": source_kind, "ids": to_json(sorted(ids))}
        return [
            Made(
                kind=found["kind"],
                id=found["id"],
                source_kind=found["source_kind"],
                message_id=found["message_id"],
                source_state=found["source_state"],
            )
            for found in self._database.query(_MADE_OF, row)
        ]

    def said_again(
        self, memories: Iterable[str], *, gone: Iterable[str]
    ) -> list[SaidAgain]:
        """Messages that stay, from which these memories can be learnt anew."""
        row = {"memories": to_json(sorted(memories)), "messages": to_json(sorted(gone))}
        return [
            SaidAgain(
                message_id=found["id"],
                audience=Audience(
                    user_id=found["owner_id"],
                    place=Place(
                        server_id=found["server_id"],
                        channel_id=found["channel_id"],
                        is_private=found["scope"] != Scope.PUBLIC,
                    ),
                ),
            )
            for found in self._database.query(_SAID_AGAIN, row)
        ]

    def earlier_wordings(self, memories: Iterable[str]) -> set[str]:
        """What these memories said before, or what said the same."""
        return self._among(_EARLIER_WORDINGS, memories)

    def merged_into(self, memories: Iterable[str]) -> set[str]:
        """Others that were given up because one of these said the same."""
        return self._among(_MERGED_INTO, memories)

    def quoting(self, documents: Iterable[str], memories: Iterable[str]) -> set[str]:
        """Answers that quote these documents, or repeat these memories."""
        row = {
            "documents": to_json(sorted(documents)),
            "memories": to_json(sorted(memories)),
        }
        return self._ids(_QUOTING, row)

    def _among(self, sql: str, ids: Iterable[str]) -> set[str]:
        wanted = sorted(ids)
        return self._ids(sql, {"ids": to_json(wanted)}) if wanted else set()

    def _ids(self, sql: str, row: Row) -> set[str]:
        return {found["id"] for found in self._database.query(sql, row)}


def _said_in(messages: Iterable[str], conversations: Iterable[str]) -> Row:
    return {
        "messages": to_json(sorted(messages)),
        "conversations": to_json(sorted(conversations)),
    }


def _item(kind: Erasable, row: Row) -> Item:
    return Item(
        kind=kind,
        id=row["id"],
        label=row["label"],
        at=moment_from_text(row["at"]) if row["at"] else None,
    )
