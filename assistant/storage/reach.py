"""Finding what an erasure reaches: what is a person's, and what hangs on what goes.

It reads ids across every table of people's words and removes nothing. It runs inside
an erasure, which was allowed before: nobody is asked here who looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.erasure import Erasable
from assistant.entities.ids import MessageId, UserId
from assistant.storage.database import Database
from assistant.storage.rows import (
    Row,
    to_json,
)

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
                         FROM salience_entry AS earned
                        WHERE entry_type = 'earn'
                          AND cause NOT IN (SELECT 'message:' || value
                                              FROM json_each(:ids))
                          AND NOT EXISTS (
                                  SELECT 1
                                    FROM salience_entry AS given
                                   WHERE given.topic_key = earned.topic_key
                                     AND given.entry_type = 'decay'
                                     AND given.cause
                                         = 'taken back:' || substr(earned.cause, 9)))
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
    """What goes along with what goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_person(self, user_id: UserId) -> dict[Erasable, set[str]]:
        """Their words, and what was thought about them."""
        row = {"user_id": user_id}
        found = {kind: self._ids(sql, row) for kind, sql in _OF_PERSON.items()}
        found[Erasable.CONVERSATION] = self._ids(_EMPTY_CONVERSATIONS, row)
        return found

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
