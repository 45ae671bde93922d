"""One clause as a rule reads it, and the small words that rules share.

It knows how a value is cut out of a clause, and no rule.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from assistant.entities.memory import MemoryKind
from assistant.memory.rules.doubts import is_over
from assistant.memory.rules.finding import Finding
from assistant.memory.rules.subjects import Subject, has_many
from assistant.memory.rules.values import is_telling, items_of, value_at

FACT, TASTE = MemoryKind.FACT, MemoryKind.PREFERENCE
BE = r"(?:'m|'re|'s| am| is| are)"
HAVE = r"(?:'ve|'s| have| has)"
ADVERBS = (
    r"(?: (?:just|recently|now|currently|still|actually|also|really|finally|only|"
    r"always|"
    r"usually|mostly|originally|already|absolutely|truly|very much|so|quite|especially|"
    r"particularly|definitely|totally|generally|personally|both|all|myself|severely|"
    r"highly|mildly|slightly|badly|a bit|happily|secretly))*"
)
NOT = r"(?: not|n't)"


_OF_AN_IDEA = re.compile(r"the (?:idea|way|fact|thought|sound|look) ", re.IGNORECASE)
_IN_FRONT = re.compile(
    r"(?:the|that|this|these|those|your|his|her|its) (?![A-Z])(?!.* of )(?!(?:sea|cold|"
    r"heat|rain|snow|sun|dark|beach|ocean|outdoors|mountains|countryside|city|forest|"
    r"theatre|theater|cinema|opera|gym|summer|winter|autumn|spring)\b)"
)
"""`I prefer the second option` is of something both see, and no taste."""


@dataclass(frozen=True, slots=True)
class Said:
    """A match of a rule, within what is said of a subject."""

    subject: Subject
    match: re.Match[str]
    clause: str
    said_on: date

    @property
    def rest(self) -> str:
        return self.clause[self.subject.end :]

    @property
    def value(self) -> str:
        return value_at(self.rest, self.match.end())[0]

    @property
    def items(self) -> list[str]:
        value = value_at(self.rest, self.match.end(), is_list=True)[0]
        return [item for item in items_of(value) if is_telling(item)]

    @property
    def head(self) -> str:
        return self.match.group()

    def of_items(self, read: Callable[[str], tuple[str, str]]) -> list[Finding]:
        """A finding for each of several things; `read` gives attribute and value."""
        items = [item for item in self.items if is_taste(item)]
        begin = self.clause[: self.subject.end + self.match.end()]
        return [
            replace(found, words=f"{begin} {item}" if len(items) > 1 else "")
            for item in items
            for found in self.fact(*read(item))
        ]

    def fact(
        self, attribute: str, value: str, kind: MemoryKind = FACT
    ) -> list[Finding]:
        if not is_telling(value):
            return []
        return [
            Finding(
                kind=kind,
                subject=self.subject.key,
                attribute=attribute,
                value=value,
                is_over=is_over(self.rest),
            )
        ]


def is_taste(item: str) -> bool:
    """Whether it is liked or not in general, rather than just now."""
    return not (_OF_AN_IDEA.match(item) or _IN_FRONT.match(item))


Reader: TypeAlias = Callable[[Said], Iterable[Finding]]
Rule: TypeAlias = tuple[re.Pattern[str], Reader]


def name_of(relation: str, name: str) -> Finding:
    """Who somebody is to the speaker."""
    return Finding(
        kind=MemoryKind.RELATIONSHIP,
        subject=relation,
        attribute=f"name {name}" if has_many(relation) else "name",
        value=name,
    )


def rule(pattern: str, read: Reader, *, exactly: bool = False) -> Rule:
    return re.compile(pattern, 0 if exactly else re.IGNORECASE), read
