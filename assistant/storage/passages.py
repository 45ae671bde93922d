"""Passages at rest, and finding them by their words. Callers own the transaction.

Every read names its audience, and looks through the passage's document. Numbers
are the file's own, for pairing with vectors; people see ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.entities.audience import Audience
from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.knowledge import Passage
from assistant.entities.search import EVERYWHERE, Within
from assistant.errors import UnreadableDatabaseError
from assistant.storage.database import Database
from assistant.storage.knowledge_rows import passage_from_row, passage_to_row
from assistant.storage.rows import Row, audience_to_row, to_json
from assistant.storage.stems import stems

_ADD = """
    INSERT INTO passage (id, document_id, position, starts_at, ends_at, text, prefix,
                         tokens, kind, location)
    VALUES (:id, :document_id, :position, :starts_at, :ends_at, :text, :prefix,
            :tokens, :kind, :location)
    RETURNING number
"""
_OF = """
    SELECT passage.id, passage.document_id, passage.position, passage.starts_at,
           passage.ends_at, passage.text, passage.prefix, passage.tokens, passage.kind,
           passage.location
      FROM passage
      JOIN document ON document.id = passage.document_id
     WHERE document.id = :document_id
       AND document.state <> 'arriving'
       AND ((:in_private AND document.owner_id = :reader_id)
            OR (document.scope = 'public' AND document.server_id = :in_server))
     ORDER BY passage.position
"""
_BY_NUMBER = """
    SELECT passage.number, passage.id, passage.document_id, passage.position,
           passage.starts_at, passage.ends_at, passage.text, passage.prefix,
           passage.tokens, passage.kind, passage.location, document.title,
           document.source, document.collection
      FROM json_each(:numbers) AS wanted
      JOIN passage ON passage.number = wanted.value
      JOIN document ON document.id = passage.document_id
     WHERE (:everywhere
            OR document.collection IN (SELECT value FROM json_each(:collections))
            OR document.id IN (SELECT value FROM json_each(:documents)))
       AND document.state <> 'arriving'
       AND ((:in_private AND document.owner_id = :reader_id)
            OR (document.scope = 'public' AND document.server_id = :in_server))
     ORDER BY wanted.key
"""
_BY_ID = """
    SELECT passage.id, passage.document_id, passage.position, passage.starts_at,
           passage.ends_at, passage.text, passage.prefix, passage.tokens, passage.kind,
           passage.location
      FROM json_each(:ids) AS wanted
      JOIN passage ON passage.id = wanted.value
      JOIN document ON document.id = passage.document_id
     WHERE document.state <> 'arriving'
       AND ((:in_private AND document.owner_id = :reader_id)
            OR (document.scope = 'public' AND document.server_id = :in_server))
     ORDER BY wanted.key
"""
# Whether all documents may be seen is asked once, and two indexes know; only where
# they may not is it asked of each passage.
_BY_WORDS = """
    SELECT passage_text.rowid AS number, -bm25(passage_text, 1.0, 1.0) AS score
      FROM passage_text
     WHERE passage_text MATCH :words
       AND ((SELECT :everywhere
                AND :in_private
                AND NOT EXISTS (SELECT 1 FROM document WHERE state = 'arriving')
                AND NOT EXISTS (SELECT 1 FROM document WHERE owner_id < :reader_id)
                AND NOT EXISTS (SELECT 1 FROM document WHERE owner_id > :reader_id))
            OR EXISTS (
                SELECT 1
                  FROM passage
                  JOIN document ON document.id = passage.document_id
                 WHERE passage.number = passage_text.rowid
                   AND (:everywhere
                        OR document.collection IN (SELECT value
                                                     FROM json_each(:collections))
                        OR document.id IN (SELECT value FROM json_each(:documents)))
                   AND document.state <> 'arriving'
                   AND ((:in_private AND document.owner_id = :reader_id)
                        OR (document.scope = 'public'
                            AND document.server_id = :in_server))))
     ORDER BY bm25(passage_text, 1.0, 1.0), passage_text.rowid
     LIMIT :limit
"""
_BY_RUNS = """
    SELECT alike.number
      FROM (SELECT passage_trigram.rowid AS number, count(*) AS shared
              FROM json_each(:runs) AS wanted
              JOIN passage_trigram ON passage_trigram MATCH wanted.value
             GROUP BY passage_trigram.rowid
            HAVING count(*) >= :fewest) AS alike
      JOIN passage ON passage.number = alike.number
      JOIN document ON document.id = passage.document_id
     WHERE (:everywhere
            OR document.collection IN (SELECT value FROM json_each(:collections))
            OR document.id IN (SELECT value FROM json_each(:documents)))
       AND document.state <> 'arriving'
       AND ((:in_private AND document.owner_id = :reader_id)
            OR (document.scope = 'public' AND document.server_id = :in_server))
     ORDER BY alike.shared DESC, alike.number
     LIMIT :limit
"""
_ALL_VISIBLE = """
    SELECT :everywhere
           AND :in_private
           AND NOT EXISTS (SELECT 1 FROM document WHERE state = 'arriving')
           AND NOT EXISTS (SELECT 1 FROM document WHERE owner_id < :reader_id)
           AND NOT EXISTS (SELECT 1 FROM document WHERE owner_id > :reader_id)
               AS whole
"""
_VISIBLE = """
    SELECT passage.number
      FROM passage
      JOIN document ON document.id = passage.document_id
     WHERE (:everywhere
            OR document.collection IN (SELECT value FROM json_each(:collections))
            OR document.id IN (SELECT value FROM json_each(:documents)))
       AND document.state <> 'arriving'
       AND ((:in_private AND document.owner_id = :reader_id)
            OR (document.scope = 'public' AND document.server_id = :in_server))
