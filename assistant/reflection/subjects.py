"""Subjects that emerge: words that come up again and again in one place.

A subject is named by its stem, so that the same talk always makes the same topic. What
somebody said in private makes subjects for nobody else.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from assistant.config.settings import ReflectionSettings
from assistant.entities.ids import Clock
from assistant.entities.reflection import Circle
from assistant.reflection.crediting import Crediting
from assistant.reflection.gathering import Gathering, Said
from assistant.reflection.terms import Term, stems_of, telling
from assistant.reflection.topics import subject_topic
from assistant.storage.database import Database
from assistant.storage.observed import Stretch
from assistant.storage.salience import Salience
from assistant.storage.topics import Topics

_LOOKBACK = timedelta(days=14)
_READ = 2000
Where: TypeAlias = Mapping[str, Sequence[Said]]
_SITTINGS = 2  # a word of a single afternoon is no subject yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Finds them; finding them again changes nothing."""

    database: Database
    topics: Topics
    salience: Salience
    gathering: Gathering
    crediting: Crediting
    settings: ReflectionSettings
    clock: Clock

    def find(self, circle: Circle) -> int:
        """Make topics of what is talked about in a circle; how many are new."""
        now = self.clock()
        stretch = Stretch(since=now - _LOOKBACK, until=now, limit=_READ)
        said = self.gathering.everything(circle, stretch)
        where = _where(said)
        new = self._emerging(circle, said, where)
        for term in new:
            self._begin(term, circle, where[term.stem])
        return len(new)

    def _emerging(
        self, circle: Circle, said: Sequence[Said], where: Where
    ) -> list[Term]:
        known = self.topics.subjects(circle)
        balances = self.salience.balances([topic.key for topic in known])
        alive = sum(balance > 0 for balance in balances.values())
        room = max(0, self.settings.subjects - alive)
        stems = {str(topic.metadata["stem"]) for topic in known}
        taken = {_ids(where[stem]) for stem in stems if stem in where}
        new = list[Term]()
        for term in self._telling(said, where) if room else ():
            held = _ids(where[term.stem])
            if term.stem not in stems and held not in taken:
                taken.add(held)  # two words that always go together are one
                new.append(term)
        return new[:room]

    def _telling(self, said: Sequence[Said], where: Where) -> list[Term]:
        """Often, in more than one sitting, and not in every one of them."""
        documents = _by_sitting(said)
        return [
            term
            for term in telling([each.text for each in said], documents)
            if term.texts >= self.settings.subject_mentions
            and _comes_and_goes(where[term.stem], among=len(documents))
        ]

    def _begin(self, term: Term, circle: Circle, said: Sequence[Said]) -> None:
        subject = subject_topic(term.stem, term.word, self.clock())
        with self.database.transaction(durable=False):
            for each in said:
                self.crediting.subject(subject, circle, each.source.id)


def _where(said: Sequence[Said]) -> Where:
    """The messages in which each word stands."""
    found: dict[str, list[Said]] = defaultdict(list)
    for each in said:
        for stem in stems_of(each.text):
            found[stem].append(each)
    return found


def _ids(said: Sequence[Said]) -> frozenset[str]:
    return frozenset(each.source.id for each in said)


def _comes_and_goes(said: Sequence[Said], *, among: int) -> bool:
    sittings = len({_sitting(each) for each in said})
    return sittings >= _SITTINGS and (among <= _SITTINGS or sittings < among)


def _sitting(said: Said) -> str:
    """One place on one day."""
    return f"{said.place_id} {said.at.date()}"


def _by_sitting(said: Sequence[Said]) -> list[str]:
    """What was said in each, as one text."""
    texts: dict[str, list[str]] = defaultdict(list)
    for each in said:
        texts[_sitting(each)].append(each.text)
    return ["\n".join(parts) for parts in texts.values()]
