"""Memories at rest, with their index and who used them. Callers own the transaction.

Every read names its audience: the owner sees everything in private places, and what
was said in public is seen on the same server. What is stale is never found by a
search. In the condition a `+` keeps SQLite from going by its columns' indexes, which
would read everything that is remembered of a person.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.entities.audience import Audience
from assistant.entities.ids import MemoryId, MessageId
from assistant.entities.memory import Memory, MemoryFilter, MemoryState
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.memory_rows import memory_from_row, memory_to_row
from assistant.storage.rows import Row, audience_to_row, moment_to_text, to_json

_ADD = """
    INSERT INTO memory (id, owner_id, kind, term, subject, attribute, value, text,
                        state, is_stale, origin, conversation_id, message_id, quote,
                        starts_at, ends_at, importance, scope, server_id, channel_id,
                        valid_from, valid_until, supersedes, access_count, accessed_at,
                        expires_at, created_at, updated_at)
    VALUES (:id, :owner_id, :kind, :term, :subject, :attribute, :value, :text, :state,
            :is_stale, :origin, :conversation_id, :message_id, :quote, :starts_at,
            :ends_at, :importance, :scope, :server_id, :channel_id, :valid_from,
            :valid_until, :supersedes, :access_count, :accessed_at, :expires_at,
            :created_at, :updated_at)
"""
_REPLACE = """
    UPDATE memory
       SET kind = :kind,
           term = :term,
           subject = :subject,
           attribute = :attribute,
           value = :value,
           text = :text,
           state = :state,
           is_stale = :is_stale,
           origin = :origin,
           importance = :importance,
           valid_from = :valid_from,
           valid_until = :valid_until,
           supersedes = :supersedes,
           access_count = :access_count,
           accessed_at = :accessed_at,
           expires_at = :expires_at,
           updated_at = :updated_at
     WHERE id = :id
"""
_DELETE = """
    DELETE FROM memory
     WHERE id = :id
"""
_BY_ID = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE memory.id = :id
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
"""
_BY_PREFIX = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE substr(memory.id, 1, length(:prefix)) = :prefix
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
     ORDER BY memory.id
     LIMIT :limit
"""
_BROWSE = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
       AND (NOT :only_mine OR +memory.owner_id = :reader_id)
       AND (:states = '[]' OR memory.state IN (SELECT value FROM json_each(:states)))
       AND (:kinds = '[]' OR memory.kind IN (SELECT value FROM json_each(:kinds)))
       AND (:words = '' OR instr(lower(memory.text), lower(:words)))
       AND (:conversation_id IS NULL OR memory.conversation_id = :conversation_id)
       AND (:subject IS NULL OR memory.subject = :subject)
     ORDER BY memory.updated_at DESC, memory.number DESC
     LIMIT :limit OFFSET :offset
"""
_COUNT = """
    SELECT count(*) AS memories
      FROM memory
     WHERE ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
       AND (NOT :only_mine OR +memory.owner_id = :reader_id)
       AND (:states = '[]' OR memory.state IN (SELECT value FROM json_each(:states)))
       AND (:kinds = '[]' OR memory.kind IN (SELECT value FROM json_each(:kinds)))
       AND (:words = '' OR instr(lower(memory.text), lower(:words)))
       AND (:conversation_id IS NULL OR memory.conversation_id = :conversation_id)
       AND (:subject IS NULL OR memory.subject = :subject)
"""
_BESIDE = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE memory.state IN (SELECT value FROM json_each(:states))
       AND memory.owner_id = :owner_id
       AND memory.subject = :subject
       AND memory.attribute = :attribute
       AND memory.scope = :scope
       AND memory.server_id IS :server_id
       AND memory.channel_id IS :channel_id
       AND memory.id <> :id
     ORDER BY memory.number
"""
_OF_MESSAGE = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE memory.message_id = :message_id
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
     ORDER BY memory.number
"""
_LATER = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE memory.supersedes = :id
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
     ORDER BY memory.number DESC
"""
_BY_WORDS = """
    SELECT memory.number, -bm25(memory_text) AS score
      FROM memory_text
      JOIN memory ON memory.number = memory_text.rowid
     WHERE memory_text MATCH :words
       AND memory.state = 'current'
       AND NOT memory.is_stale
       AND (NOT :only_mine OR +memory.owner_id = :reader_id)
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
     ORDER BY bm25(memory_text), memory.number DESC
     LIMIT :limit
"""
_VISIBLE = """
    SELECT memory.number
      FROM memory
     WHERE memory.state = 'current'
       AND NOT memory.is_stale
       AND (NOT :only_mine OR +memory.owner_id = :reader_id)
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
     ORDER BY memory.number
