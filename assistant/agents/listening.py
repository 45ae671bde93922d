"""What was said in public on one server, as one person may be told of it.

Only what is public there is read, and of that only what was said in channels in
earshot; whoever said that nothing of theirs is to be kept is not quoted either. Who
asks, and whether they are on that server at all, is not known here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.agents.told import day
from assistant.entities.audience import Audience, Earshot, Place
from assistant.entities.consent import OBSERVE
from assistant.entities.ids import ChannelId, InsightId, MemoryId, ServerId, UserId
from assistant.entities.people import ChannelKind, UserStatus
from assistant.entities.search import HitKind
from assistant.knowledge.query import keyword_query
from assistant.knowledge.search import Question, Search
from assistant.knowledge.words import content_stems
from assistant.storage.database import Database
from assistant.storage.dependencies import Source
from assistant.storage.insights import Insights
from assistant.storage.memories import Memories
from assistant.storage.observed import Observed
from assistant.storage.people import People

_MOST_OF_A_KIND = 20
_LONGEST = 300
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something said in public, and where and by whom."""

    source: Source
    text: str
    at: datetime
    where: str
    who: str = ""
    """Empty for what the program made of what several said."""

    share: float = 0.0
    """Of the question's telling words, how many it holds."""

    @property
    def told(self) -> str:
        """With its source, on one line."""
        said = f"{self.who} in {self.where}" if self.who else f"Noted of {self.where}"
        return f"{said}, {day(self.at)}: “{self.text}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """One server, as far as it is in earshot of one person."""

    database: Database
    search: Search
    may: Callable[[UserId, str, ServerId | None], bool]
    """Whether a person allows something there."""

    earshot: Earshot
    user_id: UserId

    def remarks(self, asked: str) -> Iterator[Remark]:
        """Those that speak of it at all, with how much of it they hold."""
        stems = content_stems(asked)
        for remark in (*self._seen(asked), *self._kept(asked), *self._noted(asked)):
            if shared := stems & content_stems(remark.text):
                yield replace(remark, share=len(shared) / len(stems))

    @property
    def _audience(self) -> Audience:
        """Somebody who reads along on the server; never their private self."""
        place = Place(server_id=self.earshot.server_id, is_private=False)
        return Audience(user_id=self.user_id, place=place)

    def _seen(self, asked: str) -> Iterator[Remark]:
        """What was said in channels that are watched."""
        match = keyword_query(asked).match
        if not match:
            return
        for each in Observed(self.database).overheard(
            match, self.earshot.channels, self._audience, limit=_MOST_OF_A_KIND
        ):
            who = self._name(each.author_id)
            if who and each.content.strip():
                yield Remark(
                    source=Source("observed", each.id),
                    text=_one_line(each.content),
                    at=each.created_at,
                    where=self._where(each.channel_id),
                    who=who,
                )

    def _kept(self, asked: str) -> Iterator[Remark]:
        """What others told the assistant before everybody, in their words."""
        memories = Memories(self.database)
        for hit in self._hits(asked, HitKind.MEMORY):
            memory = memories.find(MemoryId(hit), self._audience)
            if memory is None or memory.owner_id == self.user_id:
                continue
            who = self._name(memory.owner_id)
            if who and memory.quote and self._is_readable(memory.channel_id):
                yield Remark(
                    source=Source("memory", memory.id),
                    text=_one_line(memory.quote),
                    at=memory.valid_from,
                    where=self._where(memory.channel_id),
                    who=who,
                )

    def _noted(self, asked: str) -> Iterator[Remark]:
        """What came of thinking over what was said there."""
        ids = [InsightId(hit) for hit in self._hits(asked, HitKind.INSIGHT)]
        for each in Insights(self.database).overheard(
            ids, self.earshot.channels, self._audience
        ):
            yield Remark(
                source=Source("insight", each.id),
                text=_one_line(each.content),
                at=each.created_at,
                where=self._where(None),
            )

    def _hits(self, asked: str, kind: HitKind) -> list[str]:
        question = Question(text=asked, kinds=(kind,), k=_MOST_OF_A_KIND)
        return [hit.id for hit in self.search.find(question, self._audience).hits]

    def _name(self, user_id: UserId) -> str:
        """What to call whoever said it; empty when they are not to be quoted."""
        user = People(self.database).find_user(user_id)
        if user is None or user.status is not UserStatus.ACTIVE:
            return ""
        if not self.may(user_id, OBSERVE, self.earshot.server_id):
            return ""
        return _named(user.display_name) or "Somebody"

    def _is_readable(self, channel_id: ChannelId | None) -> bool:
        """A thread is its channel's."""
        if channel_id is None:
            return False
        channel = People(self.database).find_channel(channel_id)
        if channel is None or channel.server_id != self.earshot.server_id:
            return False
        read_with = channel.category_id if channel.kind is ChannelKind.THREAD else None
        return bool({channel.id, read_with} & self.earshot.channels)

    def _where(self, channel_id: ChannelId | None) -> str:
        people = People(self.database)
        server = people.find_server(self.earshot.server_id)
        place = _named(server.name) if server else "a server"
        channel = people.find_channel(channel_id) if channel_id else None
        return f"#{_named(channel.name)} on {place}" if channel else place


def _named(name: str) -> str:
    """A name has no room for more than a name."""
    return _one_line(name)[:_LONGEST_NAME].replace("“", "").replace("”", "").strip()


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
