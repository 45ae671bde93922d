"""Vectors at rest: the truth that every index in memory is loaded from.

Each row names its model, and rows of different models never meet. It keeps bytes
and sequence numbers; what a vector means is for others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from assistant.storage.database import Database
from assistant.storage.rows import moment_to_text, to_json

_TICK = """
    UPDATE vector_clock
       SET seq = seq + 1
"""
_PUT = """
    INSERT INTO vector (kind, number, model, seq, scale, codes, halves)
    VALUES (:kind, :number, :model, (SELECT seq FROM vector_clock), :scale, :codes,
            :halves)
        ON CONFLICT (kind, number, model) DO UPDATE
       SET seq = excluded.seq,
           scale = excluded.scale,
           codes = excluded.codes,
           halves = excluded.halves
"""
_SEQ = """
    SELECT seq
      FROM vector_clock
"""
_CHANGED = """
    SELECT number, scale, codes
      FROM vector
     WHERE kind = :kind
       AND model = :model
       AND seq > :since
"""
_GONE = """
    SELECT DISTINCT number
      FROM vector_gone
     WHERE kind = :kind
       AND model = :model
       AND seq > :since
"""
# CROSS keeps the few that are wanted first; else all vectors would be gone through.
_HALVES = """
    SELECT vector.number, vector.halves
      FROM json_each(:numbers) AS wanted
     CROSS JOIN vector
        ON vector.kind = :kind
       AND vector.number = wanted.value
       AND vector.model = :model
     ORDER BY wanted.key
"""
_NEAREST_AMONG = """
    SELECT vector.number,
           1.0 - vec_distance_cosine(vec_int8(vector.codes), vec_int8(:query))
               AS similarity
      FROM json_each(:numbers) AS wanted
     CROSS JOIN vector
        ON vector.kind = :kind
       AND vector.number = wanted.value
       AND vector.model = :model
     ORDER BY similarity DESC, vector.number
     LIMIT :k
"""
_COUNTS = """
    SELECT kind, model, count(*) AS vectors
      FROM vector
     GROUP BY kind, model
"""
_HAS_ANY = """
    SELECT EXISTS (SELECT 1 FROM vector WHERE kind = :kind AND model = :model) AS found
"""
_AFTER = """
    SELECT number, scale, codes
      FROM vector
     WHERE kind = :kind
       AND model = :model
       AND number > :number
     ORDER BY number
     LIMIT :limit
"""
_PASSAGES_WITHOUT = """
    SELECT passage.number, passage.prefix, passage.text
      FROM passage
     WHERE NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'passage'
                  AND vector.number = passage.number
                  AND vector.model = :model)
     ORDER BY passage.number
     LIMIT :limit
"""
_PASSAGES_TO_EMBED = """
    SELECT count(*) AS passages
      FROM passage
     WHERE NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'passage'
                  AND vector.number = passage.number
                  AND vector.model = :model)
"""
_MESSAGES_WITHOUT = """
    SELECT message.number, message.role,
           substr(message.content, 1, :longest) AS text,
           ifnull(before.role, '') AS before_role,
           ifnull(substr(before.content, 1, :longest), '') AS before_text
      FROM message
      LEFT JOIN message AS before
        ON before.conversation_id = message.conversation_id
       AND before.id = message.parent_id
     WHERE message.role IN ('user', 'assistant')
       AND message.state NOT IN ('pending', 'processing')
       AND message.content <> ''
       AND NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'message'
                  AND vector.number = message.number
                  AND vector.model = :model)
     ORDER BY message.number DESC
     LIMIT :limit
"""
_MESSAGES_TO_EMBED = """
    SELECT count(*) AS messages
      FROM message
     WHERE role IN ('user', 'assistant')
       AND state NOT IN ('pending', 'processing')
       AND content <> ''
       AND NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'message'
                  AND vector.number = message.number
                  AND vector.model = :model)
"""
_MEMORIES_WITHOUT = """
    SELECT memory.number, memory.text
      FROM memory
     WHERE memory.state = 'current'
       AND NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'memory'
                  AND vector.number = memory.number
                  AND vector.model = :model)
     ORDER BY memory.number
     LIMIT :limit
"""
_INSIGHTS_WITHOUT = """
    SELECT insight.number, insight.content
      FROM insight
     WHERE NOT insight.is_superseded
       AND NOT insight.is_stale
       AND (insight.expires_at IS NULL OR insight.expires_at > :now)
       AND NOT EXISTS (
               SELECT 1
                 FROM vector
                WHERE vector.kind = 'insight'
                  AND vector.number = insight.number
                  AND vector.model = :model)
     ORDER BY insight.number DESC
     LIMIT :limit