"""
_COUNT = """
    SELECT count(*) AS passages
      FROM passage
"""
_FREQUENCIES = """
    SELECT term, doc
      FROM passage_word
     WHERE term IN (SELECT value FROM json_each(:terms))
"""
_CHECK_WORDS = """
    INSERT INTO passage_text (passage_text, rank) VALUES ('integrity-check', 1)
"""
_CHECK_TRIGRAMS = """
    INSERT INTO passage_trigram (passage_trigram, rank) VALUES ('integrity-check', 1)
"""
_REBUILD_WORDS = """
    INSERT INTO passage_text (passage_text) VALUES ('rebuild')
"""
_REBUILD_TRIGRAMS = """
    INSERT INTO passage_trigram (passage_trigram) VALUES ('rebuild')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A passage together with the document it stands in."""

    number: int
    passage: Passage
    title: str
    source: str
    collection: str


class Passages:
    """What the documents say, piece by piece."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_all(self, passages: Iterable[Passage]) -> list[int]:
        """Keep passages; their numbers, in the order given."""
        return [
            self._database.query(_ADD, passage_to_row(passage))[0]["number"]
            for passage in passages
        ]

    def of(self, document_id: DocumentId, audience: Audience) -> list[Passage]:
        """All of a document, from its beginning."""
        row = {"document_id": document_id, **audience_to_row(audience)}
        return [passage_from_row(found) for found in self._database.query(_OF, row)]

    def by_id(self, ids: Sequence[PassageId], audience: Audience) -> list[Passage]:
        """Those that are there and may be seen, in the order asked for."""
        row = {"ids": to_json(list(ids)), **audience_to_row(audience)}
        return [passage_from_row(found) for found in self._database.query(_BY_ID, row)]

    def by_number(
        self,
        numbers: Sequence[int],
        audience: Audience,
        *,
        within: Within = EVERYWHERE,
    ) -> list[Shelved]:
        """Those that are there and may be seen, in the order asked for."""
        row = {
            "numbers": to_json(list(numbers)),
            **_within_to_row(within),
            **audience_to_row(audience),
        }
        return [
            Shelved(
                number=found["number"],
                passage=passage_from_row(found),
                title=found["title"],
                source=found["source"],
                collection=found["collection"],
            )
            for found in self._database.query(_BY_NUMBER, row)
        ]

    def by_words(
        self,
        words: str,
        audience: Audience,
        *,
        within: Within = EVERYWHERE,
        limit: int,
    ) -> dict[int, float]:
        """BM25 over headings and text, by number, best first.

        `words` is an FTS5 query of ours.
        """
        row = {
            "words": words,
            **_within_to_row(within),
            "limit": limit,
            **audience_to_row(audience),
        }
        found = self._database.query(_BY_WORDS, row)
        return {each["number"]: each["score"] for each in found}

    def by_runs(
        self,
        runs: Iterable[str],
        audience: Audience,
        *,
        fewest: int,
        within: Within = EVERYWHERE,
        limit: int,
    ) -> list[int]:
        """Numbers of those with so many of these runs of three letters anywhere.

        Most first. Whether they stand in one word is for the caller to see.
        """
        quoted = ['"' + run.replace('"', '""') + '"' for run in sorted(runs)]
        row = {
            "runs": to_json(quoted),
            "fewest": fewest,
            **_within_to_row(within),
            "limit": limit,
            **audience_to_row(audience),
        }
        return [found["number"] for found in self._database.query(_BY_RUNS, row)]

    def visible(
        self, audience: Audience, *, within: Within = EVERYWHERE
    ) -> list[int] | None:
        """Numbers this audience may find; None when that is every passage."""
        row = {**_within_to_row(within), **audience_to_row(audience)}
        if self._database.query(_ALL_VISIBLE, row)[0]["whole"]:
            return None
        return [found["number"] for found in self._database.query(_VISIBLE, row)]

    def count(self) -> int:
        return int(self._database.query(_COUNT)[0]["passages"])

    def frequency(self, term: str) -> int:
        """In how many passages a term stands, in any of its forms, at most.

        A term that the index cuts into several counts as its rarest part.
        """
        parts = stems(term)
        rows = self._database.query(_FREQUENCIES, {"terms": to_json(parts)})
        found = {row["term"]: int(row["doc"]) for row in rows}
        return min((found.get(part, 0) for part in parts), default=0)

    def known(self, words: Sequence[str]) -> list[str]:
        """Those of some single words that stand in any passage, commonest first."""
        word_of = {" ".join(stems(word)): word for word in reversed(words)}
        rows = self._database.query(_FREQUENCIES, {"terms": to_json(list(word_of))})
        found = sorted(rows, key=lambda row: (-row["doc"], row["term"]))
        return [word_of[row["term"]] for row in found]

    def indexes_are_in_step(self) -> bool:
        """Whether both indexes hold exactly the words of the passages."""
        try:
            self._database.execute(_CHECK_WORDS)
            self._database.execute(_CHECK_TRIGRAMS)
        except UnreadableDatabaseError:
            return False
        return True

    def rebuild_indexes(self) -> None:
        self._database.execute(_REBUILD_WORDS)
        self._database.execute(_REBUILD_TRIGRAMS)


def _within_to_row(within: Within) -> Row:
    return {
        "everywhere": int(within.is_everything),
        "collections": to_json(list(within.collections)),
        "documents": to_json(list(within.documents)),
    }
