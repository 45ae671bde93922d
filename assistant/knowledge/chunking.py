"""Documents cut into chunks small enough to embed, along their own structure.

Pure. Sections go in as they are read, chunks come out with exact offsets; nothing
is held but the stretch being cut. A sentence, a row or a line is never cut unless
it alone is longer than the embedder reads.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from assistant.entities.knowledge import Chunk, Location, Section, SectionKind
from assistant.knowledge.atoms import Atom, Splitter, blocks_of
from assistant.knowledge.prefixes import Prefixes
from assistant.knowledge.stretch import Stretch

Count: TypeAlias = Callable[[str], int]

_SLACK = 1.25  # of the target; a chunk this long is not yet too long
_LITTLE = 0.3  # of the target; so short a chunk joins its neighbour

_HELD_BACK = 16_384
"""Characters; a block longer than this is cut before its end has been seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a chunk should be, and may be, in the embedder's tokens."""

    target: int = 200
    """Paragraphs are gathered up to about this."""

    most: int = 480
    """Never exceeded by a chunk and its prefix together."""

    def __post_init__(self) -> None:
        if not 1 <= self.target <= self.most:
            raise ValueError("a chunk's target must be between 1 and its most")


def chunks(
    sections: Iterable[Section],
    *,
    title: str,
    count: Count,
    budget: Budget | None = None,
) -> Iterator[Chunk]:
    """All text that is not blank, in order, each chunk within one part of the text."""
    cutter = _Cutter(title, count, budget or Budget())
    for section in sections:
        yield from cutter.take(section)
    yield from cutter.close()


class _Cutter:
    """Gathers atoms into chunks while sections arrive."""

    def __init__(self, title: str, count: Count, budget: Budget) -> None:
        self._count = count
        self._budget = budget
        self._prefixes = Prefixes(title, count, budget.most)
        self._splitter = Splitter(count, budget.target)
        self._stretch = Stretch()
        self._last: Section | None = None
        self._kind = SectionKind.PROSE
        self._location = Location()
        self._cut_to = 0
        self._atoms: list[Atom] = []
        self._before: list[Atom] = []
        """The chunk before, kept back in case too little follows it."""

    def take(self, section: Section) -> Iterator[Chunk]:
        last = self._last
        if last is not None and not _flows_on(last, section):
            yield from self._cut(is_final=True)
            if _place_of(last) != _place_of(section):
                yield from self._end_place(section)
        if last is None:
            self._cut_to = section.start
        self._last, self._kind, self._location = section, section.kind, section.location
        self._stretch.add(section)
        yield from self._cut(is_final=False)

    def close(self) -> Iterator[Chunk]:
        if self._last is not None:
            yield from self._cut(is_final=True)
            yield from self._end_place(None)

    def _cut(self, *, is_final: bool) -> Iterator[Chunk]:
        """Takes apart what has arrived, but for a block that may go on."""
        base, kind = self._cut_to, self._kind
        text = self._stretch.text(base, self._stretch.end)
        spans = list(blocks_of(text))
        for begin, end in spans:
            is_open = not is_final and end == spans[-1][1]
            block = text[begin:end]
            if is_open and len(block) < _HELD_BACK:
                self._cut_to = base + begin
                return
            atoms = list(
                self._splitter.atoms(block, base + begin, kind, room=self._room)
            )
            kept_back = atoms.pop() if is_open and len(atoms) > 1 else None
            for atom in atoms:
                yield from self._gather(atom)
            if kept_back is not None:
                self._cut_to = kept_back.start
                return
        self._cut_to = self._stretch.end

    @property
    def _room(self) -> int:
        """Tokens for text beside the prefix that this place has."""
        _, taken = self._prefixes.of(self._location)
        return max(1, self._budget.most - taken - 1)

    def _gather(self, atom: Atom) -> Iterator[Chunk]:
        size = _tokens(self._atoms)
        most = self._room if self._is_little(size) else self._budget.target * _SLACK
        if self._atoms and size + atom.tokens > min(most, self._room):
            yield from self._release()
        self._atoms.append(atom)

    def _is_little(self, tokens: int) -> bool:
        """Too little to stand alone where it can be helped."""
        return tokens < self._budget.target * _LITTLE

    def _release(self) -> Iterator[Chunk]:
        """What was gathered is a chunk; the one before it can go."""
        yield from self._chunks_of(self._before)
        self._before, self._atoms = self._atoms, []

    def _end_place(self, following: Section | None) -> Iterator[Chunk]:
        """Nothing is gathered across headings but a heading with what it heads."""
        if following is not None and self._is_heading_of(following):
            return
        size = _tokens(self._atoms)
        if self._is_little(size) and size + _tokens(self._before) <= self._room:
            self._before, self._atoms = self._before + self._atoms, []
        yield from self._release()
        yield from self._release()

    def _is_heading_of(self, following: Section) -> bool:
        """Whether only headings were gathered, and this stands below them."""
        if self._before or not self._atoms:
            return False
        path = self._headings_of(self._atoms[-1])
        below = following.location.headings[: len(path)] == path
        return below and all(map(self._is_heading, self._atoms))

    def _is_heading(self, atom: Atom) -> bool:
        path = self._headings_of(atom)
        said = self._stretch.text(atom.start, atom.end)
        return bool(path) and _bare(said) == _bare(path[-1])

    def _headings_of(self, atom: Atom) -> tuple[str, ...]:
        return self._stretch.location(atom.start, atom.end).headings

    def _chunks_of(self, atoms: list[Atom]) -> Iterator[Chunk]:
        """One chunk, unless the tokens between the atoms make it too long."""
        if not atoms:
            return
        chunk = self._chunk(atoms)
        if chunk.tokens > self._budget.most and len(atoms) > 1:
            half = len(atoms) // 2
            yield from self._chunks_of(atoms[:half])
            yield from self._chunks_of(atoms[half:])
            return
        yield chunk
        self._stretch.forget(chunk.end)

    def _chunk(self, atoms: list[Atom]) -> Chunk:
        start, end = atoms[0].start, atoms[-1].end
        location = replace(
            self._stretch.location(start, end), headings=self._headings_of(atoms[-1])
        )
        text = self._stretch.text(start, end)
        prefix, _ = self._prefixes.of(location)
        chunk = Chunk(
            start=start,
            end=end,
            text=text,
            prefix=prefix,
            tokens=0,
            kind=max(atoms, key=lambda atom: atom.end - atom.start).kind,
            location=location,
        )
        return replace(chunk, tokens=self._count(chunk.indexed_text))


def _place_of(section: Section) -> tuple[object, ...]:
    place = section.location
    return place.headings, place.sheet, place.slide


def _flows_on(last: Section, section: Section) -> bool:
    return last.kind is section.kind and _place_of(last) == _place_of(section)


def _tokens(atoms: Iterable[Atom]) -> int:
    return sum(atom.tokens for atom in atoms)


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())