"""
_ORPHANS = """
    SELECT count(*) AS orphans
      FROM vector
     WHERE (kind = 'passage' AND number NOT IN (SELECT number FROM passage))
        OR (kind = 'message' AND number NOT IN (SELECT number FROM message))
        OR (kind = 'memory' AND number NOT IN (SELECT number FROM memory))
        OR (kind = 'insight' AND number NOT IN (SELECT number FROM insight))
"""
_REMOVE_ORPHANS = """
    DELETE FROM vector
     WHERE (kind = 'passage' AND number NOT IN (SELECT number FROM passage))
        OR (kind = 'message' AND number NOT IN (SELECT number FROM message))
        OR (kind = 'memory' AND number NOT IN (SELECT number FROM memory))
        OR (kind = 'insight' AND number NOT IN (SELECT number FROM insight))
"""
_REMOVE_OTHERS = """
    DELETE FROM vector
     WHERE (kind, number, model) IN (
               SELECT kind, number, model
                 FROM vector
                WHERE model <> :model
                  AND (:until IS NULL OR seq <= :until)
                LIMIT :limit)
"""
_UNPACKED = """
    SELECT count(*) AS vectors
      FROM vector
     WHERE kind = :kind
       AND model = :model
       AND seq > (SELECT ifnull(min(seq), 0)
                    FROM vector_segment
                   WHERE kind = :kind
                     AND model = :model)
"""
_SEGMENTS = """
    SELECT seq, ids, scales, codes
      FROM vector_segment
     WHERE kind = :kind
       AND model = :model
     ORDER BY part
"""
_DROP_SEGMENTS = """
    DELETE FROM vector_segment
     WHERE kind = :kind
       AND model = :model
"""
_ADD_SEGMENT = """
    INSERT INTO vector_segment (kind, model, part, seq, ids, scales, codes)
    VALUES (:kind, :model, :part, :seq, :ids, :scales, :codes)