"""
_BY_NUMBER = """
    SELECT memory.number, memory.id, memory.owner_id, memory.kind, memory.term,
           memory.subject, memory.attribute, memory.value, memory.text, memory.state,
           memory.is_stale, memory.origin, memory.conversation_id, memory.message_id,
           memory.quote, memory.starts_at, memory.ends_at, memory.importance,
           memory.scope, memory.server_id, memory.channel_id, memory.valid_from,
           memory.valid_until, memory.supersedes, memory.access_count,
           memory.accessed_at, memory.expires_at, memory.created_at, memory.updated_at
      FROM json_each(:numbers) AS wanted
      JOIN memory ON memory.number = wanted.value
     WHERE memory.state = 'current'
       AND NOT memory.is_stale
       AND ((:in_private AND +memory.owner_id = :reader_id)
            OR (memory.scope = 'public' AND +memory.server_id = :in_server))
     ORDER BY wanted.key
"""
_ITS_NUMBER = """
    SELECT memory.id, memory.owner_id, memory.kind, memory.term, memory.subject,
           memory.attribute, memory.value, memory.text, memory.state, memory.is_stale,
           memory.origin, memory.conversation_id, memory.message_id, memory.quote,
           memory.starts_at, memory.ends_at, memory.importance, memory.scope,
           memory.server_id, memory.channel_id, memory.valid_from, memory.valid_until,
           memory.supersedes, memory.access_count, memory.accessed_at,
           memory.expires_at, memory.created_at, memory.updated_at
      FROM memory
     WHERE memory.number = :number
       AND memory.state = 'current'
"""
_IS_ANY = """
    SELECT EXISTS (SELECT 1 FROM memory WHERE state = 'current') AS found
"""
_OVERDUE = """
    UPDATE memory
       SET state = 'expired',
           updated_at = :now
     WHERE state IN ('current', 'pending')
       AND expires_at <= :now
    RETURNING id
"""
_ACCESSED = """
    UPDATE memory
       SET access_count = access_count + 1,
           accessed_at = :at
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_DROP_USES = """
    DELETE FROM memory_use
     WHERE message_id = :message_id
"""
_ADD_USE = """
    INSERT INTO memory_use (message_id, memory_id, position)
    SELECT :message_id, id, :position
      FROM memory
     WHERE id = :memory_id
"""
_USED_BY = """
    SELECT memory_use.memory_id AS id
      FROM memory_use
      JOIN message ON message.id = memory_use.message_id
     WHERE memory_use.message_id = :message_id
       AND ((:in_private AND message.owner_id = :reader_id)
            OR (message.scope = 'public' AND message.server_id = :in_server))
     ORDER BY memory_use.position
"""
_USES = """
    SELECT memory_use.message_id AS id
      FROM memory_use
      JOIN message ON message.id = memory_use.message_id
     WHERE memory_use.memory_id = :memory_id
       AND ((:in_private AND message.owner_id = :reader_id)
            OR (message.scope = 'public' AND message.server_id = :in_server))
     ORDER BY message.number DESC
     LIMIT :limit
"""


