"""Makes the vectors that are missing: of passages, of what was said and concluded.

What is made is kept part by part, so that it may be stopped at any moment and goes
on from there. When and how long it works is for others to say.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from assistant.entities.conversation import MessageRole
from assistant.knowledge.desk import LibraryDesk
from assistant.storage.vectorindex import rows_for
from assistant.storage.vectors import (
    Unembedded,
    UnembeddedMessage,
    VectorKind,
    VectorSpace,
)

_AT_ONCE = 1
"""Whoever wants the processor back waits for no more; several are no faster each."""

_LONGEST = 1600
_LONGEST_BEFORE = 300
"""Characters; together about what the bundled embedder reads of a text."""

_REMOVED_AT_ONCE = 2000
_SPEAKERS = {MessageRole.USER: "You", MessageRole.ASSISTANT: "Hearth"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembering:
    """What the embedder in use has yet to read. Any thread may use it."""

    desk: LibraryDesk
    masked: Callable[[str], str] = str
    """What was said, without what points at a person: as much is embedded."""

    opened_at: int
    """The vectors' sequence number when this process began.

    Another embedder may be chosen while this process runs: what that one has made
    since is not this process's to remove.
    """

    def work(self) -> Generator[int, None, None]:
        """All there is to do, part by part; how many vectors each part made.

        Raises a ModelError when the embedder fails; what is made stays.
        """
        if self.desk.embedder is None:
            return
        yield from self.embed_messages()
        yield from self.embed_passages()
        yield from self.embed_insights()
        yield from self._remove_others()

    def missing(self) -> int:
        """Messages that meaning cannot find yet."""
        embedder = self.desk.embedder
        if embedder is None:
            return 0
        return self.desk.vectors.count_messages_without(embedder.name)

    def embed_messages(self) -> Generator[int, None, None]:
        """What was said, newest first, each with its speaker and what it followed."""

        def waiting(model: str) -> list[Unembedded]:
            said = self.desk.vectors.messages_without(
                model, limit=_AT_ONCE, longest=_LONGEST
            )
            return [
                Unembedded(each.number, self.masked(as_embedded(each))) for each in said
            ]

        yield from embed_waiting(self.desk, VectorKind.MESSAGE, waiting)

    def embed_passages(self) -> Generator[int, None, None]:
        """Passages that came without an embedder, or before this one was chosen."""

        def waiting(model: str) -> list[Unembedded]:
            return self.desk.vectors.passages_without(model, limit=_AT_ONCE)

        yield from embed_waiting(self.desk, VectorKind.PASSAGE, waiting)
        if (space := self.desk.space) is not None:
            with self.desk.database.transaction(durable=False):
                self.desk.documents.note_embedded(space.model)

    def embed_insights(self) -> Generator[int, None, None]:
        """What thinking things over gave; each quotes people, and is masked as they."""

        def waiting(model: str) -> list[Unembedded]:
            found = self.desk.vectors.insights_without(
                model, now=self.desk.clock(), limit=_AT_ONCE
            )
            return [Unembedded(each.number, self.masked(each.text)) for each in found]

        yield from embed_waiting(self.desk, VectorKind.INSIGHT, waiting)

    def _remove_others(self) -> Generator[int, None, None]:
        """Vectors of models no longer used; nothing waits for them any more."""
        if (space := self.desk.space) is None:
            return
        while True:
            with self.desk.database.transaction(durable=False):
                gone = self.desk.vectors.remove_other_models(
                    space.model, until=self.opened_at, limit=_REMOVED_AT_ONCE
                )
            if not gone:
                return
            yield 0


def embed_waiting(
    desk: LibraryDesk, kind: VectorKind, waiting: Callable[[str], list[Unembedded]]
) -> Generator[int, None, None]:
    """Embed what waits for a model until nothing does; how many, part by part.

    What was removed meanwhile gets no vector: its number may stand for something
    else by then.
    """
    if (embedder := desk.embedder) is None:
        return
    space = VectorSpace(kind, embedder.name)
    while texts := waiting(space.model):
        vectors = embedder.embed_passages([each.text for each in texts])
        rows = rows_for([each.number for each in texts], vectors)
        with desk.database.transaction(durable=False):
            still = set(waiting(space.model))
            kept = [row for row, of in zip(rows, texts, strict=True) if of in still]
            desk.vectors.put(space, kept)
        yield len(kept)


def as_embedded(said: UnembeddedMessage) -> str:
    """Who said it, and what, after the beginning of what was said before."""
    line = _line(said.role, said.text)
    if not said.before_text.strip() or said.before_role not in _SPEAKERS:
        return line
    before = " ".join(said.before_text.split())
    return f"{_line(said.before_role, _shortened(before))}\n{line}"


def _line(role: str, text: str) -> str:
    return f"{_SPEAKERS[MessageRole(role)]}: {text}"


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_BEFORE:
        return text
    return f"{text[:_LONGEST_BEFORE].rpartition(' ')[0] or text[:_LONGEST_BEFORE]} …"
