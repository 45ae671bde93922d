"""Subjects that emerge: words that come up again and again in one place.

A subject is named by its stem, so that the same talk always makes the same topic. What
somebody said in private makes subjects for nobody else.
"""

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from assistant.config.settings import ReflectionSettings
from assistant.entities.ids import Clock
from assistant.entities.reflection import Circle
from assistant.reflection.crediting import Crediting
from assistant.reflection.gathering import Gathering
from assistant.reflection.said import Said
from assistant.reflection.terms import commonest, stems_of, weight
from assistant.reflection.topics import subject_topic
from assistant.storage.database import Database
from assistant.storage.observed import Stretch
from assistant.storage.salience import Salience
from assistant.storage.topics import Topics

_LOOKBACK = timedelta(days=14)
_READ = 2000
_AT_ONCE = 50  # messages between two chances to give way
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

    def find(self, circle: Circle) -> Generator[None, None, None]:
        """Make topics of what is talked about in a circle, in small parts."""
        now = self.clock()
        stretch = Stretch(since=now - _LOOKBACK, until=now, limit=_READ)
        said = self.gathering.everything(circle, stretch)
        heard: dict[str, _Heard] = {}
        for number, each in enumerate(said):
            for stem, form in stems_of(each.text).items():
                heard.setdefault(stem, _Heard()).hear(each, form)
            if number % _AT_ONCE == 0:
                yield
        for stem in self._emerging(circle, heard):
            self._begin(stem, heard[stem], circle)
            yield

    def _emerging(self, circle: Circle, heard: Mapping[str, "_Heard"]) -> list[str]:
        known = self.topics.subjects(circle)
        balances = self.salience.balances([topic.key for topic in known])
        alive = sum(balance > 0 for balance in balances.values())
        room = max(0, self.settings.subjects - alive)
        stems = {str(topic.metadata["stem"]) for topic in known}
        taken = {heard[stem].ids for stem in stems if stem in heard}
        new = list[str]()
        for stem in self._telling(heard) if room else ():
            if stem not in stems and heard[stem].ids not in taken:
                taken.add(heard[stem].ids)  # words that always go together are one
                new.append(stem)
        return new[:room]

    def _telling(self, heard: Mapping[str, "_Heard"]) -> list[str]:
        """Often, in more than one sitting, and not in every one of them."""
        among = len({sitting for each in heard.values() for sitting in each.sittings})
        weighed = [
            (weight(len(each.said), elsewhere=len(each.sittings), among=among), stem)
            for stem, each in heard.items()
            if len(each.said) >= self.settings.subject_mentions
            and _comes_and_goes(len(each.sittings), among=among)
        ]
        return [stem for _, stem in sorted(weighed, key=lambda one: (-one[0], one[1]))]

    def _begin(self, stem: str, heard: "_Heard", circle: Circle) -> None:
        subject = subject_topic(stem, commonest(heard.forms), self.clock())
        with self.database.transaction(durable=False):
            for each in heard.said:
                self.crediting.subject(subject, circle, each.source.id)


@dataclass(slots=True)
class _Heard:
    """One word: where it stood, and how it was written."""

    said: list[Said] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)
    sittings: set[str] = field(default_factory=set)
    """Each is one place on one day."""

    def hear(self, said: Said, form: str) -> None:
        self.said.append(said)
        self.forms[form] += 1
        self.sittings.add(f"{said.place_id} {said.at.date()}")

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(each.source.id for each in self.said)


def _comes_and_goes(sittings: int, *, among: int) -> bool:
    return sittings >= _SITTINGS and (among <= _SITTINGS or sittings < among)
