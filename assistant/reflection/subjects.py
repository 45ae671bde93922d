"""Subjects that emerge: words that come up again and again in one place.

A subject is named by its stem, so that the same talk always makes the same topic. What
somebody said in private makes subjects for nobody else.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

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
        new = self._emerging(circle, said)
        for term in new:
            self._begin(term, circle, said)
        return len(new)

    def _emerging(self, circle: Circle, said: Sequence[Said]) -> list[Term]:
        known = self.topics.subjects(circle)
        balances = self.salience.balances([topic.key for topic in known])
        alive = sum(balance > 0 for balance in balances.values())
        room = max(0, self.settings.subjects - alive)
        stems = {topic.metadata["stem"] for topic in known}
        holders = {_holders(str(each), said) for each in stems}
        new = list[Term]()
        for term in self._telling(said):
            where = _holders(term.stem, said)
            if term.stem not in stems and where not in holders:
                holders.add(where)  # two words that always go together are one
                new.append(term)
        return new[:room]

    def _telling(self, said: Sequence[Said]) -> list[Term]:
        """Often, in more than one sitting, and not in every one of them."""
        sittings: dict[str, set[str]] = defaultdict(set)
        for each in said:
            sitting = f"{each.place_id} {each.at.date()}"
            for stem in stems_of(each.text):
                sittings[stem].add(sitting)
        documents = _by_sitting(said)
        return [
            term
            for term in telling([each.text for each in said], documents)
            if term.texts >= self.settings.subject_mentions
            and len(sittings[term.stem]) >= _SITTINGS
            and (
                len(documents) <= _SITTINGS or len(sittings[term.stem]) < len(documents)
            )
        ]

    def _begin(self, term: Term, circle: Circle, said: Sequence[Said]) -> None:
        subject = subject_topic(term.stem, term.word, self.clock())
        with self.database.transaction(durable=False):
            for each in said:
                if term.stem in stems_of(each.text):
                    self.crediting.subject(subject, circle, each.source.id)


def _holders(stem: str, said: Sequence[Said]) -> frozenset[str]:
    """The messages in which a word stands."""
    return frozenset(each.source.id for each in said if stem in stems_of(each.text))


def _by_sitting(said: Sequence[Said]) -> list[str]:
    """What was said in one place on one day, as one text."""
    texts: dict[str, list[str]] = defaultdict(list)
    for each in said:
        texts[f"{each.place_id} {each.at.date()}"].append(each.text)
    return ["\n".join(parts) for parts in texts.values()]