"""


class VectorKind(StrEnum):
    """What a vector stands for."""

    PASSAGE = auto()
    MESSAGE = auto()
    MEMORY = auto()
    INSIGHT = auto()


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """Vectors that may be compared: of one kind, by one model."""

    kind: VectorKind
    model: str


@dataclass(frozen=True, slots=True)
class VectorRow:
    """One vector as it is kept: int8 codes to scan, float16 to rank again."""

    number: int
    scale: float
    codes: bytes
    halves: bytes = b""


@dataclass(frozen=True, slots=True)
class VectorChanges:
    """What happened to a space after a sequence number, and the number now."""

    seq: int
    changed: list[VectorRow]
    gone: list[int]


@dataclass(frozen=True, slots=True)
class KeptSegment:
    """Packed rows, complete up to a sequence number."""

    seq: int
    ids: bytes
    scales: bytes
    codes: bytes


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A text that a model has no vector for yet."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnembeddedMessage:
    """Something said that a model has no vector for yet, and what came before it."""

    number: int
    role: str
    text: str
    before_role: str
    """Empty when nothing was said before."""

    before_text: str


class Vectors:
    """Vectors of what is kept. Callers own the transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, space: VectorSpace, rows: Iterable[VectorRow]) -> None:
        """Keep vectors, in place of those known before."""
        self._database.execute(_TICK)
        for row in rows:
            self._database.execute(
                _PUT,
                {
                    "kind": space.kind.value,
                    "model": space.model,
                    "number": row.number,
                    "scale": row.scale,
                    "codes": row.codes,
                    "halves": row.halves,
                },
            )

    def changes(self, space: VectorSpace, *, since: int) -> VectorChanges:
        """What has happened since; to be applied with `gone` before `changed`.

        The number is read first, so that what happens meanwhile comes once more.
        """
        of = {"kind": space.kind.value, "model": space.model, "since": since}
        seq = self.seq()
        gone = [row["number"] for row in self._database.query(_GONE, of)]
        changed = [
            VectorRow(row["number"], row["scale"], row["codes"])
            for row in self._database.query(_CHANGED, of)
        ]
        return VectorChanges(seq=seq, changed=changed, gone=gone)

    def halves(self, space: VectorSpace, numbers: Sequence[int]) -> dict[int, bytes]:
        """Vectors as float16, by number; those not there are left out."""
        rows = self._database.query(
            _HALVES,
            {
                "kind": space.kind.value,
                "model": space.model,
                "numbers": to_json(list(numbers)),
            },
        )
        return {row["number"]: row["halves"] for row in rows}

    def nearest_among(
        self, space: VectorSpace, numbers: Sequence[int], *, query: bytes, k: int
    ) -> list[tuple[int, float]]:
        """Ranked by sqlite-vec, for small sets. `query` is int8; cosine, best first."""
        rows = self._database.query(
            _NEAREST_AMONG,
            {
                "kind": space.kind.value,
                "model": space.model,
                "numbers": to_json(list(numbers)),
                "query": query,
                "k": k,
            },
        )
        return [(row["number"], row["similarity"]) for row in rows]

    def has_any(self, space: VectorSpace) -> bool:
        """Whether a space has a vector at all."""
        row = {"kind": space.kind.value, "model": space.model}
        return bool(self._database.query(_HAS_ANY, row)[0]["found"])

    def counts(self) -> dict[VectorSpace, int]:
        """How many vectors each space has."""
        return {
            VectorSpace(VectorKind(row["kind"]), row["model"]): row["vectors"]
            for row in self._database.query(_COUNTS)
        }

    def passages_without(self, model: str, *, limit: int) -> list[Unembedded]:
        """Passages the model still has to read, as it is to read them."""
        rows = self._database.query(_PASSAGES_WITHOUT, {"model": model, "limit": limit})
        return [
            Unembedded(
                row["number"],
                f"{row['prefix']}\n{row['text']}" if row["prefix"] else row["text"],
            )
            for row in rows
        ]

    def count_passages_without(self, model: str) -> int:
        """How many passages the model still has to read."""
        rows = self._database.query(_PASSAGES_TO_EMBED, {"model": model})
        return int(rows[0]["passages"])

    def messages_without(
        self, model: str, *, limit: int, longest: int
    ) -> list[UnembeddedMessage]:
        """Finished messages the model still has to read, the newest first.

        No more than `longest` characters of a text are given.
        """
        rows = self._database.query(
            _MESSAGES_WITHOUT, {"model": model, "limit": limit, "longest": longest}
        )
        return [UnembeddedMessage(**row) for row in rows]

    def count_messages_without(self, model: str) -> int:
        """How many finished messages the model still has to read."""
        rows = self._database.query(_MESSAGES_TO_EMBED, {"model": model})
        return int(rows[0]["messages"])

    def memories_without(self, model: str, *, limit: int) -> list[Unembedded]:
        """Current memories the model still has to read."""
        rows = self._database.query(_MEMORIES_WITHOUT, {"model": model, "limit": limit})
        return [Unembedded(row["number"], row["text"]) for row in rows]

    def insights_without(
        self, model: str, *, now: datetime, limit: int
    ) -> list[Unembedded]:
        """Insights that hold now and that the model still has to read."""
        row = {"model": model, "now": moment_to_text(now), "limit": limit}
        rows = self._database.query(_INSIGHTS_WITHOUT, row)
        return [Unembedded(each["number"], each["content"]) for each in rows]

    def orphans(self) -> int:
        """Vectors of what is no longer there; never any, unless something broke."""
        return int(self._database.query(_ORPHANS)[0]["orphans"])

    def remove_orphans(self) -> int:
        return self._database.execute(_REMOVE_ORPHANS)

    def remove_other_models(
        self, model: str, *, until: int | None = None, limit: int = -1
    ) -> int:
        """Drop what is left of models no longer used; how many vectors went.

        Only those made `until` a sequence number, and at most `limit`, if given.
        """
        row = {"model": model, "until": until, "limit": limit}
        return self._database.execute(_REMOVE_OTHERS, row)

    def seq(self) -> int:
        """The number of the last change of any space."""
        return int(self._database.query(_SEQ)[0]["seq"])

    def after(self, space: VectorSpace, number: int, *, limit: int) -> list[VectorRow]:
        """The next ones in the order of their numbers."""
        rows = self._database.query(
            _AFTER,
            {
                "kind": space.kind.value,
                "model": space.model,
                "number": number,
                "limit": limit,
            },
        )
        return [VectorRow(row["number"], row["scale"], row["codes"]) for row in rows]

    def unpacked(self, space: VectorSpace) -> int:
        """Vectors made since the packed copies were."""
        row = {"kind": space.kind.value, "model": space.model}
        return int(self._database.query(_UNPACKED, row)[0]["vectors"])

    def segments(self, space: VectorSpace) -> list[KeptSegment]:
        of = {"kind": space.kind.value, "model": space.model}
        rows = self._database.query(_SEGMENTS, of)
        return [KeptSegment(**row) for row in rows]

    def replace_segments(
        self, space: VectorSpace, segments: Iterable[KeptSegment]
    ) -> None:
        """Keep packed copies for a quick start."""
        of = {"kind": space.kind.value, "model": space.model}
        self._database.execute(_DROP_SEGMENTS, of)
        for part, segment in enumerate(segments):
            self._database.execute(
                _ADD_SEGMENT,
                {
                    **of,
                    "part": part,
                    "seq": segment.seq,
                    "ids": segment.ids,
                    "scales": segment.scales,
                    "codes": segment.codes,
                },
            )
