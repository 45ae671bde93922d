"""Markdown, kept as it was written: line by line, so that every offset is exact.

Knows headings, fences, tables and front matter, which say how the text may be cut.
Everything else is left to whoever reads it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from assistant.entities.knowledge import Location, SectionKind
from assistant.media.outline import Outline
from assistant.media.parts import LONGEST_PIECE, Part, Piece, Title
from assistant.media.text import lines

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INLINE = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)|[*_`]{1,3}(\S[^*_`\n]*)[*_`]{1,3}")
_DEEPEST = 6
_LONGEST = 300  # characters of a heading
_TITLE_LINES = 200  # looked at for one
_FRONT_ENDS = frozenset({"---", "..."})
_TABLE_SIGNS = frozenset(" |:-")


def parts(windows: Iterable[str]) -> Iterator[Part]:
    """The title, if the text has one, then a piece for each stretch of one kind."""
    rest = iter(windows)
    first = next(rest, "")
    if title := _title(first.split("\n", _TITLE_LINES)[:_TITLE_LINES]):
        yield Title(title)
    scan = _Scan()
    for line in lines(chain((first,), rest)):
        yield from scan.take(line)
    yield from scan.close()


def _title(texts: list[str]) -> str:
    """What the front matter says, or the first heading of the first level."""
    fence, above = "", ""
    in_front = texts[0].rstrip() == "---"
    for line in texts[in_front:]:
        stripped = line.strip()
        if in_front:
            in_front = stripped not in _FRONT_ENDS
            if stripped.lower().startswith("title:"):
                return stripped[6:].strip().strip("\"'")
        elif fence:
            fence = "" if stripped.startswith(fence) else fence
        elif opening := _FENCE.match(line):
            fence = opening[1]
        elif (heading := _heading(line)) and heading[0] == 1:
            return heading[1]
        elif above and set(stripped) == {"="}:
            return _without_marks(above)
        above = stripped
    return ""


def _heading(line: str) -> tuple[int, str] | None:
    """How deep a heading the line is, and what it says."""
    text = line.strip()
    level = len(text) - len(text.lstrip("#"))
    if not 1 <= level <= _DEEPEST or text[level : level + 1] not in {" ", "\t"}:
        return None
    said = text[level:].strip()
    bare = said.rstrip("#")
    said = bare if bare.endswith((" ", "\t")) else said
    return level, _without_marks(said)


def _underline(line: str) -> int:
    """The level that an underline gives to the line above it; 0 if it is none."""
    signs = set(line.strip())
    return 1 if signs == {"="} else 2 if signs == {"-"} else 0


def _without_marks(heading: str) -> str:
    short = heading[:_LONGEST]
    return _INLINE.sub(lambda found: found[1] or found[2] or "", short).strip()


class _Scan:
    """Where we are in the document, and the lines of the piece being gathered."""

    def __init__(self) -> None:
        self._outline = Outline()
        self._lines: list[str] = []
        self._size = 0
        self._kind = SectionKind.PROSE
        self._number = 0
        self._first = 1
        self._fence = ""
        self._in_front = False
        self._path: tuple[str, ...] = ()

    def take(self, line: str) -> Iterator[Part]:
        self._number += 1
        if self._number == 1 and line.rstrip() == "---":
            self._in_front = True
        elif self._in_front:
            self._in_front = line.rstrip() not in _FRONT_ENDS
        elif self._fence:
            yield from self._fenced(line)
            return
        elif opening := _FENCE.match(line):
            self._fence = opening[1]
            yield from self._turn(SectionKind.CODE)
        else:
            yield from self._plain(line)
        yield from self._keep(line)

    def close(self) -> Iterator[Part]:
        yield from self._flush()

    def _fenced(self, line: str) -> Iterator[Part]:
        yield from self._keep(line)
        stripped = line.strip()
        if stripped.startswith(self._fence) and not stripped.strip(self._fence[0]):
            self._fence = ""
            yield from self._turn(SectionKind.PROSE)

    def _plain(self, line: str) -> Iterator[Part]:
        if heading := _heading(line):
            yield from self._head(*heading)
        elif self._lines and (level := _underline(line)):
            yield from self._underlined(level)
        elif self._kind is SectionKind.TABLE:
            if "|" not in line:
                yield from self._turn(SectionKind.PROSE)
        elif self._is_table_rule(line):
            yield from self._table()

    def _is_table_rule(self, line: str) -> bool:
        above = self._lines[-1] if self._lines else ""
        signs = set(line.strip())
        return "|" in above and {"|", "-"} <= signs <= _TABLE_SIGNS

    def _table(self) -> Iterator[Part]:
        """The line above the rule was the table's head, and belongs to it."""
        head = self._drop()
        yield from self._turn(SectionKind.TABLE)
        self._lines.append(head)
        self._size += len(head)

    def _underlined(self, level: int) -> Iterator[Part]:
        above = self._lines[-1].strip()
        if not above or above.startswith(("#", "-", "*", ">", "|")):
            return
        heading = self._drop()
        yield from self._head(level, _without_marks(above))
        self._lines.append(heading)
        self._size += len(heading)

    def _drop(self) -> str:
        line = self._lines.pop()
        self._size -= len(line)
        return line

    def _head(self, level: int, text: str) -> Iterator[Part]:
        yield from self._flush()
        self._path = self._outline.enter(level, text)
        self._kind = SectionKind.PROSE

    def _turn(self, kind: SectionKind) -> Iterator[Part]:
        yield from self._flush()
        self._kind = kind

    def _keep(self, line: str) -> Iterator[Part]:
        self._lines.append(line)
        self._size += len(line)
        if self._size >= LONGEST_PIECE:
            yield from self._flush()

    def _flush(self) -> Iterator[Part]:
        text = "".join(self._lines)
        if text:
            last = self._first + text.count("\n", 0, len(text) - 1)
            place = Location(headings=self._path, line=self._first, last_line=last)
            yield Piece(text, self._kind, place)
            self._first += text.count("\n")
        self._lines, self._size = [], 0