class Memories:
    """What is remembered, current or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, memory: Memory) -> None:
        self._database.execute(_ADD, memory_to_row(memory))

    def replace(self, memory: Memory) -> None:
        """Keep what may change: everything but whose it is and where it is from."""
        if not self._database.execute(_REPLACE, memory_to_row(memory)):
            raise NotFoundError(f"No memory {memory.id}")

    def delete(self, memory_id: MemoryId) -> None:
        """Its vector and index entry go along; what was made of it does not."""
        if not self._database.execute(_DELETE, {"id": memory_id}):
            raise NotFoundError(f"No memory {memory_id}")

    def find(self, memory_id: MemoryId, audience: Audience) -> Memory | None:
        found = self._read(_BY_ID, audience, {"id": memory_id})
        return found[0] if found else None

    def get(self, memory_id: MemoryId, audience: Audience) -> Memory:
        """It, or the same error for what is not there and what may not be seen."""
        memory = self.find(memory_id, audience)
        if memory is None:
            raise NotFoundError(
                f"No memory {memory_id}", hint="See: hearth memories list"
            )
        return memory

    def starting_with(
        self, prefix: str, audience: Audience, *, limit: int = 2
    ) -> list[Memory]:
        """Those whose ids begin so."""
        return self._read(_BY_PREFIX, audience, {"prefix": prefix, "limit": limit})

    def browse(
        self, wanted: MemoryFilter, audience: Audience, *, limit: int, offset: int = 0
    ) -> list[Memory]:
        """Those that fit, the last to change first."""
        row = {**_filter_to_row(wanted), "limit": limit, "offset": offset}
        return self._read(_BROWSE, audience, row)

    def count(self, wanted: MemoryFilter, audience: Audience) -> int:
        row = {**_filter_to_row(wanted), **audience_to_row(audience)}
        return int(self._database.query(_COUNT, row)[0]["memories"])

    def beside(
        self,
        memory: Memory,
        states: Iterable[MemoryState] = (MemoryState.CURRENT,),
    ) -> list[Memory]:
        """Other values of the same thing, of the same person and place."""
        wanted = {"states": to_json([state.value for state in states])}
        rows = self._database.query(_BESIDE, memory_to_row(memory) | wanted)
        return [memory_from_row(row) for row in rows]

    def of_message(self, message_id: MessageId, audience: Audience) -> list[Memory]:
        """What was taken from a message."""
        return self._read(_OF_MESSAGE, audience, {"message_id": message_id})

    def later(self, memory_id: MemoryId, audience: Audience) -> Memory | None:
        """What took its place."""
        found = self._read(_LATER, audience, {"id": memory_id})
        return found[0] if found else None

    def by_words(
        self, words: str, audience: Audience, *, limit: int, only_mine: bool = False
    ) -> dict[int, float]:
        """Scores of current ones by number, best first. `words` is FTS5 of ours."""
        row = {
            "words": words,
            "limit": limit,
            "only_mine": int(only_mine),
            **audience_to_row(audience),
        }
        found = self._database.query(_BY_WORDS, row)
        return {each["number"]: each["score"] for each in found}

    def visible(self, audience: Audience, *, only_mine: bool = False) -> list[int]:
        """Numbers of the current ones this audience may find."""
        row = {"only_mine": int(only_mine), **audience_to_row(audience)}
        return [found["number"] for found in self._database.query(_VISIBLE, row)]

    def by_number(
        self, numbers: Sequence[int], audience: Audience
    ) -> dict[int, Memory]:
        """Those that are current and may be seen, in the order asked for."""
        row = {"numbers": to_json(list(numbers)), **audience_to_row(audience)}
        return {
            found["number"]: memory_from_row(found)
            for found in self._database.query(_BY_NUMBER, row)
        }

    def by_its_number(self, number: int) -> Memory | None:
        """For tidying, and for nothing else: it shows nobody anything."""
        rows = self._database.query(_ITS_NUMBER, {"number": number})
        return memory_from_row(rows[0]) if rows else None

    def is_any(self) -> bool:
        """Whether anything at all is remembered, of anybody."""
        return bool(self._database.query(_IS_ANY)[0]["found"])

    def expire(self, now: datetime) -> list[MemoryId]:
        """Those whose time is over, now marked so."""
        rows = self._database.query(_OVERDUE, {"now": moment_to_text(now)})
        return [row["id"] for row in rows]

    def note_access(self, memory_ids: Iterable[MemoryId], *, at: datetime) -> None:
        """They were used once more."""
        row = {"ids": to_json(list(memory_ids)), "at": moment_to_text(at)}
        self._database.execute(_ACCESSED, row)

    def replace_uses(
        self, message_id: MessageId, memory_ids: Sequence[MemoryId]
    ) -> None:
        """Which memories an answer used, in place of those it had."""
        self._database.execute(_DROP_USES, {"message_id": message_id})
        for position, memory_id in enumerate(dict.fromkeys(memory_ids), start=1):
            self._database.execute(
                _ADD_USE,
                {
                    "message_id": message_id,
                    "memory_id": memory_id,
                    "position": position,
                },
            )

    def used_by(self, message_id: MessageId, audience: Audience) -> list[MemoryId]:
        """The memories that an answer used."""
        row = {"message_id": message_id, **audience_to_row(audience)}
        return [found["id"] for found in self._database.query(_USED_BY, row)]

    def uses(
        self, memory_id: MemoryId, audience: Audience, *, limit: int = 20
    ) -> list[MessageId]:
        """Answers that used it, the newest first."""
        row = {"memory_id": memory_id, "limit": limit, **audience_to_row(audience)}
        return [found["id"] for found in self._database.query(_USES, row)]

    def _read(self, sql: str, audience: Audience, row: Row) -> list[Memory]:
        rows = self._database.query(sql, {**row, **audience_to_row(audience)})
        return [memory_from_row(found) for found in rows]


def _filter_to_row(wanted: MemoryFilter) -> Row:
    return {
        "states": to_json([state.value for state in wanted.states]),
        "kinds": to_json([kind.value for kind in wanted.kinds]),
        "words": wanted.text,
        "conversation_id": wanted.conversation_id,
        "subject": wanted.subject,
        "only_mine": int(wanted.only_mine),
    }
