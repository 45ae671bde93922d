"""The smallest pieces that are kept whole: paragraphs, sentences, rows, lines.

Pure. Blocks that fit are one atom; longer ones come apart where they are weakest.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from assistant.entities.knowledge import SectionKind
from assistant.knowledge.sentences import sentences_of

_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_SLACK = 1.25  # a block this much over the target is still one
_SAFELY = 2  # a unit that may be so many times longer than it looks still fits


class Atom(NamedTuple):
    """`[start, end)` of the document's text, without blanks around it."""

    start: int
    end: int
    tokens: int
    kind: SectionKind


class _Unit(NamedTuple):
    """A sentence or line within a block, and about how long it is."""

    start: int
    end: int
    tokens: float


class Splitter:
    """Takes blocks of text apart until every piece fits."""

    def __init__(self, count: Callable[[str], int], target: int) -> None:
        self._count = count
        self._target = target

    def atoms(
        self, text: str, start: int, kind: SectionKind, *, room: int
    ) -> Iterator[Atom]:
        """What one block comes to; `text` begins at `start` of the document."""
        tokens = self._count(text)
        whole = room if kind is not SectionKind.PROSE else self._target * _SLACK
        if tokens <= min(whole, room):
            yield Atom(start, start + len(text), tokens, kind)
            return
        for group in _even(
            self._sized(text, kind, tokens, room=room),
            share=tokens / max(1, round(tokens / min(self._target, room))),
        ):
            first, last = group[0].start, group[-1].end
            total = self._count(text[first:last])
            if total <= room:
                yield Atom(start + first, start + last, total, kind)
                continue
            for unit in group:
                for begin, end, size in self._fitting(text, unit, room):
                    yield Atom(start + begin, start + end, int(size), kind)

    def _sized(
        self, text: str, kind: SectionKind, tokens: int, *, room: int
    ) -> Iterator[_Unit]:
        """Sentences or lines; only those that may be too long are counted."""
        for unit in _units(text, kind):
            share = tokens * (unit.end - unit.start) / len(text)
            if share * _SAFELY < room:
                yield unit._replace(tokens=share)
            else:
                yield from self._fitting(text, unit, room)

    def _fitting(self, text: str, unit: _Unit, room: int) -> Iterator[_Unit]:
        """A unit as it is, or cut where its words end, or anywhere."""
        begin, end, _ = unit
        while begin < end:
            tokens = self._count(text[begin:end])
            if tokens <= room:
                yield _Unit(begin, end, tokens)
                return
            cut = self._cut(text[begin:end], tokens, room)
            size = self._count(text[begin : begin + cut])
            yield _Unit(begin, begin + cut, size)
            begin += cut
            begin += len(text[begin:end]) - len(text[begin:end].lstrip())

    def _cut(self, text: str, tokens: int, room: int) -> int:
        """How many characters of a text that is too long are taken first."""
        size = max(1, len(text) * room // tokens)
        while size > 1 and self._count(text[:size]) > room:
            size = max(1, size * 4 // 5)
        space = max(text.rfind(" ", size // 2, size), text.rfind("\n", size // 2, size))
        return space if space > 0 else size


def blocks_of(text: str) -> Iterator[tuple[int, int]]:
    """What blank lines part, without the blanks around it."""
    start = 0
    for gap in _BLANK_LINE.finditer(text):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, len(text))


def _units(text: str, kind: SectionKind) -> Iterator[_Unit]:
    """Sentences of prose; lines of all else."""
    if kind is SectionKind.PROSE:
        for sentence in sentences_of(text):
            yield _Unit(sentence.start, sentence.end, 0)
        return
    start = 0
    for line in text.split("\n"):
        for begin, end in _trimmed(text, start, start + len(line)):
            yield _Unit(begin, end, 0)
        start += len(line) + 1


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the blanks around it, but with a first line's indent."""
    stretch = text[start:end]
    if not stretch.strip():
        return
    lead = len(stretch) - len(stretch.lstrip("\n"))
    yield start + lead, start + len(stretch.rstrip())


def _even(units: Iterable[_Unit], *, share: float) -> Iterator[list[_Unit]]:
    """Neighbours gathered into groups of about the same length."""
    group: list[_Unit] = []
    total = 0.0
    for unit in units:
        if group and total + unit.tokens / 2 > share:
            yield group
            group, total = [], 0.0
        group.append(unit)
        total += unit.tokens
    if group:
        yield group
