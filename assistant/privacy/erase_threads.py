"""Putting conversations in order from which messages go, and jobs that name them.

What followed a message hangs on what came before it. A title that holds words only
the forgotten had goes too; it is taken from what is left.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.entities.audience import Scope
from assistant.entities.erasure import Erasable, Ids
from assistant.storage.removal import Removal
from assistant.storage.threads import Said, Thread, Threads

UNTITLED = "Untitled"

_WORD = re.compile(r"\w+")
_NAME = re.compile(r"[\w-]+")
_LONG = 12  # characters; so many are in two texts for a reason
_TELLING = 4  # letters; shorter words are in every title
_LONGEST_TITLE = 60


@dataclass(slots=True, kw_only=True)
class Mending:
    """One erasure's work on what stays. Runs inside its transaction."""

    threads: Threads
    removal: Removal
    gone: frozenset[str]
    rewritten: frozenset[str]
    titles: frozenset[str]
    """Conversations whose title is to go whatever it says."""

    said: list[Said] = field(init=False)
    parents: dict[str, str | None] = field(init=False)

    def __post_init__(self) -> None:
        """Read before anything changes."""
        self.said = self.threads.branches(self.gone | self.rewritten, self.titles)
        self.parents = {each.id: each.parent_id for each in self.said}

    def loose_jobs(self, erased: Ids) -> list[str]:
        """Jobs that hold words which go, and those that wait to work on such a row.

        One that is running and knows only ids finds nothing there, and ends.
        """
        names = {name for ids in erased.values() for name in ids}
        names |= self.removal.sources_of(erased.get(Erasable.DOCUMENT, ()))
        texts = [each.content for each in self._lost]
        return [
            task.id
            for task in self.removal.tasks()
            if _holds(task.words, texts)
            or (not task.is_running and not names.isdisjoint(_names(task.words)))
        ]

    def mend(self, *, leaving: frozenset[str]) -> None:
        """Every conversation that stays, except those that leave as a whole."""
        touched = {each.conversation_id for each in self.said} | self.titles
        for thread in self.threads.among(touched - leaving):
            said = [each for each in self.said if each.conversation_id == thread.id]
            self._adopt(said)
            self.threads.mend(self._mended(thread, said), gone=self.gone)

    @property
    def _lost(self) -> list[Said]:
        """What had the words that go."""
        lost = self.gone | self.rewritten
        return [each for each in self.said if each.id in lost]

    def _adopt(self, said: Iterable[Said]) -> None:
        for each in said:
            if each.id not in self.gone and each.parent_id in self.gone:
                self.threads.adopt(each.id, self._standing(each.parent_id))

    def _standing(self, message_id: str | None) -> str | None:
        """The message itself, or the nearest above it that stays."""
        while message_id in self.gone:
            message_id = self.parents.get(message_id)
        return message_id

    def _mended(self, thread: Thread, said: list[Said]) -> Thread:
        left = [each for each in said if each.id not in self.gone]
        head = self._standing(thread.head_id)
        if head is None and left:
            head = left[-1].id
        kept = [each for each in left if each.id not in self.rewritten]
        if thread.id in self.titles or self._tells(thread.title, said, kept):
            thread = replace(thread, title=_title_of(thread, kept))
        return replace(thread, head_id=head)

    def _tells(self, title: str, said: list[Said], kept: list[Said]) -> bool:
        """Whether the title says something that nothing left says."""
        lost = self.gone | self.rewritten
        forgotten = _words(each.content for each in said if each.id in lost)
        known = _words(each.content for each in kept)
        return bool(_words([title]) & (forgotten - known))


def _words(texts: Iterable[str]) -> set[str]:
    return {
        word
        for text in texts
        for word in _WORD.findall(text.casefold())
        if len(word) >= _TELLING
    }


def _names(words: str) -> set[str]:
    """Whatever may be an id or a place: every line, and every word."""
    return {*words.splitlines(), *_NAME.findall(words)}


def _holds(words: str, texts: Iterable[str]) -> bool:
    """Whether a text stands in the words, or some of the words in a text."""
    lines = [line.strip() for line in words.splitlines() if len(line) >= _LONG]
    return any(
        (len(text) >= _LONG and text in words) or any(line in text for line in lines)
        for text in texts
    )


def _title_of(thread: Thread, left: Iterable[Said]) -> str:
    """The first line of the first question that is left, cut at a word.

    It is for whoever may open the conversation, so the question must be for them too.
    """
    for each in left:
        if each.role == "user" and each.content.strip() and _is_for(thread, each):
            line = " ".join(each.content.strip().splitlines()[0].split())
            if len(line) <= _LONGEST_TITLE:
                return line
            return line[:_LONGEST_TITLE].rpartition(" ")[0] + " …"
    return UNTITLED


def _is_for(thread: Thread, said: Said) -> bool:
    """Its person sees the name in private too, where others' words are not shown."""
    is_own = said.owner_id == thread.user_id
    return is_own and (thread.server_id is None or said.scope == Scope.PUBLIC)
