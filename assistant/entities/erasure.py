"""What is to be forgotten, what goes along with it, and the receipt for it.

Only labels for people hold words; what is kept of an erasure is ids and counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import TypeAlias

from assistant.entities.ids import ErasureId, ServerId, UserId


class Erasable(StrEnum):
    """What can go, as it is named in the record."""

    MESSAGE = auto()
    CONVERSATION = auto()
    TITLE = auto()
    """Of a conversation that stays."""

    DRAFT = auto()
    DOCUMENT = auto()
    MEMORY = auto()
    SUMMARY = auto()
    INSIGHT = auto()
    OBSERVED = auto()
    TOPIC = auto()
    PERSON = auto()
    NAME = auto()
    """Of a person who stays."""

    @property
    def plural(self) -> str:
        """As counts name it."""
        return _PLURALS.get(self.value, f"{self.value}s")


_PLURALS = {
    "memory": "memories",
    "summary": "summaries",
    "observed": "observed",
    "person": "people",
}

Ids: TypeAlias = Mapping[Erasable, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """These rows, by their ids."""

    ids: Ids
    with_copies: bool = True
    """Whether what repeats them goes too: copies in forks, answers that quote them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPerson:
    """Everything by a person, and everything that was thought about them.

    Where others name them in words of their own, those words are the others'.
    """

    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What was said, noted, taken in and seen from one moment to another."""

    since: datetime
    until: datetime
    kinds: frozenset[Erasable] = frozenset()
    """Empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioning:
    """Whatever holds a text, in any capitals and with any spaces."""

    text: str
    kinds: frozenset[Erasable] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOf:
    """What was observed of a person: on one server, or in direct messages."""

    user_id: UserId
    server_id: ServerId | None = None
    direct: bool = False


Target: TypeAlias = Named | OfPerson | Between | Mentioning | SeenOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing, as a person recognises it. The label is never kept."""

    kind: Erasable
    id: str
    label: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What would go. Carrying it out looks once more for what follows from it."""

    kind: str
    roots: Ids
    """What was asked for."""

    with_copies: bool = True
    erased: Ids = field(default_factory=dict)
    """All that would go, what follows from the roots included."""

    rewritten: frozenset[str] = frozenset()
    """Answers that quote what goes: they stay, without their words."""

    revived: frozenset[str] = frozenset()
    """Memories that had been merged into one that goes, and stand alone again."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """How many rows of which sort; nothing else of this is kept."""

    @property
    def is_empty(self) -> bool:
        return not any(self.erased.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRecord:
    """That something was forgotten: what a restored copy has to forget again."""

    id: ErasureId
    at: datetime
    by: UserId
    kind: str
    roots: Ids
    with_copies: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReceipt:
    """What went, and whether every trace of it is gone by now."""

    record: ErasureRecord
    is_journal_empty: bool
    """False while another process reads; the journal is emptied when it is done."""

    earlier_copies: int = 0
    """Copies of the file from before, which still hold it."""
